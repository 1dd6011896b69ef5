// The history of requests: found by Helicone's filters, page by page, by whom they belong to and as long as they are kept.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CANARY, completed } from "./support/events.ts";
import { type Answer, type Row, type Stack, startStack } from "./support/stack.ts";

const DAY = 86_400_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
/** So many seconds into today. */
const today = (seconds: number) => new Date(Date.parse(dayOf(Date.now())) + seconds * 1000).toISOString();
const ids = (answer: Answer) => (answer.data as unknown as Row[]).map((row) => row["request_id"]);

let stack: Stack;
/** Of the org `acme`, by what they may do. */
const keys: Record<string, { authorization: string }> = {};

const by = (scope: string, org = "acme") => keys[`${org} ${scope}`] as { authorization: string };
const call = (method: string, path: string, body?: unknown, scope = "requests:read", org = "acme") =>
  stack.call(method, path, body, by(scope, org));
const query = (body: unknown, org = "acme") => call("POST", "/v1/request/query", body, "requests:read", org);
const send = (events: unknown, org = "acme") => call("POST", "/v1/events", events, "events:write", org);

const SENT = [
  completed({
    request_id: "q1",
    created_at: today(1),
    user_id: "abc@email.com",
    model: "gpt-4o-mini",
    cost: 0.5,
  }),
  completed({
    request_id: "q2",
    created_at: today(2),
    user_id: "abc@email.com",
    model: "claude-sonnet-4",
    cost: 2,
  }),
  completed({
    request_id: "q3",
    created_at: today(3),
    user_id: "bob",
    type: "request.failed",
    status: 500,
    cost: undefined,
    model: "in-house-1",
    provider: "OURS",
    properties: { environment: "staging", "Helicone-Session-Id": "s-1" },
  }),
  completed({ request_id: "q3", type: "guardrail.blocked" }),
];

beforeAll(async () => {
  stack = await startStack({ offline: true });
  const scopes = ["events:write", "webhooks:read", "webhooks:write", "requests:read", "scores:write"];
  for (const org of ["acme", "other", "paging", "kept"]) {
    await stack.call("POST", "/v1/orgs", { id: org });
    for (const scope of scopes) {
      const { data } = await stack.call("POST", "/v1/keys", { org, name: scope, scopes: [scope] });
      keys[`${org} ${scope}`] = { authorization: `Bearer ${data["key"]}` };
    }
  }
  for (const org of ["acme", "paging", "kept"]) {
    const webhook = { destination: "https://hooks.example.com/in", eventTypes: ["request.*"] };
    const created = await call("POST", "/v1/webhooks", webhook, "webhooks:write", org);
    expect(created.status).toBe(200);
  }
  expect((await send(SENT)).status).toBe(202);
});
afterAll(async () => {
  await stack?.stop();
});

