// What a ledger keeps, volume by volume: by age, and by space.
import { expect, it } from "vitest";
import { eventually, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { startStack } from "./support/stack.ts";

/** A day takes two seconds. */
const PACE = 43_200;

it("goes by its age, and is one log as long as it stays", async () => {
  const endpoint = await startEndpoint();
  const stack = await startStack({
    vars: { RETENTION_DAYS: "3", TEST_CLOCK: `${PACE}@${Date.now()}` },
  });
  const { id: webhook } = await stack.subscribe(endpoint.url);
  const listed = async (query = "") => {
    const { data } = await stack.call("GET", `/v1/webhooks/${webhook}/deliveries${query}`);
    const rows = data["deliveries"] as { event_id: string; id: string }[];
    return { rows, next: data["next_cursor"] as string | null };
  };
  const deliver = async (event: unknown) => {
    const count = endpoint.received.length;
    expect(await stack.send(event)).toMatchObject({ status: 202 });
    const received = (await endpoint.until(count + 1))[count];
    await stack.delivery(received?.headers["webhook-id"], "delivered");
    return String(received?.headers["webhook-id"]);
  };
  const events = [completed(), completed(), completed()];
  const ids: string[] = [];
  for (const event of events) {
    if (ids.length > 0) await pause(2100);
    ids.push(await deliver(event));
  }
  // Each came more than a day after the one before, and so into a volume of its own.
  expect((await listed()).rows.map(({ id }) => id)).toEqual(ids.toReversed());
  const pages: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const page = await listed(`?limit=1${next && `&cursor=${encodeURIComponent(next)}`}`);
    pages.push(...page.rows.map(({ id }) => id));
    next = page.next;
  }
  expect(pages).toEqual(ids.toReversed());

  // The same event again, days later: it was delivered, and is known in whichever volume it stands.
  const count = endpoint.received.length;
  await stack.send(events[0]);
  await pause(700);
  expect(endpoint.received.length).toBe(count);

  const first = async () => (await stack.call("GET", `/v1/deliveries/${ids[0]}`)).status;
  await eventually(async () => (await first()) === 404, "the oldest volume is dropped", 30);
  await eventually(async () => (await listed()).rows.length === 0, "nothing is kept", 30);
  // And what comes then has a place again.
  const again = await deliver(completed());
  expect((await listed()).rows.map(({ id }) => id)).toEqual([again]);
  await stack.stop();
  await endpoint.stop();
});

it("goes by its space, the oldest first, and takes everything that comes", async () => {
  const endpoint = await startEndpoint();
  const stack = await startStack({ vars: { LEDGER_BYTES: "300000", RECONCILE_AFTER_SECONDS: "0" } });
  const { id: webhook } = await stack.subscribe(endpoint.url);
  const ids: string[] = [];
  for (let call = 0; call < 20; call += 1) {
    const batch = Array.from({ length: 50 }, () => completed());
    await stack.send(batch);
    const received = await endpoint.until((call + 1) * 50);
    ids.push(...received.slice(call * 50).map(({ headers }) => String(headers["webhook-id"])));
    await stack.delivery(ids.at(-1), "delivered");
  }
  expect(new Set(ids).size).toBe(1000);
  const { data } = await stack.call("GET", `/v1/webhooks/${webhook}/deliveries?limit=200`);
  const kept = (data["deliveries"] as unknown[]).length;
  expect(kept).toBeGreaterThan(50);
  const of = async (id: string | undefined) => (await stack.call("GET", `/v1/deliveries/${id}`)).status;
  expect([await of(ids[0]), await of(ids.at(-1))]).toEqual([404, 200]);
  const full = stack.logged("ledger.full");
  expect(full.length).toBeGreaterThan(3);
  // What is forgotten was delivered for all that, and is no loss to anybody who compares or asks for what is missing.
  await stack.reconcile();
  await stack.call("POST", `/v1/webhooks/${webhook}/recover`, {
    since: "2026-01-01T00:00:00Z",
    state: "missing",
  });
  await pause(2500);
  expect(endpoint.received).toHaveLength(1000);
  // What was dropped was dropped by volumes, and not all at once.
  expect(full.every((line) => line["volumes_dropped"] === 1)).toBe(true);
  await stack.stop();
  await endpoint.stop();
});
