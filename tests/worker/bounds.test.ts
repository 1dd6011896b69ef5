// What each door takes at most: bodies, their depth, parameters, how many there may be of something. Operations are read from the
// API's description, so that a new one is tried here by itself.
import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loggedIn } from "./support/console.ts";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Operation, operationsOf } from "./support/openapi.ts";
import { possessions } from "./support/possessions.ts";
import { type Stack, startStack } from "./support/stack.ts";
import { watch } from "./support/tail.ts";

const KIB = 1024;
const MIB = KIB * KIB;
const HMAC_KEY = "a-receiver-under-test";
const INTAKE = ["/v1/events", "/v1/traces", "/v1/intake/litellm", "/{logger}/v1/log"];
const DEEP = "[".repeat(100_000) + "]".repeat(100_000);

let stack: Stack;
let operations: Operation[];
let ids: Record<string, string>;
let helicone: Endpoint;

beforeAll(async () => {
  // The request API is asked, and never answers.
  helicone = await startEndpoint((call, response) => {
    if (!call.path.includes("/v1/request")) response.end("ok");
  });
  stack = await startStack({
    limits: { LOGIN: 1000 },
    webhookSecrets: [HMAC_KEY],
    vars: {
      HANDLERS: "review",
      HELICONE_API_KEY: "sk-helicone",
      HELICONE_API_URL: helicone.url,
      RETRY_SCHEDULE: "3600",
    },
  });
  operations = await operationsOf(stack);
  ids = { ...(await possessions(stack, stack.rootKey, "mine", helicone.url)).ids, reviews: await reviewed() };
});
afterAll(async () => {
  // Whatever was thrown at it.
  for (const line of stack?.logs() ?? []) expect(line).not.toMatch(/panicked at|RuntimeError|unreachable/);
  await stack?.stop();
  await helicone?.stop();
});

const signature = (body: string | Buffer) => createHmac("sha256", HMAC_KEY).update(body).digest("hex");

async function reviewed() {
  const body = JSON.stringify({ type: "eval.failed", data: { request_id: "one" } });
  const headers = { "content-type": "application/json", "helicone-signature": signature(body) };
  const response = await fetch(`${stack.base}/webhook`, { method: "POST", body, headers });
  const { id } = ((await response.json()) as { data: { id: string } }).data;
  await eventually(async () => (await stack.call("GET", `/v1/reviews/${id}`)).status === 200, "it is queued");
  return id;
}

/** Of what exists, so that nothing is answered 404 before the body is looked at. */
function address({ path, example }: Operation) {
  const kind = path.split("/")[2] ?? "";
  return path.replace(/\{(\w+)\}/g, (_, name) => (name === "id" && ids[kind]) || example(name));
}

async function send(operation: Operation, type: string, body: Buffer, encoding = "") {
  const response = await fetch(stack.base + address(operation), {
    method: operation.method,
    headers: {
      authorization: `Bearer ${stack.rootKey}`,
      "content-type": type,
      ...(encoding ? { "content-encoding": encoding } : {}),
      ...(operation.path === "/webhook" ? { "helicone-signature": signature(body) } : {}),
    },
    body: new Uint8Array(body),
  });
  return { status: response.status, text: await response.text() };
}

const isAlive = async () => expect((await fetch(`${stack.base}/healthz`)).status).toBe(200);

