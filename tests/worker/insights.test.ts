// The receiver's insights: what a batch counts, what it signals, what the API shows, and what is forgotten.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./support/endpoint.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const ALL = ["spend", "latency", "tokens", "usage"];
/** Noon of today, so that hours around it are of the same day. */
const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2;
const date = (at: number) => new Date(at).toISOString().slice(0, 10);

const VARS = {
  SPEND_PROPERTIES: "team",
  BUDGETS: JSON.stringify([
    { name: "day", limit: 10, window: "day", model: "budgeted-*" },
    { name: "month", limit: 10, window: "month", user: "u-month" },
  ]),
  LATENCY_ALERT: '[{"model":"slow-*","percentile":50,"ms":1000,"minimum":3}]',
  USER_LIMITS: '{"requests":3}',
  TOKEN_OUTLIERS: '{"deviations":4,"minimum":10}',
  SIGNATURE_ALERT: '{"failures":5,"minutes":5}',
};

type Stored = Awaited<ReturnType<Stack["insights"]>>;
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ vars: VARS });
});
afterAll(() => stack?.stop());

let made = 0;
/** A request as a handler observes it: $0.25, 100 + 50 tokens, one second. */
function observed(more: Record<string, unknown> = {}) {
  made += 1;
  return {
    delivery_id: `msg_${made}`,
    at: NOON,
    model: "gpt-4o",
    cost: 250_000_000,
    prompt_tokens: 100,
    completion_tokens: 50,
    latency_ms: 1000,
    want: ALL,
    ...more,
  };
}
const observe = (observations: unknown[], more: Record<string, unknown> = {}, on = stack) =>
  on.insights({ Observe: { now: NOON, observations, ...more } });
const signals = (answer: Stored) => {
  expect(answer).toMatchObject({ status: 200, error: null });
  return answer.data["signals"] as Record<string, Row>[];
};
const read = async (path: string, on = stack) => {
  const answer = await on.call("GET", `/v1/insights/${path}`);
  expect(answer, path).toMatchObject({ status: 200, error: null });
  return answer.data as Record<string, never> & { groups: Row[]; users: Row[]; counters: Row[]; total: Row };
};
const spend = async (model: string, on = stack) => (await read(`spend?model=${model}`, on)).total;

describe("a batch", () => {
  it("counts each measure of a delivery once", async () => {
    const one = observed({ model: "once", want: ["spend"] });
    expect(signals(await observe([one, one]))).toEqual([]);
    await observe([one, observed({ model: "once", want: ["spend"], cost: undefined })]);
    // Days later, when a sender still repeats it.
    await observe([one], { now: NOON + 8 * DAY });
    expect(await spend("once")).toMatchObject({ requests: 2, unknown: 1, cost: 0.25 });
    const tokens = async () => (await read("tokens?model=once")).groups;
    expect(await tokens()).toEqual([]);
    await observe([{ ...one, want: ALL }]);
    expect(await spend("once")).toMatchObject({ requests: 2, cost: 0.25 });
    expect(await tokens()).toMatchObject([{ group: date(NOON), requests: 1, prompt_tokens: 100 }]);
  });

  it("counts nothing twice where several come at once", async () => {
    const batch = Array.from({ length: 50 }, () => observed({ model: "at-once" }));
    await Promise.all([observe(batch), observe(batch), observe(batch.slice(10))]);
    expect(await spend("at-once")).toMatchObject({ requests: 50, cost: 12.5 });
  });

  it("that is sent again because its answer was not heard gets the same answer", async () => {
    const at = NOON - 30 * DAY;
    const body = { now: at, mark: "batch-1", counters: [["signature.no_match", 7]] };
    const first = signals(await observe([observed({ at, model: "heard" })], body));
    expect(first).toMatchObject([{ SignatureFailures: { failures: 7 } }]);
    expect(signals(await observe([observed({ at, model: "heard" })], body))).toEqual(first);
    const range = `since=${date(at)}&until=${date(at + DAY)}`;
    expect((await read(`counters?${range}`)).counters).toEqual([
      { group: null, name: "signature.no_match", count: 7 },
    ]);
    expect((await read(`spend?${range}&model=heard`)).total).toMatchObject({ requests: 1 });
  });

  it("has at most 100 observations", async () => {
    const many = Array.from({ length: 101 }, () => observed({ model: "many" }));
    expect(await observe(many)).toMatchObject({ status: 400, error: expect.stringContaining("100") });
    expect(await spend("many")).toMatchObject({ requests: 0 });
  });

  it("tells 1,000 models of a day apart and counts the others together", async () => {
    const at = NOON - 20 * DAY;
    for (let from = 0; from < 1100; from += 100)
      await observe(
        Array.from({ length: 100 }, (_, n) => observed({ at, model: `m-${from + n}`, want: ["spend"] })),
      );
    const range = `since=${date(at)}&until=${date(at + DAY)}&groupBy=model&limit=200`;
    const { groups, total } = await read(`spend?${range}`);
    expect(total).toMatchObject({ requests: 1100, cost: 275 });
    expect(groups[0]).toEqual({ group: null, is_rest: true, requests: 100, unknown: 0, cost: 25 });
    expect(groups).toHaveLength(200);
  });
});

