// Deliveries that were never tried: held, or waiting on the queue. Only the history knows of them.
import { expect, it } from "vitest";
import { startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

async function list(stack: Stack, id: string, query: string) {
  const { data } = await stack.call("GET", `/v1/webhooks/${id}/deliveries?${query}`);
  return { rows: data["deliveries"] as Row[], next: data["next_cursor"] as string | null };
}

async function pages(stack: Stack, id: string, query: string) {
  const sizes: number[] = [];
  const rows: Row[] = [];
  let cursor = "";
  do {
    const page = await list(stack, id, query + (cursor && `&cursor=${cursor}`));
    sizes.push(page.rows.length);
    rows.push(...page.rows);
    cursor = page.next ?? "";
  } while (cursor);
  return { sizes, rows };
}

const eventIds = (rows: Row[]) => rows.map((row) => row["event_id"]);

it("what is held is listed, newest first and page by page, until it is recovered", async () => {
  const endpoint = await startEndpoint();
  const stack = await startStack();
  const { id } = await stack.subscribe(endpoint.url, { eventTypes: ["*"] });
  await stack.send(completed());
  await endpoint.until(1);
  await stack.call("PATCH", `/v1/webhooks/${id}`, { status: "paused" });
  const types = ["a.one", "a.two", "a.one", "a.two", "a.one"];
  const events = types.map((type, at) => completed({ id: `e-${at}`, type }));
  await stack.send(events.slice(0, 3));
  await stack.send(events[3]);
  await stack.send(events[4]);

  const newestFirst = ["e-4", "e-3", "e-2", "e-1", "e-0"];
  const held = await list(stack, id, "state=held");
  expect(eventIds(held.rows)).toEqual(newestFirst);
  expect(held.next).toBeNull();
  expect(held.rows[0]).toMatchObject({
    webhook_id: id,
    event_type: "a.one",
    state: "held",
    attempt_count: 0,
    next_attempt_at: null,
  });
  const two = await pages(stack, id, "state=held&limit=2");
  expect([two.sizes, eventIds(two.rows)]).toEqual([[2, 2, 1], newestFirst]);
  expect(eventIds((await pages(stack, id, "state=held&eventType=a.two&limit=1")).rows)).toEqual([
    "e-3",
    "e-1",
  ]);
  expect(
    (await list(stack, id, `state=held&since=${new Date(Date.now() + 60_000).toISOString()}`)).rows,
  ).toEqual([]);
  expect((await list(stack, id, "state=waiting")).rows).toEqual([]);

  await stack.call("PATCH", `/v1/webhooks/${id}`, { status: "active" });
  expect((await list(stack, id, "state=held")).rows).toHaveLength(5);
  await stack.call("POST", `/v1/webhooks/${id}/recover`, { since: "2026-01-01T00:00:00Z", states: ["held"] });
  const received = await endpoint.until(6);
  // The same ids as were listed.
  const sent = received.slice(1).map(({ headers }) => headers["webhook-id"]);
  expect(sent.toSorted()).toEqual(held.rows.map((row) => String(row["id"])).toSorted());
  for (const one of sent) await stack.delivery(one, "delivered");
  expect((await list(stack, id, "state=held")).rows).toEqual([]);
  await stack.stop();
  await endpoint.stop();
});

it("what waits on the queue is listed, and is held once its webhook is paused", async () => {
  const thief = await startEndpoint();
  const stack = await startStack({ collect: { url: thief.url, queues: ["heliograph-express"] } });
  const { id } = await stack.subscribe(thief.url);
  const events = [completed({ id: "w-0" }), completed({ id: "w-1" })];
  await stack.send(events);
  expect(eventIds((await list(stack, id, "state=waiting")).rows)).toEqual(["w-1", "w-0"]);
  expect((await list(stack, id, "state=held")).rows).toEqual([]);
  await stack.call("PATCH", `/v1/webhooks/${id}`, { status: "paused" });
  expect(eventIds((await list(stack, id, "state=held")).rows)).toEqual(["w-1", "w-0"]);
  expect((await list(stack, id, "state=waiting")).rows).toEqual([]);

  // A cursor of the other list is a place long past.
  expect(await list(stack, id, "state=held&cursor=1.1")).toEqual({ rows: [], next: null });
  for (const [query, field] of [
    ["state=held&state=dead", "state"],
    ["state=held&state=waiting", "state"],
    ["state=lost", "state"],
    ["state=held&cursor=2026-11-21", "cursor"],
  ]) {
    const refused = await stack.call("GET", `/v1/webhooks/${id}/deliveries?${query}`);
    expect([refused.status, refused.field], query).toEqual([400, field]);
  }
  await stack.stop();
  await thief.stop();
});
