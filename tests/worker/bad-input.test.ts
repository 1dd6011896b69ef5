// What is refused: each with a status, an error that names the field, and nothing stored.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
let strict: Stack;
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint();
  stack = await startStack();
  await stack.subscribe(endpoint.url, { eventTypes: ["*"] });
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
});

describe("events", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const refused: [string, string | object, number, string][] = [
    ["not JSON", "{", 400, "body: not valid JSON"],
    ["nothing", "", 400, "body: empty"],
    ["a number", "7", 400, "must be a JSON object"],
    ["no request id", completed({ request_id: undefined }), 400, "request_id: is required"],
    ["a request id of the wrong type", completed({ request_id: 7 }), 400, "request_id: must be a string"],
    ["a cost below zero", completed({ cost: -1 }), 400, "cost: must be a number of US dollars"],
    ["an event type with a space", completed({ type: "a b" }), 400, "type: must be"],
    ["depth 100,000 in a field", `{"request_id":"r","request":${deep}}`, 400, "request: nested too deep"],
    ["depth 100,000 all through", deep, 400, "[0] must be a JSON object"],
    ["only bad elements", [{}, 1], 400, "[0] request_id: is required"],
    ["1,001 events", Array.from({ length: 1001 }, () => completed()), 413, "at most 1000"],
  ];
  it.each(refused)("%s", async (_, body, status, error) => {
    const answer = await stack.send(body);
    expect(answer.status).toBe(status);
    expect(answer.error).toContain(error);
    expect(answer.data).toBeNull();
  });

  it("21 MiB, declared or not, zipped or not", async () => {
    const { gzipSync } = await import("node:zlib");
    const large = JSON.stringify(completed({ request: "x".repeat(21 * 1024 * 1024) }));
    expect((await stack.send(large)).status).toBe(413);
    expect(
      (await stack.call("POST", "/v1/events", gzipSync(large), { "content-encoding": "gzip" })).status,
    ).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < large.length; at += 1 << 20)
          controller.enqueue(Buffer.from(large.slice(at, at + (1 << 20))));
        controller.close();
      },
    });
    const chunked = await fetch(`${stack.base}/v1/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${stack.rootKey}` },
      body: stream,
      duplex: "half",
    } as RequestInit);
    expect(chunked.status).toBe(413);
  });

  it("a wrong encoding or type", async () => {
    const call = (headers: Record<string, string>) => stack.call("POST", "/v1/events", completed(), headers);
    expect((await call({ "content-encoding": "gzip" })).status).toBe(400);
    expect((await call({ "content-encoding": "br" })).status).toBe(415);
    expect((await call({ "content-type": "application/xml" })).status).toBe(415);
  });

  it("one bad element is named and the others are accepted", async () => {
    endpoint.received.length = 0;
    const answer = await stack.send([
      completed({ request_id: "good-1" }),
      { cost: 1 },
      completed({ request_id: "good-2" }),
    ]);
    expect(answer).toMatchObject({ status: 202, data: { accepted: 2, deliveries: 2 } });
    expect(answer.data["rejected"]).toEqual([
      { index: 1, error: expect.stringContaining("request_id: is required") },
    ]);
    await endpoint.until(2);
  });

  it("nothing of all that was delivered", async () => {
    await pause(500);
    const ids = endpoint.received.map((one) => JSON.parse(one.text).request_id);
    expect(ids.sort()).toEqual(["good-1", "good-2"]);
  });
});