describe("a signal", () => {
  it("of a budget comes at 80 and at 100 %, once a day", async () => {
    const take = async (dollars: number, at = NOON) =>
      signals(await observe([observed({ model: "budgeted-1", at, cost: dollars * 1e9, want: ["spend"] })]));
    expect(await take(7.5)).toEqual([]);
    const crossed = { budget: "day", limit: 10_000_000_000, unknown: 0, window: date(NOON) };
    expect(await take(0.5)).toEqual([{ BudgetCrossed: { ...crossed, percent: 80, spent: 8_000_000_000 } }]);
    expect(await take(1)).toEqual([]);
    expect(await take(3)).toEqual([{ BudgetCrossed: { ...crossed, percent: 100, spent: 12_000_000_000 } }]);
    expect(await take(3)).toEqual([]);
    expect(await take(9, NOON - DAY)).toMatchObject([
      { BudgetCrossed: { percent: 80, window: date(NOON - DAY) } },
    ]);
    const month = signals(await observe([observed({ user: "u-month", cost: 9e9, want: ["spend"] })]));
    expect(month).toMatchObject([{ BudgetCrossed: { budget: "month", window: date(NOON).slice(0, 7) } }]);
  });

  it("of latency comes once an hour and model", async () => {
    const take = async (model: string, at: number, count: number) =>
      signals(await observe(Array.from({ length: count }, () => observed({ model, at, latency_ms: 3000 }))));
    expect(await take("slow-1", NOON, 2)).toEqual([]);
    const [told, ...more] = await take("slow-1", NOON, 1);
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      LatencyHigh: { model: "slow-1", percentile: 50, threshold: 1000, requests: 3 },
    });
    expect(await take("slow-1", NOON, 5)).toEqual([]);
    expect(await take("slow-2", NOON, 3)).toHaveLength(1);
    expect(await take("slow-1", NOON - HOUR, 3)).toHaveLength(1);
  });

  it("of a user names them by hash, and of odd tokens the delivery", async () => {
    const user = "user-with-a-name";
    const batch = Array.from({ length: 3 }, () => observed({ user, model: "tokens-1" }));
    const [limit] = signals(await observe(batch));
    expect(limit).toMatchObject({ UserSoftLimit: { what: "requests", used: 3, limit: 3 } });
    expect(JSON.stringify(limit)).not.toContain(user);
    const { users } = await read("users?limit=200");
    const row = users.find((one) => one["user"] === user);
    expect(row).toMatchObject({
      alias: limit?.["UserSoftLimit"]?.["user"],
      requests: 3,
      tokens: 450,
      cost: 0.75,
    });

    await observe(Array.from({ length: 10 }, () => observed({ model: "tokens-1" })));
    const odd = observed({ model: "tokens-1", completion_tokens: 5000 });
    const outlier = { delivery_id: odd.delivery_id, model: "tokens-1", completion_tokens: 5000 };
    expect(signals(await observe([odd]))).toMatchObject([{ TokensOutlier: outlier }]);
    expect(signals(await observe([{ ...odd, delivery_id: "msg_odd" }]))).toEqual([]);
    const { groups } = await read("tokens?groupBy=model&limit=200");
    const model = groups.find((one) => one["group"] === "tokens-1");
    expect(model).toMatchObject({ requests: 15, prompt_tokens: 1500, usual_ratio: expect.any(Number) });
  });

  it("of refused signatures comes with a batch or without one", async () => {
    const at = NOON - 40 * DAY;
    const refuse = (count: number, minute: number, observations: unknown[] = []) =>
      observe(observations, { now: at + minute * 60_000, counters: [["signature.expired", count]] });
    expect(signals(await refuse(3, 0))).toEqual([]);
    expect(signals(await refuse(1, 4, [observed({ at })]))).toEqual([]);
    expect(signals(await refuse(1, 5))).toEqual([]);
    expect(signals(await refuse(3, 6))).toMatchObject([{ SignatureFailures: { failures: 5, minutes: 5 } }]);
    expect(signals(await refuse(50, 7))).toEqual([]);
    const range = `since=${date(at)}&until=${date(at + DAY)}`;
    const { counters } = await read(`counters?${range}&groupBy=day`);
    expect(counters).toEqual([{ group: date(at), name: "signature.expired", count: 58 }]);
  });
});