describe("a query", () => {
  const main = (column: string, tests: unknown) => ({ request_response_rmt: { [column]: tests } });

  it.each([
    ["everything", "all", ["q3", "q2", "q1"]],
    ["nothing said", {}, ["q3", "q2", "q1"]],
    ["an id", main("request_id", { equals: "q2" }), ["q2"]],
    ["a property", main("properties", { environment: { equals: "staging" } }), ["q3"]],
    ["a time", main("request_created_at", { gte: today(2) }), ["q3", "q2"]],
    ["a cost, where unknown is not zero", main("cost", { lte: 0.5 }), ["q1"]],
    [
      "a user and a model",
      {
        operator: "and",
        right: main("model", { contains: "gpt-4" }),
        left: main("user_id", { equals: "abc@email.com" }),
      },
      ["q1"],
    ],
    [
      "either of two, in the older names",
      {
        left: { response: { status: { gte: 500 } } },
        operator: "or",
        right: { request: { model: { like: "claude%" } } },
      },
      ["q3", "q2"],
    ],
    ["an inner wildcard", main("model", { like: "g%o-m_n%" }), ["q1"]],
    [
      "as many values as may be",
      main(
        "properties",
        Object.fromEntries(Array.from({ length: 45 }, (_, at) => [`p${at}`, { "not-equals": `v${at}` }])),
      ),
      ["q3", "q2", "q1"],
    ],
  ])("finds %s", async (_, filter, found) => {
    for (const path of ["query", "query-clickhouse"]) {
      const answer = await call("POST", `/v1/request/${path}`, { filter });
      expect([answer.status, answer.error]).toEqual([200, null]);
      expect(ids(answer)).toEqual(found);
    }
    expect(await call("POST", "/v1/request/count/query", { filter })).toMatchObject({ data: found.length });
  });

  it("answers rows in Helicone's names", async () => {
    const [row] = (await query({ filter: main("request_id", { equals: "q1" }) })).data as unknown as Row[];
    expect(row).toMatchObject({
      request_id: "q1",
      request_created_at: today(1),
      request_user_id: "abc@email.com",
      request_model: "gpt-4o-mini",
      provider: "OPENAI",
      response_status: 200,
      delay_ms: 930,
      prompt_tokens: 13,
      completion_tokens: 17,
      total_tokens: 30,
      prompt_cache_read_tokens: null,
      cost: 0.5,
      request_properties: { environment: "production" },
      scores: null,
      request_body: null,
      signed_body_url: expect.stringContaining("/payloads/acme/"),
    });
    const [unpriced] = (await query({ filter: main("request_id", { equals: "q3" }) }))
      .data as unknown as Row[];
    expect(unpriced).toMatchObject({ cost: null, costUSD: null, cost_status: "unknown_provider" });
    const exchange = await (await fetch(String(row?.["signed_body_url"]))).json();
    expect(exchange).toEqual({ request: SENT[0]?.["request"], response: SENT[0]?.["response"] });
  });

  it("is in an order, of a length, and behind some", async () => {
    expect(ids(await query({ sort: { created_at: "asc" }, limit: 2 }))).toEqual(["q1", "q2"]);
    expect(ids(await query({ offset: 1, limit: 1 }))).toEqual(["q2"]);
    const full = await query({ limit: 2 });
    const cursor = full.headers.get("next-cursor");
    expect(ids(await query({ limit: 2, cursor }))).toEqual(["q1"]);
    expect((await query({ limit: 9 })).headers.get("next-cursor")).toBeNull();
    const both = await call("POST", "/v1/request/query-ids", { requestIds: ["q1", "none", "q3"] });
    expect(ids(both).toSorted()).toEqual(["q1", "q3"]);
  });

  it("looks for rows by an index, and says how", async () => {
    const plans = async (filter: unknown) => {
      const answer = await call("POST", "/v1/request/query?explain=true", { filter, limit: 1 });
      return (answer.data as unknown as { day: string; rows: number; plan: string[] }[])[0];
    };
    const key = "SEARCH requests USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)";
    expect(await plans("all")).toEqual({ day: dayOf(Date.now()), rows: 1, plan: [key] });
    expect((await plans(main("request_created_at", { lt: today(3) })))?.plan).toEqual([key]);
    expect((await plans(main("user_id", { equals: "bob" })))?.plan[0]).toContain("requests_by_user");
    expect((await plans(main("request_id", { equals: "q1" })))?.plan[0]).toContain("requests_by_id");
  });

  it.each([
    ["/v1/request/query", { filter: main("cost", { gte: "1" }) }, "filter.request_response_rmt.cost.gte"],
    ["/v1/request/query", { filter: { left: "all", operator: "or" } }, "filter.right"],
    [
      "/v1/request/query-clickhouse",
      { filter: main("request_body", { contains: "x" }) },
      "filter.request_response_rmt.request_body",
    ],
    ["/v1/request/count/query", { filter: "some" }, "filter"],
    ["/v1/request/query", { limit: 1001 }, "limit"],
    ["/v1/request/query", { sort: { cost: "asc" } }, "sort.cost"],
    ["/v1/request/query", { cursor: "1" }, "cursor"],
    ["/v1/request/query?explain=1", {}, "explain"],
    ["/v1/request/query-ids", { requestIds: "q1" }, "requestIds"],
  ])("%s names what is wrong with %j", async (path, body, field) => {
    expect(await call("POST", path, body)).toMatchObject({ status: 400, code: "invalid_field", field });
  });
});

