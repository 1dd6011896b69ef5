// What becomes of a delivery behind the door: whose it is, each handler's own retries, and what is given up.
import type { ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { newId, newSecret, signed } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const secret = newSecret();
const forwardSecret = newSecret();
/** Five seconds pass in a tenth of one. */
const PACE = 50;
const BEGIN = Date.now();
let stack: Stack;
/** Where deliveries are forwarded to: the handler that fails when a test wants it to. */
let forwarded: Endpoint;
let files: Endpoint;

beforeAll(async () => {
  [forwarded, files] = await Promise.all([startEndpoint(), startEndpoint()]);
  stack = await startStack({
    webhookSecrets: [secret],
    vars: {
      HANDLERS: "log,forward,archive",
      FORWARD_URL: forwarded.url,
      FORWARD_SECRET: forwardSecret,
      FORWARD_EXCHANGE: "true",
      TEST_CLOCK: `${PACE}@${BEGIN}`,
    },
  });
});
afterAll(async () => {
  await stack?.stop();
  await Promise.all([forwarded?.stop(), files?.stop()]);
});
beforeEach(() => {
  forwarded.reply = (_, response) => response.end();
});

async function deliver(payload: Row, id = newId(), headers: Record<string, string> = {}) {
  const body = JSON.stringify(payload);
  const now = new Date(BEGIN + (Date.now() - BEGIN) * PACE);
  const response = await fetch(`${stack.base}/webhook`, {
    method: "POST",
    body,
    headers: {
      ...signed(secret, body, id, now),
      ...headers,
    },
  });
  expect(response.status).toBe(200);
  return { id, answer: ((await response.json()) as { data: Row }).data };
}

async function entry(id: string, state: string) {
  let found: Row = {};
  await eventually(async () => {
    found = (await stack.call("GET", `/v1/inbox/${id}`)).data ?? {};
    return found["state"] === state;
  }, `${id} to be ${state}`);
  return found as Row & { handlers: Record<string, Row> };
}

const forwardsOf = (id: string) => forwarded.received.filter((one) => one.headers["webhook-id"] === id);
const linesOf = (id: string, event: string) => stack.logged(event).filter((line) => line["delivery"] === id);

describe("a delivery", () => {
  it("goes once through every handler", async () => {
    const { id } = await deliver({ request_id: newId(), request_body: { a: 1 }, response_body: [2] });
    const done = await entry(id, "done");
    expect(done).toMatchObject({ event_type: null, origin: "standard", reason: null });
    expect(
      Object.entries(done.handlers).map(([name, { state, attempts }]) => [name, state, attempts]),
    ).toEqual([
      ["archive", "done", 1],
      ["forward", "done", 1],
      ["log", "done", 1],
      ["mine", "done", 1],
    ]);
    const [call] = forwardsOf(id);
    const at = new Date(Number(call?.headers["webhook-timestamp"]) * 1000);
    expect(call?.headers["webhook-signature"]).toBe(
      new Webhook(forwardSecret).sign(id, at, call?.text ?? ""),
    );
    expect(JSON.parse(call?.text ?? "")).toMatchObject({
      delivery: { request_body: { a: 1 } },
      data: "inline",
      request: { a: 1 },
      response: [2],
    });
  });

  it("that is sent again is a duplicate, at the door and behind it", async () => {
    const payload = { request_body: {}, response_body: {} };
    const { id, answer } = await deliver(payload);
    expect(answer).toEqual({ status: "accepted", id });
    await entry(id, "done");
    expect((await deliver(payload, id)).answer).toEqual({ status: "duplicate", id });
    // Past the door: the same message once more, as a queue hands it out.
    const message = { v: 1, id, event_type: null, received_at: BEGIN };
    await stack.enqueue(`${JSON.stringify(message)}\n${JSON.stringify(payload)}`, "INBOX");
    const other = await deliver(payload);
    await entry(other.id, "done");
    expect(forwardsOf(id).length).toBe(1);
    expect(linesOf(id, "handler.log").length).toBe(1);
  });

  it("is in the archive, in a folder of its hour", async () => {
    const { id } = await deliver({ request_id: newId(), request_body: "full", model: "m", user_id: "u" });
    await entry(id, "done");
    const { objects } = await (await stack.bucket()).list({ prefix: "deliveries/" });
    const texts = await Promise.all(
      objects.map(async ({ key }) => {
        expect(key).toMatch(/^deliveries\/date=\d{4}-\d\d-\d\d\/hour=\d\d\/\d{13}-[0-9a-f]{16}\.ndjson$/);
        return (await (await stack.bucket()).get(key))?.text();
      }),
    );
    const rows = texts.flatMap((text) => (text ?? "").trimEnd().split("\n")).map((line) => JSON.parse(line));
    const row = rows.filter((one) => one.id === id);
    expect(row).toMatchObject([
      { type: "request.completed", model: "m", user_id: "u", cost: null, request: "full" },
    ]);
  });
});

describe("a handler that fails", () => {
  it("is run again alone, with the exchange that was fetched the first time", async () => {
    let fetches = 0;
    files.reply = (_, response) => {
      fetches += 1;
      response.end(JSON.stringify({ request: { whole: true }, response: 7 }));
    };
    let calls = 0;
    forwarded.reply = (_, response: ServerResponse) => {
      calls += 1;
      response.writeHead(calls < 3 ? 503 : 200).end();
    };
    const { id } = await deliver({
      request_id: newId(),
      request_body: "cut",
      request_response_url: files.url,
    });
    const done = await entry(id, "done");
    expect(done.handlers["forward"]).toMatchObject({ state: "done", attempts: 3 });
    expect(done.handlers["log"]).toMatchObject({ state: "done", attempts: 1 });
    expect(linesOf(id, "handler.log").length).toBe(1);
    const bodies = forwardsOf(id).map((one) => JSON.parse(one.text) as Row);
    expect(bodies.map(({ data, request }) => [data, request])).toEqual(
      Array(3).fill(["full", { whole: true }]),
    );
    expect(fetches).toBe(1);
    // What was kept for it is gone.
    const { objects } = await (await stack.bucket()).list({ prefix: `inbox/${id}` });
    expect(objects).toEqual([]);
  });

  it("keeps to what a Retry-After says", async () => {
    const at: number[] = [];
    forwarded.reply = (_, response) => {
      at.push(Date.now());
      if (at.length === 1) response.writeHead(429, { "retry-after": "50" }).end();
      else response.end();
    };
    const { id } = await deliver({ request_id: newId(), request_body: {} });
    await entry(id, "done");
    const [first = 0, second = 0] = at;
    expect((second - first) * PACE).toBeGreaterThanOrEqual(50_000);
  });

  it("gives up what is refused for good; it is listed, kept, and handled again when asked to", async () => {
    forwarded.reply = (_, response) => response.writeHead(400).end();
    const { id } = await deliver({ request_id: newId(), request_body: { keep: "me" } });
    const dead = await entry(id, "dead");
    expect(dead.handlers["forward"]).toMatchObject({
      state: "dead",
      attempts: 1,
      next_attempt_at: null,
      reason: "where deliveries are forwarded to answered 400",
    });
    expect(dead.handlers["archive"]).toMatchObject({ state: "done" });
    const listed = await stack.call("GET", "/v1/inbox?state=dead&limit=1");
    expect((listed.data["deliveries"] as Row[]).map((one) => one["id"])).toEqual([id]);

    forwarded.reply = (_, response) => response.end();
    expect(await stack.call("POST", `/v1/inbox/${id}/retry`)).toMatchObject({
      status: 202,
      data: { queued: true },
    });
    const done = await entry(id, "done");
    expect(done.handlers["log"]).toMatchObject({ attempts: 1 });
    expect(JSON.parse(forwardsOf(id).at(-1)?.text ?? "")).toMatchObject({ request: { keep: "me" } });
    expect((await stack.call("POST", `/v1/inbox/${id}/retry`)).status).toBe(409);
  });
});

describe("what is no delivery", () => {
  it("on the queue is kept and listed as dead, and the rest of its batch handled", async () => {
    await stack.enqueue("not an inbox message", "INBOX");
    const { id } = await deliver({ request_id: newId(), request_body: {} });
    await entry(id, "done");
    await eventually(async () => {
      const { data } = await stack.call("GET", "/v1/inbox");
      return (data["deliveries"] as Row[]).some((one) => one["reason"] === "not an inbox message");
    }, "the message to be listed");
  });

  it("is asked for with the right words, the right method and a key", async () => {
    expect(await stack.call("GET", "/v1/inbox?state=lost")).toMatchObject({ status: 400, field: "state" });
    expect((await stack.call("POST", "/v1/inbox", {})).status).toBe(405);
    expect((await stack.call("GET", `/v1/inbox/${newId()}`)).status).toBe(404);
    expect((await stack.call("POST", `/v1/inbox/${newId()}/retry`)).status).toBe(404);
    expect((await fetch(`${stack.base}/v1/inbox`)).status).toBe(401);
  });
});