describe("the API", () => {
  it("groups what was spent by day, model, user and property", async () => {
    const at = NOON - 50 * DAY;
    const own = (more: object) => observed({ at, ...more });
    await observe([
      own({ model: "a", user: "u-1", properties: { team: "red", other: "x" } }),
      own({ model: "b", user: "u-1", cost: 123, properties: { team: "blue" } }),
      own({ model: "b", at: at + DAY, cost: undefined }),
      own({ model: undefined, at: at + DAY, user: undefined, properties: { team: "red" } }),
    ]);
    const range = `since=${date(at)}&until=${date(at + 2 * DAY)}`;
    const grouped = async (by: string) => {
      const { groups } = await read(`spend?${range}&groupBy=${by}`);
      return groups.map((one) => [one["group"], one["requests"], one["unknown"], one["cost"]]);
    };
    expect(await grouped("day")).toEqual([
      [date(at), 2, 0, 0.250000123],
      [date(at + DAY), 2, 1, 0.25],
    ]);
    expect(await grouped("model")).toEqual([
      [null, 1, 0, 0.25],
      ["a", 1, 0, 0.25],
      ["b", 2, 1, 0.000000123],
    ]);
    expect(await grouped("user")).toEqual(
      [
        [null, 2, 1, 0.25],
        ["u-1", 2, 0, 0.250000123],
      ].sort((one, other) => Number(other[3]) - Number(one[3])),
    );
    expect(await grouped("property&property=team")).toEqual([
      ["red", 2, 0, 0.5],
      ["blue", 1, 0, 0.000000123],
    ]);
    expect(await grouped("property&property=other")).toEqual([]);
    const { total, since, until } = await read(`spend?${range}&model=b`);
    expect(total).toEqual({ group: null, is_rest: false, requests: 2, unknown: 1, cost: 0.000000123 });
    expect([since, until]).toEqual([at, at + 2 * DAY].map((day) => `${date(day)}T00:00:00.000Z`));
  });

  it("shows how long requests took", async () => {
    const at = NOON - 60 * DAY;
    const took = (model: string, latency_ms: number | undefined, hours = 0) =>
      observed({ model, latency_ms, at: at + hours * HOUR });
    await observe([
      took("x", 100),
      took("x", 900, 1),
      took("x", 1000, 1),
      took("y", 50),
      took("y", undefined),
    ]);
    const range = `since=${date(at)}&until=${date(at + DAY)}`;
    const [x, y] = (await read(`latency?${range}`)).groups;
    expect(x).toMatchObject({ group: "x", requests: 3, mean_ms: 667 });
    for (const [name, exact] of [
      ["p50_ms", 900],
      ["p99_ms", 1000],
    ] as const) {
      expect(Number(x?.[name])).toBeGreaterThanOrEqual(exact);
      expect(Number(x?.[name])).toBeLessThanOrEqual(exact * 1.1);
    }
    expect(y).toMatchObject({ group: "y", requests: 1 });
    const hours = (await read(`latency?${range}&groupBy=hour&model=x`)).groups;
    expect(hours.map((one) => [one["group"], one["requests"]])).toEqual([
      [`${date(at)}T12`, 1],
      [`${date(at)}T13`, 2],
    ]);
    expect((await read(`latency?${range}&groupBy=day`)).groups).toMatchObject([{ requests: 4 }]);
  });

  it("lists users in pages, those with the most requests first", async () => {
    const at = NOON - 70 * DAY;
    const names = ["e", "d", "c", "b", "a"];
    const batch = names.flatMap((user, n) =>
      Array.from({ length: n < 2 ? 2 : 1 }, () => observed({ at, user })),
    );
    await observe([...batch, observed({ at, user: "a", failed: true }), observed({ at })]);
    const found: unknown[] = [];
    let cursor = "";
    do {
      const range = `since=${date(at)}&until=${date(at + DAY)}`;
      const page = await read(`users?${range}&limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.users.length).toBeLessThanOrEqual(2);
      found.push(...page.users.map((one) => [one["user"], one["requests"], one["failed"]]));
      cursor = String(page["next_cursor"] ?? "");
    } while (cursor);
    expect(found).toEqual([
      ["a", 2, 1],
      ["d", 2, 0],
      ["e", 2, 0],
      [null, 1, 0],
      ["b", 1, 0],
      ["c", 1, 0],
    ]);
  });

  it("names the parameter that is wrong", async () => {
    for (const [path, field] of [
      ["spend?since=soon", "since"],
      ["spend?since=2026-01-02&until=2026-01-01", "until"],
      ["latency?groupBy=user", "groupBy"],
      ["users?limit=201", "limit"],
      ["users?cursor=%00", "cursor"],
      ["counters?model=m", "model"],
      ["spend?groupBy=property", "property"],
    ])
      expect(await stack.call("GET", `/v1/insights/${path}`), path).toMatchObject({
        status: 400,
        code: "invalid_field",
        field,
      });
    expect((await stack.call("GET", "/v1/insights/nothing")).status).toBe(404);
    expect((await stack.call("POST", "/v1/insights/spend")).status).toBe(405);
  });

  it("is for the root key and keys of the default org that may read requests", async () => {
    await stack.call("POST", "/v1/orgs", { id: "acme" });
    const status = async (body: object) => {
      const { data } = await stack.call("POST", "/v1/keys", { name: "test", ...body });
      const headers = { authorization: `Bearer ${data["key"]}` };
      return (await stack.call("GET", "/v1/insights/users", undefined, headers)).status;
    };
    expect(await status({ scopes: ["requests:read"] })).toBe(200);
    expect(await status({ scopes: ["webhooks:read"] })).toBe(403);
    expect(await status({ scopes: ["requests:read"], org: "acme" })).toBe(403);
    const nobody = await stack.call("GET", "/v1/insights/users", undefined, { authorization: "" });
    expect(nobody.status).toBe(401);
  });

  it("is there where the receiver is, which needs no other settings of the dispatcher", async () => {
    const dispatcher = await startStack({ vars: { ROLES: "dispatcher" } });
    expect((await dispatcher.call("GET", "/v1/insights/spend")).status).toBe(404);
    await dispatcher.stop();
    const receiver = await startStack({ vars: { ROLES: "receiver", URL_SIGNING_KEY: "" } });
    expect((await receiver.call("GET", "/v1/insights/spend")).status).toBe(200);
    await receiver.stop();
  });
});

describe("what is old", () => {
  it("is forgotten: sums after the retention, ids of deliveries after eight days", async () => {
    const short = await startStack({ vars: { ...VARS, INSIGHTS_RETENTION_DAYS: "10" } });
    const forget = async (days: number) =>
      (await short.insights({ Forget: { now: NOON + days * DAY } })).data;
    const one = observed({ model: "budgeted-old", cost: 9e9, user: "u" });
    expect(signals(await observe([one], {}, short))).toHaveLength(1);
    expect(await forget(8)).toEqual({ more: false, is_empty: false });
    expect(signals(await observe([one], { now: NOON + 8 * DAY }, short))).toEqual([]);
    expect(await spend("budgeted-old", short)).toMatchObject({ requests: 1 });

    // Nobody remembers the delivery any more; what was signalled is.
    await forget(9);
    expect(signals(await observe([one], { now: NOON + 9 * DAY }, short))).toMatchObject([
      { BudgetCrossed: { percent: 100 } },
    ]);
    expect(await spend("budgeted-old", short)).toMatchObject({ requests: 2 });
    await forget(10);
    expect(await spend("budgeted-old", short)).toMatchObject({ requests: 2 });
    expect(await forget(11)).toMatchObject({ is_empty: false });
    expect(await spend("budgeted-old", short)).toMatchObject({ requests: 0 });
    // From before what is kept: counted nowhere.
    await observe([observed({ model: "older", at: NOON })], { now: NOON + 11 * DAY }, short);
    expect(await spend("older", short)).toMatchObject({ requests: 0 });
    // Months and what was signalled in them stay for as long as a month can be.
    expect(await forget(100)).toEqual({ more: false, is_empty: true });
    await short.stop();
  });

  it("is forgotten by the alarm", async () => {
    // A day in less than half a second.
    const budget = '[{"name":"any","limit":0.25,"window":"day"}]';
    const vars = { INSIGHTS_RETENTION_DAYS: "1", BUDGETS: budget, TEST_CLOCK: `200000@${Date.now()}` };
    const fast = await startStack({ vars });
    const now = Date.now();
    const body = { now, observations: [observed({ at: now, model: "brief" })] };
    expect(signals(await fast.insights({ Observe: body })), "it was there").toHaveLength(1);
    const range = `spend?since=${date(now)}&until=${date(now + 2 * DAY)}&groupBy=model`;
    await eventually(async () => (await read(range, fast)).groups.length === 0, "the row is gone");
    await fast.stop();
  });
});

it("counts nothing while a setting is wrong, and says which", async () => {
  const wrong = await startStack({ vars: { BUDGETS: '[{"name":"team","limit":-1,"window":"day"}]' } });
  const answer = await observe([observed()], {}, wrong);
  expect(answer).toMatchObject({ status: 500, error: expect.stringMatching(/^BUDGETS\[0\]\.limit: /) });
  expect(await spend("gpt-4o", wrong)).toMatchObject({ requests: 0 });
  await wrong.stop();
});