describe("a request", () => {
  it("is shown with its bodies where they are asked for", async () => {
    expect((await call("GET", "/v1/request/q2")).data).toMatchObject({
      request_id: "q2",
      request_body: null,
    });
    const whole = await call("GET", "/v1/request/q2?includeBody=true");
    expect(whole.data).toMatchObject({
      request_body: SENT[1]?.["request"],
      response_body: SENT[1]?.["response"],
    });
    expect(JSON.stringify(whole.data)).toContain(CANARY);
    expect(await call("GET", "/v1/request/none")).toMatchObject({ status: 404, error: "request not found" });
    expect(await call("GET", "/v1/request/q2?includeBody=yes")).toMatchObject({ field: "includeBody" });
  });

  it("of any id is found", async () => {
    const id = "a/b?c=ü #%";
    await send(completed({ request_id: id, created_at: today(0) }));
    const path = `/v1/request/${encodeURIComponent(id)}`;
    expect((await call("GET", path)).data).toMatchObject({ request_id: id });
    expect((await call("PUT", `${path}/property`, { key: "k", value: "v" }, "scores:write")).status).toBe(
      200,
    );
    expect((await call("GET", path)).data).toMatchObject({ properties: { k: "v" } });
  });

  it("gets scores, feedback and properties, which can be asked for", async () => {
    const write = (method: string, path: string, body: unknown) =>
      call(method, `/v1/request/q1/${path}`, body, "scores:write");
    expect(await write("POST", "score", { scores: { accuracy: 95, polite: true } })).toMatchObject({
      status: 201,
      data: null,
      error: null,
    });
    expect(await write("POST", "feedback", { rating: false })).toMatchObject({ status: 200, data: null });
    expect(await write("PUT", "property", { key: "team", value: "blue" })).toMatchObject({ status: 200 });
    expect((await call("GET", "/v1/request/q1")).data).toMatchObject({
      scores: { accuracy: 95, "polite-hcone-bool": 1, "helicone-score-feedback": 0 },
      properties: { environment: "production", team: "blue" },
    });
    for (const filter of [
      { scores: { accuracy: { gte: 90 } } },
      { "helicone-score-feedback": { equals: false } },
      { properties: { team: { equals: "blue" } } },
    ])
      expect(ids(await query({ filter: { request_response_rmt: filter } }))).toEqual(["q1"]);
    expect(ids(await query({ isScored: true }))).toEqual(["q1"]);
    // An event that comes later takes nothing of it away.
    await send({ ...SENT[0], type: "request.updated", cost: 0.75 });
    expect((await call("GET", "/v1/request/q1")).data).toMatchObject({
      cost: 0.75,
      event_type: "request.updated",
      scores: { accuracy: 95 },
      properties: { team: "blue" },
    });
    expect(stack.logged("request.scored")[0]).toMatchObject({ org: "acme", request: "q1", scores: 2 });
    expect(stack.logs().some((line) => line.includes("abc@email.com"))).toBe(false);
  });

  it("that fails a rule on scores raises an event of it, which is the same however often it is given", async () => {
    const rule = { name: "polite", metric: "score", score: "polite", threshold: 1 };
    const created = await call("POST", "/v1/rules", rule, "webhooks:write");
    expect(created.error).toBeNull();
    const webhook = { destination: "https://hooks.example.com/evals", eventTypes: ["eval.failed"] };
    const { data } = await call("POST", "/v1/webhooks", webhook, "webhooks:write");
    for (const polite of [false, false, true]) {
      const score = { scores: { polite } };
      expect((await call("POST", "/v1/request/q2/score", score, "scores:write")).status).toBe(201);
    }
    const log = `/v1/webhooks/${data["id"]}/deliveries`;
    const deliveries = async () =>
      (await call("GET", log, undefined, "webhooks:read")).data["deliveries"] as Row[];
    await expect.poll(deliveries, { timeout: 5000 }).toHaveLength(1);
    expect((await deliveries())[0]).toMatchObject({ event_type: "eval.failed", state: "delivered" });
  });

  it.each([
    ["POST", "score", { scores: { accuracy: 0.95 } }, "scores.accuracy"],
    ["POST", "score", { scores: { accuracy: "high" } }, "scores.accuracy"],
    ["POST", "score", { scores: {} }, "scores"],
    ["POST", "feedback", { rating: 5 }, "rating"],
    ["PUT", "property", { key: "team" }, "value"],
    ["PUT", "property", { key: "team", value: "x".repeat(5000) }, "value"],
  ])("%s %s refuses %j", async (method, path, body, field) => {
    const answer = await call(method, `/v1/request/q2/${path}`, body, "scores:write");
    expect(answer).toMatchObject({ status: 400, code: "invalid_field", field });
    // What does not exist is not there, whatever is said of it.
    const none = await call(method, `/v1/request/none/${path}`, body, "scores:write");
    expect(none.status).toBe(404);
  });
});