describe("subscriptions", () => {
  const refused: [string, string | object, string][] = [
    ["not JSON", '{"destination":"https://a.example.com/","sampleRate":NaN}', "body: not valid JSON"],
    ["no destination", {}, "destination: is required"],
    [
      "NaN as a text",
      { destination: "https://a.example.com/", sampleRate: "NaN" },
      "sampleRate: Sample rate must be between 0 and 100",
    ],
    [
      "a rate over 100",
      { destination: "https://a.example.com/", config: { sampleRate: 101 } },
      "config.sampleRate: ",
    ],
    [
      "an unknown field",
      { destination: "https://a.example.com/", sampelRate: 1 },
      "sampelRate: is not a field",
    ],
    [
      "a short secret",
      { destination: "https://a.example.com/", signing_secret: "whsec_AAAA" },
      "signing_secret: must be whsec_",
    ],
  ];
  it.each(refused)("%s", async (_, body, error) => {
    const answer = await stack.call("POST", "/v1/webhooks", body);
    expect(answer).toMatchObject({ status: 400, data: null, error: expect.stringContaining(error) });
    // A body that is no object has no fields.
    if (error.startsWith("body: ")) return expect(answer).toMatchObject({ code: "invalid_request" });
    expect([answer.code, answer.error.startsWith(`${answer.field}: `)]).toEqual(["invalid_field", true]);
  });

  it("a filter of 10,000 levels, which is named as what it is", async () => {
    const filter = ['{"$not":'.repeat(10_000), '{"cost":1}', "}".repeat(10_000)].join("");
    const body = `{"destination":"https://a.example.com/","filter":${filter}}`;
    const created = await stack.call("POST", "/v1/webhooks", body);
    expect(created).toMatchObject({ status: 400, error: expect.stringMatching(/^body: nested too deep: /) });
    const previewed = await stack.call("POST", "/v1/webhooks/preview", `{"filter":${filter}}`);
    expect(previewed).toMatchObject({
      status: 400,
      field: "filter",
      error: expect.stringMatching(/^filter: nested too deep: /),
    });
    expect((await stack.call("GET", "/v1/webhooks")).status).toBe(200);
  });

  it("unknown ids", async () => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await stack.call(method, "/v1/webhooks/sub_0");
      expect(answer).toMatchObject({
        status: 404,
        data: null,
        error: "webhook not found",
        code: "not_found",
      });
    }
  });

  it("one more than an org may have, and a hundred at once lose none", async () => {
    const created = await Promise.all(
      Array.from({ length: 110 }, (_, at) =>
        stack.call("POST", "/v1/webhooks", { destination: `${endpoint.url}/${at}`, sampleRate: 0 }),
      ),
    );
    // One is there from the start.
    expect(created.filter((answer) => answer.status === 200).length).toBe(99);
    const refusals = created.filter((answer) => answer.status !== 200);
    for (const refusal of refusals)
      expect(refusal).toMatchObject({
        status: 409,
        error: expect.stringContaining("at most 100"),
        code: "limit_reached",
      });
    const { data } = await stack.call("GET", "/v1/webhooks");
    const listed = (data as unknown as { id: string }[]).map(({ id }) => id);
    expect(new Set(listed).size).toBe(100);
    for (const answer of created) if (answer.status === 200) expect(listed).toContain(answer.data["id"]);
  });
});

describe("everything else", () => {
  it("needs a key", async () => {
    for (const authorization of ["", "Bearer wrong", `Basic ${stack.rootKey}`, `Bearer ${stack.rootKey}x`]) {
      for (const [method, path] of [
        ["POST", "/v1/events"],
        ["GET", "/v1/webhooks"],
        ["POST", "/v1/webhooks"],
        ["DELETE", "/v1/webhooks/sub_0"],
      ] as const) {
        const answer = await stack.call(method, path, method === "POST" ? "{" : undefined, { authorization });
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      }
    }
  });

  it("has a path and a method", async () => {
    expect((await stack.call("GET", "/v1/nothing")).status).toBe(404);
    expect((await stack.call("GET", "/")).status).toBe(404);
    const answer = await stack.call("PUT", "/v1/events", completed());
    expect(answer).toMatchObject({ status: 405, data: null });
    expect(answer.headers.get("allow")).toBe("POST");
    expect((await stack.call("PATCH", "/v1/webhooks", {})).headers.get("allow")).toBe("GET, POST");
  });

  it("says where it is and what it does", async () => {
    const response = await fetch(`${stack.base}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: "ok",
      roles: ["dispatcher", "receiver"],
      version: "0.1.0",
    });
  });
});

describe("a deployment for production", () => {
  beforeAll(async () => {
    strict = await startStack({ vars: { ALLOW_INSECURE_DESTINATIONS: "", ROLES: "dispatcher" } });
  });
  afterAll(() => strict?.stop());

  it("takes no insecure or private destination", async () => {
    for (const [destination, reason] of [
      ["http://hooks.example.com/", "prefix"],
      ["https://127.0.0.1/", "v4"],
      ["https://[::1]/", "v6"],
      ["https://8.8.8.8/", "literal"],
      ["https://localhost/", "name"],
      ["https://hooks.example.com:8443/", "port"],
    ]) {
      const answer = await strict.call("POST", "/v1/webhooks", { destination });
      expect(answer).toMatchObject({ status: 400, error: expect.stringContaining(`(reason: ${reason})`) });
    }
    expect(
      (await strict.call("POST", "/v1/webhooks", { destination: "https://hooks.example.com/in" })).status,
    ).toBe(200);
  });

  it("does not answer for a role that it does not play", async () => {
    expect((await strict.call("POST", "/webhook", {})).status).toBe(404);
    expect((await strict.call("GET", "/v1/webhooks")).status).toBe(200);
  });
});
