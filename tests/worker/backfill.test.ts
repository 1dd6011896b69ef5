// Reading what was missed from the gateway's request API, which stands here as a server that speaks like it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { newSecret, signed } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const secret = newSecret();
const KEY = "sk-helicone-0123456789";
const BEGIN = Date.parse("2026-11-01T00:00:00Z");
const REQUESTS = 250;
let stack: Stack;
let api: Endpoint;
let failures = 0;

/** A request a minute, and fifty of them in one and the same moment. */
const madeAt = (at: number) => BEGIN + Math.min(at, 120) * 60_000 + Math.max(0, at - 170) * 60_000;
const rows = Array.from({ length: REQUESTS }, (_, at) => ({
  request_id: `missed-${at}`,
  request_created_at: new Date(madeAt(at)).toISOString(),
  request_body: { number: at },
  response_body: { ok: true },
  response_status: 200,
  model: "m",
  provider: "OPENAI",
  cost: 0.001,
}));

beforeAll(async () => {
  api = await startEndpoint();
  stack = await startStack({
    webhookSecrets: [secret],
    vars: { HELICONE_API_URL: new URL(api.url).origin, HELICONE_API_KEY: KEY },
  });
});
afterAll(async () => {
  await stack?.stop();
  await api?.stop();
});
beforeEach(() => {
  failures = 0;
  api.reply = ({ text }, response) => {
    if (failures > 0) {
      failures -= 1;
      response.writeHead(503).end();
      return;
    }
    const { filter, offset, limit } = JSON.parse(text);
    const bound = (side: string, operator: string) =>
      Date.parse(filter[side].request_response_rmt.request_created_at[operator]);
    const [from, to] = [bound("left", "gte"), bound("right", "lte")];
    const found = rows.filter((row) => {
      const at = Date.parse(row.request_created_at);
      return at >= from && at <= to;
    });
    response.end(JSON.stringify({ data: found.slice(offset, offset + limit), error: null }));
  };
});

const handled = () => stack.logged("handler.log");

async function finished(id: unknown, status = "done") {
  let job: Row = {};
  await eventually(async () => {
    job = (await stack.call("GET", `/v1/backfill/${id}`)).data;
    return job["status"] === status;
  }, `the backfill to be ${status}`);
  return job;
}

describe("a backfill", () => {
  it("handles what was missed, each once, and nothing that was delivered", async () => {
    // One came by its own delivery, before.
    const body = JSON.stringify({ request_id: "missed-7", request_body: {}, response_body: {} });
    const at = new Date();
    const answer = await fetch(`${stack.base}/webhook`, {
      method: "POST",
      body,
      headers: {
        ...signed(secret, body, "msg_7", at),
      },
    });
    expect(answer.status).toBe(200);
    await eventually(() => handled().length === 1, "the delivery to be handled");

    const begun = await stack.call("POST", "/v1/backfill", { since: new Date(BEGIN).toISOString() });
    expect(begun).toMatchObject({ status: 202, data: { status: "running", read: 0 } });
    const job = await finished(begun.data["id"]);
    await eventually(() => handled().length >= REQUESTS, "all to be handled");
    expect(job).toMatchObject({ progress: 1, reason: null });
    // A page begins again where the last one ended, so some rows are read twice.
    expect(Number(job["read"])).toBeGreaterThanOrEqual(REQUESTS);
    const ids = handled().map((line) => line["request_id"]);
    expect(new Set(ids).size).toBe(REQUESTS);
    expect(ids.length).toBe(REQUESTS);
    expect(handled().find((line) => line["request_id"] === "missed-7")?.["delivery"]).toBe("msg_7");
    const [call] = api.received;
    expect(call).toMatchObject({ method: "POST", path: "/v1/request/query-clickhouse" });
    expect(call?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it("asked for again, or delivered late, adds nothing", async () => {
    const before = handled().length;
    const { data } = await stack.call("POST", "/v1/backfill", { since: new Date(BEGIN).toISOString() });
    await finished(data["id"]);
    const [last] = await Promise.all([handled()]);
    expect(last.length).toBe(before);
  });

  it("waits for an API that fails, and can be stopped meanwhile", async () => {
    failures = 100;
    const { data } = await stack.call("POST", "/v1/backfill", { since: new Date(BEGIN).toISOString() });
    await eventually(async () => {
      const job = await stack.call("GET", `/v1/backfill/${data["id"]}`);
      return job.data["reason"] === "the request API answered 503";
    }, "the reason to be shown");
    expect(await stack.call("POST", `/v1/backfill/${data["id"]}/cancel`)).toMatchObject({
      status: 200,
      data: { status: "cancelled" },
    });
  });

  it("ends where the API refuses the question", async () => {
    api.reply = (_, response) => response.writeHead(400).end("canary-of-the-api");
    const { data } = await stack.call("POST", "/v1/backfill", { since: new Date(BEGIN).toISOString() });
    expect(await finished(data["id"], "failed")).toMatchObject({ reason: "the request API answered 400" });
  });

  it("is asked for with the right words", async () => {
    expect(await stack.call("POST", "/v1/backfill", {})).toMatchObject({ status: 400, field: "since" });
    expect((await stack.call("GET", "/v1/backfill")).status).toBe(405);
    expect((await stack.call("GET", "/v1/backfill/backfill_0")).status).toBe(404);
    expect((await stack.call("POST", "/v1/backfill/backfill_0/cancel")).status).toBe(404);
    expect((await fetch(`${stack.base}/v1/backfill/x`)).status).toBe(401);
  });
});