describe("a body", () => {
  /** The most that an operation takes, in bytes. */
  function most({ path }: Operation) {
    if (INTAKE.includes(path)) return 20 * MIB;
    if (path === "/webhook") return MIB;
    return ["/v1/webhooks/preview", "/v1/webhooks/shape"].includes(path) ? 4 * MIB : 256 * KIB;
  }

  it("is bounded in every operation, also where it unpacks to more", { timeout: 120_000 }, async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB, " "));
    let tried = 0;
    for (const operation of operations)
      for (const type of operation.types) {
        const what = `${operation.method} ${operation.path} (${type})`;
        const tooLarge = await send(operation, type, Buffer.alloc(most(operation) + 1, " "));
        expect([tooLarge.status, what]).toEqual([413, what]);
        const within = await send(operation, type, Buffer.alloc(most(operation), "{"));
        expect([400, 401], `${what}: ${within.status} ${within.text.slice(0, 200)}`).toContain(within.status);
        // A signature covers the bytes as they are sent: the door takes none that are packed.
        const packed = operation.path === "/webhook" ? 415 : 413;
        expect([(await send(operation, type, bomb, "gzip")).status, what]).toEqual([packed, what]);
        tried += 1;
      }
    expect(tried).toBeGreaterThan(25);
    await isAlive();
  });

  it("is read however deep it is, broken off or not text", { timeout: 120_000 }, async () => {
    for (const operation of operations)
      for (const type of operation.types) {
        for (const [name, body, encoding] of [
          ["deep", Buffer.from(DEEP)],
          ["deep in a field", Buffer.from(`{"filter":${DEEP}}`)],
          ["deep objects", Buffer.from(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`)],
          ["no UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
          ["broken off", Buffer.from('{"a":')],
          ["NUL", Buffer.from("{}\0")],
          ["an array", Buffer.from("[[],[]]")],
          ["a text", Buffer.from('"x"')],
          ["a number beyond all", Buffer.from(`{"a":1${"0".repeat(400)}}`)],
          ["a key a hundred thousand times", Buffer.from(`{${'"a":1,'.repeat(30_000)}"a":1}`)],
          ["no gzip", Buffer.from("{}"), "gzip"],
          ["half a gzip", gzipSync("{}").subarray(0, 12), "gzip"],
        ] as [string, Buffer, string?][]) {
          const answer = await send(operation, type, body, encoding);
          const what = `${operation.method} ${operation.path} (${type}), ${name}: ${answer.status} ${answer.text.slice(0, 200)}`;
          expect(answer.status, what).toBeLessThan(500);
          // Spans without a call are taken, and so is a delivery of fields that nobody knows; no other is.
          if (!["/v1/traces", "/webhook"].includes(operation.path))
            expect(answer.status, what).toBeGreaterThan(399);
        }
      }
    await isAlive();
  });
});

describe("a call of intake", () => {
  it("ends early whatever 20 MiB are made of", { timeout: 120_000 }, async () => {
    const fill = (unit: string) => unit.repeat(Math.floor((20 * MIB - 64) / unit.length));
    const bodies: [string, string, number, string?][] = [
      ["a million elements", `[${fill("0,")}0]`, 413],
      ["a million objects", `[${fill("{},")}{}]`, 413],
      ["a million lines", fill("{}\n"), 413, "application/x-ndjson"],
      ["empty lines", fill("\n"), 400, "application/x-ndjson"],
      ["a million fields", `{"request_id":"r",${fill('"a":0,')}"b":0}`, 400],
      ["brackets", fill("["), 400],
      ["an open text", `"${fill("a")}`, 400],
      ["backslashes", `"${fill("\\\\")}"`, 400],
    ];
    for (const [name, body, status, type = "application/json"] of bodies) {
      const answer = await stack.call("POST", "/v1/events", body, { "content-type": type });
      expect([name, answer.status]).toEqual([name, status]);
      expect(answer.error.length, name).toBeLessThan(2000);
    }
    // Side by side, and something small meanwhile.
    const large = bodies
      .slice(0, 4)
      .map(([, body, status, type = "application/json"]) =>
        stack
          .call("POST", "/v1/events", body, { "content-type": type })
          .then((answer) => answer.status === status),
      );
    const small = stack.send(completed()).then((answer) => answer.status === 202);
    expect(await Promise.all([...large, small])).toEqual([true, true, true, true, true]);
  });

  it("takes a thousand events of any form, and no more", async () => {
    const many = (one: unknown) => JSON.stringify(Array.from({ length: 1001 }, () => one));
    for (const path of ["/v1/events", "/v1/intake/litellm"])
      expect(await stack.call("POST", path, many(completed())), path).toMatchObject({ status: 413 });
    const log = await stack.call("POST", "/custom/v1/log", many({}));
    expect(log.status).toBeGreaterThan(399);
    const spans = JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: 50_001 }, () => ({})) }] }],
    });
    const traces = await fetch(`${stack.base}/v1/traces`, {
      method: "POST",
      headers: { authorization: `Bearer ${stack.rootKey}`, "content-type": "application/json" },
      body: spans,
    });
    expect(traces.status).toBe(413);
  });

  it("bounds what an event says", async () => {
    const refused: [Record<string, unknown>, string][] = [
      [{ request_id: "x".repeat(257) }, "request_id"],
      [{ id: "x".repeat(257) }, "id"],
      [{ request_id: "a\nb" }, "request_id"],
      [{ type: `a.${"b".repeat(127)}` }, "type"],
      [{ model: "m".repeat(1025) }, "model"],
      [{ user_id: "u".repeat(1025) }, "user_id"],
      [{ trace_id: "t".repeat(1025) }, "trace_id"],
      [{ status: "s".repeat(101) }, "status"],
      [
        { properties: Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`p${at}`, "v"])) },
        "properties",
      ],
    ];
    for (const [fields, field] of refused) {
      const answer = await stack.send(completed(fields));
      expect([answer.status, answer.error.split(":")[0]]).toEqual([400, field]);
    }
  });
});

