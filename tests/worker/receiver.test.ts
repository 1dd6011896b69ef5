// The receiver's door and what happens behind it.
import { createHmac, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { AWKWARD, completed } from "./support/events.ts";
import { newSecret, signed } from "./support/sign.ts";
import { type Stack, startStack } from "./support/stack.ts";

const newHmacKey = () => randomBytes(32).toString("hex");
const [secret, hmacKey] = [newSecret(), newHmacKey()];
let stack: Stack;
let files: Endpoint;

beforeAll(async () => {
  files = await startEndpoint();
  // Beside them those of other senders, before and behind.
  stack = await startStack({ webhookSecrets: [newSecret(), secret, hmacKey, newHmacKey()] });
});
afterAll(async () => {
  await stack?.stop();
  await files?.stop();
});

const post = (body: string | Uint8Array, headers: Record<string, string>) =>
  fetch(`${stack.base}/webhook`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });

const standard = (body: string, id?: string, at?: Date) => signed(secret, body, id, at);
const helicone = (body: string) => ({
  "helicone-signature": createHmac("sha256", hmacKey).update(body).digest("hex"),
});

const handled = (requestId: string) =>
  stack.logged("handler.log").find((line) => line["request_id"] === requestId);
async function untilHandled(requestId: string) {
  await eventually(() => handled(requestId) !== undefined, `the handler's line for ${requestId}`);
  return handled(requestId);
}

describe("the whole way", () => {
  it("an event from a gateway reaches the handler with the full exchange", async () => {
    const webhook = await stack.subscribe(`${stack.base}/webhook`, { signing_secret: secret });
    expect(webhook.signing_secret).toBe(secret);
    const event = completed({ request: { text: `${AWKWARD}${"x".repeat(300_000)}` } });
    await stack.send(event);
    const line = await untilHandled(event.request_id);
    expect(line).toMatchObject({
      type: "request.completed",
      model: "gpt-4o",
      provider: "OPENAI",
      cost: 0.00020250000000000002,
      data: "full",
      request_bytes: Buffer.byteLength(JSON.stringify(event.request)),
    });
    await stack.call("DELETE", `/v1/webhooks/${webhook.id}`);
  });
});

describe("the door takes", () => {
  it("Standard Webhooks, and says so", async () => {
    const body = JSON.stringify({ request_id: "standard", request_body: {}, response_body: {} });
    const headers = standard(body);
    const response = await post(body, headers);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      data: { status: "accepted", id: headers["webhook-id"] },
      error: null,
    });
    expect(await untilHandled("standard")).toMatchObject({ data: "inline", delivery: headers["webhook-id"] });
  });

  it.each(["helicone-signature", "x-helicone-signature"])("Helicone's signature under %s", async (name) => {
    const body = JSON.stringify({ request_id: name, request_body: AWKWARD, response_body: '{"a":1}' });
    expect((await post(body, { [name]: helicone(body)["helicone-signature"] })).status).toBe(200);
    expect(await untilHandled(name)).toMatchObject({ type: "request.completed", data: "inline" });
  });

  it("Helicone's test delivery, whose URL leads nowhere", async () => {
    const url =
      "https://s3.us-west-2.amazonaws.com/b/o?X-Amz-Expires=86400&X-Amz-Signature=mocksignature123456789";
    const body = JSON.stringify({
      request_id: "test-button",
      request_body: "{}",
      response_body: "{}",
      request_response_url: url,
    });
    expect((await post(body, helicone(body))).status).toBe(200);
    expect(await untilHandled("test-button")).toMatchObject({ data: "inline" });
  });

  it("deliveries too large for a queue message", async () => {
    const body = JSON.stringify({
      request_id: "large",
      request_body: { text: AWKWARD + "x".repeat(900_000) },
    });
    expect((await post(body, standard(body))).status).toBe(200);
    expect((await untilHandled("large"))?.["request_bytes"]).toBeGreaterThan(900_000);
  });
});

