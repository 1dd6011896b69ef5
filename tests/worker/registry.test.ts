// What becomes of changes while KV, which dispatch reads them from, takes no writes.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, eventually, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Kv, startKv } from "./support/kv.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const REPAIR_MS = 200;
/** More often than the platform repeats an alarm that failed: six times. */
const MANY = 10;

type Published = { revision: number; subscriptions: { id: string; settings: Row }[] };

let endpoint: Endpoint;
let kv: Kv;
let stack: Stack;

beforeAll(async () => {
  [endpoint, kv] = [await startEndpoint(), await startKv()];
  stack = await startStack({
    kv: kv.url,
    vars: { REPAIR_AFTER_MS: String(REPAIR_MS), MAX_SUBSCRIPTIONS: "1000" },
  });
});
afterAll(async () => {
  await stack?.stop();
  await Promise.all([endpoint?.stop(), kv?.stop()]);
});
afterEach(async () => {
  kv.writes = () => true;
  for (const id of await truth()) await stack.call("DELETE", `/v1/webhooks/${id}`);
  endpoint.received.length = 0;
});

async function truth() {
  const { data } = await stack.call("GET", "/v1/webhooks");
  return (data as unknown as { id: string }[]).map(({ id }) => id);
}

const published = () =>
  JSON.parse(kv.read("subscriptions:default") ?? '{"revision":0,"subscriptions":[]}') as Published;
const publishedIds = () => published().subscriptions.map(({ id }) => id);

/** Breaks writes, and counts how many of them fail. */
function breakKv() {
  const before = kv.refused;
  kv.writes = () => false;
  return () => kv.refused - before;
}

/** Waits until KV holds what the registry holds, without asking for anything that would write. */
const converges = (ids: string[]) =>
  eventually(() => JSON.stringify(publishedIds()) === JSON.stringify(ids), "KV holds the newest revision");

describe("while KV takes no writes", () => {
  it("every change stands, and the alarm publishes the last one however long that takes", async () => {
    const kept = await stack.subscribe(endpoint.url);
    const gone = await stack.subscribe(endpoint.url);
    await converges([kept.id, gone.id]);
    const before = published();
    const failed = breakKv();
    const created = await stack.subscribe(endpoint.url, { description: "made in the dark" });
    const patched = await stack.call("PATCH", `/v1/webhooks/${kept.id}`, { description: "changed" });
    expect(patched).toMatchObject({ status: 200, data: { description: "changed" } });
    expect((await stack.call("DELETE", `/v1/webhooks/${gone.id}`)).status).toBe(200);
    const ids = [kept.id, created.id];
    expect(await truth()).toEqual(ids);
    // This isolate already acts by what KV does not hold yet.
    expect((await stack.send(completed())).data).toMatchObject({ accepted: 1, deliveries: 2 });
    await eventually(() => failed() >= 3 + MANY, "the alarm goes on");
    expect(published()).toEqual(before);
    kv.writes = () => true;
    await converges(ids);
    expect(published().subscriptions[0]?.settings).toMatchObject({ description: "changed" });
    expect(stack.logs().some((line) => line.includes('"registry.unpublished"'))).toBe(true);
  });

  it("a write that hangs beyond the alarm and then fails is repaired too", async () => {
    let fail = () => {};
    const hangs = new Promise<boolean>((resolve) => {
      fail = () => resolve(false);
    });
    let writes = 0;
    kv.writes = () => (++writes === 1 ? hangs : true);
    const creation = stack.subscribe(endpoint.url);
    await eventually(() => writes === 1, "the write arrives");
    await pause(3 * REPAIR_MS);
    expect(writes).toBe(1);
    fail();
    const created = await creation;
    await converges([created.id]);
  });

  it("a hundred creations at once lose nothing when every second write fails", async () => {
    let writes = 0;
    kv.writes = () => ++writes % 2 === 0;
    const destinations = Array.from({ length: 100 }, (_, index) => `${endpoint.url}/${index}`);
    const created = await Promise.all(destinations.map((destination) => stack.subscribe(destination)));
    const ids = await truth();
    expect(new Set(ids)).toEqual(new Set(created.map(({ id }) => id)));
    expect(ids).toHaveLength(100);
    await converges(ids);
    expect(writes).toBeGreaterThan(1);
  });

  it("nothing is written again once KV holds the newest revision", async () => {
    const created = await stack.subscribe(endpoint.url);
    await converges([created.id]);
    let writes = 0;
    kv.writes = () => ++writes > 0;
    await pause(5 * REPAIR_MS);
    expect(writes).toBe(0);
  });
});