describe("a parameter", () => {
  const NASTY = [
    "x".repeat(8000),
    "%00",
    "%0d%0aX-Injected:%201",
    "%F0%9F%98%80",
    "%FF",
    "-1",
    "0",
    "1e309",
    "99999999999999999999",
    "NaN",
    "1.5.2",
    "'%20OR%201=1--",
    "%22%5c",
    "..%2F..",
    "2026-13-45T99:99:99Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    encodeURIComponent("[".repeat(2000)),
  ];

  it("may hold anything in every operation, and no answer is an error of ours", {
    timeout: 120_000,
  }, async () => {
    let tried = 0;
    for (const operation of operations.filter(({ method }) => method === "GET")) {
      const path = address(operation);
      await Promise.all(
        operation.query.flatMap((name) =>
          NASTY.map(async (value) => {
            const response = await fetch(`${stack.base}${path}?${name}=${value}`, {
              headers: { authorization: `Bearer ${stack.rootKey}` },
            });
            const what = `${path}?${name}=${value.slice(0, 60)}`;
            expect(response.status, `${what}: ${await response.text()}`).toBeLessThan(500);
            expect(response.headers.get("x-injected"), what).toBeNull();
            tried += 1;
          }),
        ),
      );
    }
    expect(tried).toBeGreaterThan(900);
    await isAlive();
  });

  it("that is a part of a path may, too", async () => {
    for (const operation of operations.filter(({ path }) =>
      /\{(id|name|version|file|segment)\}/.test(path),
    )) {
      const { method, path } = operation;
      for (const value of ["x".repeat(8000), "%00", "%0d%0aX-Injected:%201", "%22%5c", "'--"]) {
        const [body] = operation.bodies;
        const response = await fetch(stack.base + path.replace(/\{\w+\}/g, value), {
          method,
          headers: {
            authorization: `Bearer ${stack.rootKey}`,
            ...(body ? { "content-type": body.type } : {}),
          },
          ...(body ? { body: body.text } : {}),
        });
        expect([400, 403, 404], `${method} ${path} ${value.slice(0, 20)}`).toContain(response.status);
        expect(response.headers.get("x-injected")).toBeNull();
      }
    }
  });

  it("five thousand ranges are answered as none", async () => {
    const event = completed();
    await stack.send(event);
    const { data } = await stack.call("GET", `/v1/request/${event.request_id}?includeBody=true`);
    const url = String(data["signed_body_url"]);
    expect(url).toContain("signature=");
    const whole = await (await fetch(url)).text();
    for (const range of [
      `bytes=${"0-0,".repeat(5000)}1-1`,
      `bytes=${"9".repeat(5000)}-`,
      `bytes=-${"9".repeat(5000)}`,
    ]) {
      const answer = await fetch(url, { headers: { range } });
      expect([200, 206, 416]).toContain(answer.status);
      expect(whole).toContain(answer.status === 416 ? "" : await answer.text());
    }
  });
});

describe("of each kind there are so many", () => {
  it.each<[string, number, (at: number) => [string, string, unknown]]>([
    ["keys", 100, (at) => ["POST", "/v1/keys", { name: `n${at}`, scopes: ["events:write"], org: "crowded" }]],
    ["rules", 50, (at) => ["POST", "/v1/rules", { name: `n${at}`, metric: "cost", threshold: 1 }]],
    ["alerts", 50, (at) => ["POST", "/v1/alerts", { name: `n${at}`, metric: "dead", threshold: 1 }]],
    ["event types", 100, (at) => ["PUT", `/v1/event-types/own.number_${at}`, {}]],
  ])("%s", async (kind, most, make) => {
    await stack.call("POST", "/v1/orgs", { id: "crowded" });
    // There is one of each from the start, but of this org's keys.
    const free = kind === "keys" ? most : most - 1;
    for (let at = 0; at < free - 1; at += 1)
      expect((await stack.call(...make(at))).status, `${kind} ${at}`).toBe(200);
    const last = await Promise.all([1, 2, 3].map((more) => stack.call(...make(free + more))));
    expect(last.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await stack.call(...make(free))).toMatchObject({ status: 409, code: "limit_reached" });
  });

  it("backfills under way", async () => {
    const begin = () => stack.call("POST", "/v1/backfill", { since: "2026-11-20T00:00:00Z" });
    const begun = await Promise.all(Array.from({ length: 8 }, begin));
    const running = begun.filter(({ status }) => status === 202);
    expect(running).toHaveLength(5);
    for (const refused of begun.filter(({ status }) => status !== 202))
      expect(refused).toMatchObject({ status: 409, code: "limit_reached" });
    const id = String(running[0]?.data["id"]);
    expect((await stack.call("POST", `/v1/backfill/${id}/cancel`)).status).toBe(200);
    expect((await begin()).status).toBe(202);
  });

  it("who watch one webhook, and no more than a word from each", async () => {
    const webhook = await stack.subscribe(helicone.url);
    const path = `${stack.base}/v1/webhooks/${webhook.id}/tail`;
    const headers = { authorization: `Bearer ${stack.rootKey}` };
    const watchers = await Promise.all(Array.from({ length: 25 }, () => watch(path, headers)));
    const open = watchers.filter(({ opened }) => opened);
    expect(open).toHaveLength(20);
    const [first, second, third] = open;
    first?.socket.send("x".repeat(256 * KIB));
    second?.socket.send(new Uint8Array(1000));
    expect(await first?.closed).toBe(1008);
    expect(await second?.closed).toBe(1008);
    // Who asks and asks is told nothing more than there is.
    for (let at = 0; at < 1000; at += 1) third?.socket.send("more");
    await eventually(async () => (await watch(path, headers)).opened, "there is room again");
    expect(third?.news).toEqual([]);
    // Places from which nobody has ever watched.
    for (const after of [
      "x".repeat(4000),
      "-1.-1",
      "1.18446744073709551615",
      "9999999999999999999.1",
      "NaN.NaN",
    ]) {
      const watcher = await watch(`${path}?after=${after}`, headers);
      watcher.socket.close();
    }
    for (const { socket } of watchers) socket.close();
    await isAlive();
  });
});

describe("the console", () => {
  it("reads a form of a hundred thousand fields, and none that is larger", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded", origin: stack.base };
    const post = (body: string, headers: Record<string, string> = form) =>
      fetch(`${stack.base}/console/login`, { method: "POST", body, headers, redirect: "manual" });
    expect((await post("a&".repeat(131_072))).status).toBe(403);
    expect((await post("a".repeat(256 * KIB + 1))).status).toBe(413);
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * MIB, "a")));
    const packed = await fetch(`${stack.base}/console/login`, {
      method: "POST",
      body: bomb,
      headers: { ...form, "content-encoding": "gzip" },
    });
    expect(packed.status).toBe(413);
    const me = await loggedIn(stack);
    for (const path of [
      "/webhooks/new",
      "/webhooks/check",
      "/settings",
      "/settings/rules/new",
      "/settings/keys",
    ]) {
      const rows = {
        name: Array.from({ length: 5000 }, () => "x"),
        filterKey: "k",
        headerName: "h",
        value: "\0\u202e",
      };
      const page = await me.send(`/console${path}`, rows);
      expect(page.status, path).toBeLessThan(500);
    }
    for (const query of [
      "a=&".repeat(2500),
      `next=/console/${"x".repeat(8000)}`,
      "next=%0d%0aX-Injected:%201",
    ]) {
      const page = await me.get(`/console/deliveries?${query}`);
      expect(page.status).toBeLessThan(500);
      const login = await fetch(`${stack.base}/console/login?${query}`);
      expect([login.status, login.headers.get("x-injected")]).toEqual([200, null]);
    }
  });
});