describe("the exchange", () => {
  async function deliver(requestId: string, path: string) {
    const url = files.url.replace("/hook", path);
    const body = JSON.stringify({
      request_id: requestId,
      request_body: "cut",
      response_body: "cut",
      request_response_url: url,
    });
    expect((await post(body, standard(body))).status).toBe(200);
  }

  it("is tried again while its URL can be good", async () => {
    let calls = 0;
    files.reply = (_, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(503).end();
      else response.end(JSON.stringify({ request: { whole: true }, response: [1, 2, 3] }));
    };
    await deliver("flaky", "/flaky");
    expect(await untilHandled("flaky")).toMatchObject({
      data: "full",
      request_bytes: 14,
      response_bytes: 7,
    });
    expect(calls).toBe(2);
  });

  it.each([403, 404, 302])("falls back to the delivery's own bodies on %s", async (status) => {
    files.reply = (_, response) => response.writeHead(status, { location: files.url }).end("<Error/>");
    await deliver(`status-${status}`, `/status/${status}`);
    expect(await untilHandled(`status-${status}`)).toMatchObject({ data: "expired", request_bytes: 5 });
    expect(files.received.filter((one) => one.path === `/status/${status}`).length).toBe(1);
  });

  it("that is not one leaves the delivery's own bodies", async () => {
    files.reply = (_, response) => response.end("not json");
    await deliver("garbage", "/garbage");
    expect(await untilHandled("garbage")).toMatchObject({ data: "unreadable", request_bytes: 5 });
  });
});

describe("the door refuses", () => {
  const body = JSON.stringify({ request_id: "refused", request_body: {}, response_body: {} });

  it("what is not signed, or not by us", async () => {
    const now = standard(body);
    const old = standard(body, "msg_old", new Date(Date.now() - 301_000));
    const cases: [number, Record<string, string>][] = [
      [401, {}],
      [401, { ...now, "webhook-signature": now["webhook-signature"].replace(/,.*/, `,${"A".repeat(43)}=`) }],
      [401, { ...now, "webhook-id": "msg_other" }],
      [401, old],
      [401, { "helicone-signature": "0".repeat(64) }],
      [401, { "helicone-signature": "zz" }],
      [400, { ...now, "webhook-timestamp": "soon" }],
      [400, { ...now, "webhook-id": "a.b" }],
      // No downgrade: a header of the strong scheme makes the weak one count for nothing.
      [400, { ...helicone(body), "webhook-event-type": "request.completed" }],
      [401, { ...helicone(body), ...now, "webhook-signature": "v1,AAAA" }],
    ];
    for (const [status, headers] of cases) {
      const response = await post(body, headers);
      expect(response.status, JSON.stringify(headers)).toBe(status);
      expect(await response.json()).toMatchObject({ data: null, error: expect.any(String) });
    }
    expect((await post(`${body}\n`, standard(body))).status).toBe(401);
  });

  // Long ones are hashed by the platform, in either scheme and with several secrets; these lie around where that begins.
  it.each([2000, 4095, 4096, 9000, 200_000])("a byte that was changed among %i", async (bytes) => {
    const around = JSON.stringify({ request_id: "l", text: "" }).length;
    const whole = JSON.stringify({ request_id: "l", text: "x".repeat(bytes - around) });
    const changed = whole.replace("xx", "xy");
    expect(Buffer.byteLength(whole)).toBe(bytes);
    for (const sign of [standard, helicone]) {
      const headers = sign(whole);
      expect((await post(changed, headers)).status, sign.name).toBe(401);
      expect((await post(whole, headers)).status, sign.name).toBe(200);
    }
  });

  it("what is not a delivery", async () => {
    const call = (init: RequestInit) => fetch(`${stack.base}/webhook`, init);
    expect((await call({ method: "GET" })).status).toBe(405);
    expect(
      (await call({ method: "POST", body, headers: { ...standard(body), "content-type": "text/plain" } }))
        .status,
    ).toBe(415);
    expect((await post(body, { ...standard(body), "content-encoding": "gzip" })).status).toBe(415);
    const large = "x".repeat(1024 * 1024 + 1);
    expect((await post(large, standard(large))).status).toBe(413);
    for (const odd of ["[]", "not json"]) expect((await post(odd, standard(odd))).status).toBe(400);
    const bytes = Buffer.from([0xff, 0xfe]);
    const id = "msg_bytes";
    const timestamp = String(Math.floor(Date.now() / 1000));
    const key = Buffer.from(secret.slice(6), "base64");
    const tag = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(bytes).digest("base64");
    const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${tag}` };
    expect((await post(bytes, headers)).status).toBe(400);
    expect(handled("refused")).toBeUndefined();
  });

  it("everything, while no secret is set", async () => {
    const unset = await startStack({ vars: { ROLES: "receiver" } });
    const response = await fetch(`${unset.base}/webhook`, {
      method: "POST",
      body,
      headers: standard(body),
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: expect.stringContaining("WEBHOOK_SECRETS") });
    expect((await fetch(`${unset.base}/v1/webhooks`)).status).toBe(404);
    await unset.stop();
  });
});
