// The preview of a webhook: over what was archived, and over events that the call brings.
import { afterAll, beforeAll, expect, it } from "vitest";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
const preview = (body: unknown, key = stack.rootKey) =>
  stack.call("POST", "/v1/webhooks/preview", body, { authorization: `Bearer ${key}` });
const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  stack = await startStack();
  // It takes part in no delivery: what it matches is archived and held.
  await stack.subscribe("http://127.0.0.1:9/", { status: "paused", eventTypes: ["*"] });
});
afterAll(() => stack?.stop());

const kinds = [
  completed({ cost: 0.9, properties: { environment: "production" } }),
  completed({ type: "eval.failed" }),
  completed({ cost: 0.9, properties: { environment: "test" } }),
  completed({ cost: 0.1, properties: { environment: "production" } }),
];
const criteria = {
  eventTypes: ["request.*"],
  propertyFilters: [{ key: "environment", value: "production" }],
  filter: { cost: { $gt: 0.5 } },
};
const why = (at: number, path: string, reason: string) => ({
  event: `${kinds[at]?.["type"]}:${kinds[at]?.request_id}`,
  event_type: kinds[at]?.["type"],
  request_id: kinds[at]?.request_id,
  why: { path, reason },
});
const outcome = {
  considered: 4,
  matched: 1,
  matches: [`request.completed:${kinds[0]?.request_id}`],
  unmatched: [
    why(1, "eventTypes", "wrong_value"),
    why(2, "propertyFilters[0]", "wrong_value"),
    why(3, "filter.cost.$gt", "wrong_value"),
  ],
};

it("tells of events in the call which match and what the others fail at", async () => {
  const answer = await preview({ ...criteria, events: kinds });
  expect(answer).toMatchObject({ status: 200, error: null, data: outcome });
  const none = await preview({ sampleRate: 0, events: [kinds[0]] });
  expect(none.data).toMatchObject({ matched: 0, unmatched: [why(0, "sampleRate", "not_in_sample")] });
});

it("tells the same of archived events, the newest first", async () => {
  // Two calls, hence two segments.
  await stack.send(kinds.slice(0, 2));
  await stack.send(kinds.slice(2));
  const answer = await preview(criteria);
  expect(answer.data).toMatchObject({ ...outcome, unmatched: outcome.unmatched.toReversed() });
  expect(answer.data["note"]).toContain("archived");
  const two = await preview({ ...criteria, last: 2 });
  expect(two.data).toMatchObject({ considered: 2, matched: 0, unmatched: [{}, {}] });
  expect((two.data["unmatched"] as Row[]).map((one) => one["request_id"])).toEqual([
    kinds[3]?.request_id,
    kinds[2]?.request_id,
  ]);
  // What a client sends again is archived again, and looked at once.
  await stack.send(kinds);
  expect((await preview(criteria)).data).toMatchObject({ considered: 4, matched: 1 });
});

it("goes back day by day, in its own org, past what was never stored", async () => {
  await stack.call("POST", "/v1/orgs", { id: "acme" });
  const scopes = ["webhooks:read", "requests:read"];
  const issued = await stack.call("POST", "/v1/keys", { org: "acme", name: "p", scopes });
  const key = String(issued.data["key"]);
  expect((await preview(criteria, key)).data).toMatchObject({ considered: 0, matches: [], unmatched: [] });
  const { rows } = await stack.history(`default/${day(0)}`, { Page: { after_seq: 0, limit: 2 } });
  for (const [ago, row] of rows.entries()) {
    const at = Date.now() - (ago + 2) * 86_400_000;
    const note = (key: unknown, index: Row) =>
      stack.history(`acme/${day(ago + 2)}`, { Append: { key, at, events: [2] } }, [JSON.stringify(index)]);
    await note(row["key"], row.index);
    await note("archive/acme/gone", {
      ...row.index,
      events: [{ ...kinds[0], id: `x${ago}`, type: "a", request: "x", place: [0, 9, 0, 9] }],
    });
  }
  expect((await preview(criteria, key)).data).toMatchObject({ considered: 4, matched: 1 });
  // Reading a day makes nothing of it.
  expect((await stack.history(`acme/${day(0)}`, { Page: { after_seq: 0, limit: 1 } })).rows).toEqual([]);
});

it("reads a thousand events of one call, and no more than are asked for", async () => {
  const events = Array.from({ length: 1000 }, (_, at) =>
    completed({ request_id: `many-${at}`, type: "a.b", cost: at }),
  );
  await stack.send(events);
  const answer = await preview({ eventTypes: ["a.b"], filter: { cost: { $gte: 500 } }, last: 1000 });
  expect(answer.data).toMatchObject({ considered: 1000, matched: 500 });
  expect((answer.data["matches"] as string[])[0]).toBe("a.b:many-999");
  expect([answer.data["matches"], answer.data["unmatched"]].map((list) => (list as Row[]).length)).toEqual([
    20, 20,
  ]);
});

it("looks into the archive only for keys that may read requests", async () => {
  const issued = await stack.call("POST", "/v1/keys", { name: "w", scopes: ["webhooks:read"] });
  const key = String(issued.data["key"]);
  for (const body of [{}, { last: 1 }, { events: null }, { filter: { user_id: "u-1" } }]) {
    expect(await preview(body, key)).toMatchObject({
      status: 403,
      data: null,
      code: "forbidden",
      error: expect.stringContaining("requests:read"),
    });
  }
  expect((await preview({ events: kinds }, key)).data).toMatchObject({ considered: 4 });
  const other = await stack.call("POST", "/v1/keys", { name: "r", scopes: ["requests:read"] });
  expect(await preview({ last: 1 }, String(other.data["key"]))).toMatchObject({
    status: 403,
    error: expect.stringContaining("webhooks:read"),
  });
});

it("needs webhooks:read, and names what is wrong with the call", async () => {
  const issued = await stack.call("POST", "/v1/keys", { name: "e", scopes: ["events:write"] });
  expect((await preview({}, String(issued.data["key"]))).status).toBe(403);
  expect((await preview({}, "nobody")).status).toBe(401);
  const shown = await stack.call("GET", "/v1/webhooks/preview");
  expect(shown).toMatchObject({ status: 405 });
  expect(shown.headers.get("allow")).toBe("POST");
  for (const [body, field] of [
    [{ destination: "https://example.com" }, "destination"],
    [{ filter: { cost: { $over: 1 } } }, "filter.cost.$over"],
    [{ last: 1001 }, "last"],
    [{ events: [{}] }, "events[0].request_id"],
  ] as const) {
    expect(await preview(body)).toMatchObject({ status: 400, code: "invalid_field", field });
  }
  const typed = await stack.call("POST", "/v1/webhooks/preview", "{}", { "content-type": "application/xml" });
  expect(typed.status).toBe(415);
});