describe("nobody", () => {
  it("sees what belongs to another org", async () => {
    expect(await query({}, "other")).toMatchObject({ status: 200, data: [] });
    const asked = (method: string, path: string, body?: unknown, scope?: string) =>
      call(method, path, body, scope, "other");
    expect(await asked("POST", "/v1/request/count/query", {})).toMatchObject({ data: 0 });
    expect(await asked("GET", "/v1/request")).toMatchObject({ data: { requests: [], next_cursor: null } });
    expect(await asked("GET", "/v1/request/q1?includeBody=true")).toMatchObject({ status: 404 });
    const score = { scores: { a: 1 } };
    expect(await asked("POST", "/v1/request/q1/score", score, "scores:write")).toMatchObject({ status: 404 });
  });

  it("reads or writes without the scope for it", async () => {
    expect(await call("POST", "/v1/request/query", {}, "scores:write")).toMatchObject({ status: 403 });
    expect(await call("GET", "/v1/request/q1", undefined, "webhooks:read")).toMatchObject({ status: 403 });
    const score = { scores: { a: 1 } };
    expect(await call("POST", "/v1/request/q1/score", score)).toMatchObject({ status: 403 });
    expect(await call("DELETE", "/v1/request/q1")).toMatchObject({ status: 405 });
    expect(await call("GET", "/v1/request/q1/score", undefined, "scores:write")).toMatchObject({
      status: 405,
    });
  });
});

describe("a list", () => {
  /** A day's segment, as intake has noted it then. */
  async function note(ago: number, events: Row[]) {
    const at = Date.now() - ago * DAY;
    const index = {
      at,
      base_url: stack.base,
      subscriptions: [],
      events: events.map((facts, position) => ({
        id: `e-${ago}-${position}`,
        type: "request.completed",
        request: `${ago}-${position}`,
        user: ago === 5 ? "rare" : "often",
        place: [0, 9, 0, 9],
        facts: { created_at: at + position, ...facts },
      })),
    };
    const command = { Append: { key: `archive/paging/${ago}`, at, events: [events.length] } };
    await stack.history(`paging/${dayOf(at)}`, command, [JSON.stringify(index)]);
  }
  const list = (parameters = "") =>
    call("GET", `/v1/request${parameters}`, undefined, "requests:read", "paging");
  const page = (answer: Answer) => answer.data as { requests: Row[]; next_cursor: string | null };

  beforeAll(async () => {
    for (const ago of [1, 3, 5]) await note(ago, [{ cost: 1 }, { cost: 2 }, { cost: 3 }]);
  });

  it("goes on where the page before ended, over days and whatever comes in between", async () => {
    const seen: unknown[] = [];
    let cursor: string | null = "";
    for (let turn = 0; cursor !== null && turn < 20; turn += 1) {
      const answer: Answer = await list(`?limit=2${cursor && `&cursor=${cursor}`}`);
      const { requests, next_cursor } = page(answer);
      seen.push(...requests.map((row) => row["request_id"]));
      cursor = next_cursor;
      // Before and behind the place where it goes on, and an event of a request that is there.
      await note(3, [{ cost: 9 }]);
      await send(completed({ request_id: `new-${turn}`, created_at: today(turn) }), "paging");
    }
    expect(seen).toEqual(["1-2", "1-1", "1-0", "3-2", "3-1", "3-0", "5-2", "5-1", "5-0"]);
    const first = page(await list("?limit=1"));
    expect(first.requests[0]?.["request_id"]).toMatch(/^new-/);
  });

  it("is of a user, of a time, and skips over days", async () => {
    const rare = page(await list("?userId=rare&limit=2"));
    expect(rare.requests.map((row) => row["request_id"])).toEqual(["5-2", "5-1"]);
    const of = async (parameters: string) =>
      page(await list(parameters)).requests.map((row) => row["request_id"]);
    const [three, four] = [dayOf(Date.now() - 3 * DAY), dayOf(Date.now() - 4 * DAY)];
    expect(await of(`?startDate=${four}&endDate=${three}`)).toEqual(["3-2", "3-1", "3-0"]);
    expect(await of("?startDate=2000-01-01T00:00:00Z&endDate=2000-01-02T00:00:00Z")).toEqual([]);
    const filter = { request_response_rmt: { user_id: { equals: "often" }, cost: { lt: 4 } } };
    const far = await query({ filter, offset: 4, limit: 3 }, "paging");
    expect(ids(far)).toEqual(["3-1"]);
    const old = await query({ sort: { created_at: "asc" }, limit: 4 }, "paging");
    expect(ids(old)).toEqual(["5-0", "5-1", "5-2", "3-0"]);
    expect(await list("?user=x")).toMatchObject({ status: 400, field: "user" });
    expect(await list("?limit=201")).toMatchObject({ status: 400, field: "limit" });
  });

  it("is exported line by line", async () => {
    const lines = async (parameters: string, org = "acme") => {
      const response = await fetch(`${stack.base}/v1/request/export${parameters}`, {
        headers: by("requests:read", org),
      });
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
      const text = await response.text();
      return text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Row);
    };
    const filter = encodeURIComponent(JSON.stringify({ request_response_rmt: { status: { lt: 600 } } }));
    const all = await lines(`?includeBody=true&filter=${filter}`);
    expect(all.map((row) => row["request_id"]).slice(0, 3)).toEqual(["q3", "q2", "q1"]);
    expect(all[2]).toMatchObject({ request_body: SENT[0]?.["request"], scores: { accuracy: 95 } });
    const first = await lines("?limit=2");
    const next = await lines(`?limit=1&cursor=${first[1]?.["cursor"]}`);
    expect([...first, ...next].map((row) => row["request_id"])).toEqual(["q3", "q2", "q1"]);
    expect(first[0]?.["request_body"]).toBeNull();
    // More than one page of the walk.
    const events = Array.from({ length: 1000 }, (_, at) => completed({ request_id: `many-${at}` }));
    await send(events, "kept");
    const many = await lines("?limit=900", "kept");
    expect(new Set(many.map((row) => row["request_id"])).size).toBe(900);
    const wrong = await call("GET", "/v1/request/export?filter=%7B", undefined);
    expect(wrong).toMatchObject({ status: 400, field: "filter" });
    expect(await call("GET", "/v1/request/export?limit=401&includeBody=true")).toMatchObject({
      field: "limit",
    });
  });
});
