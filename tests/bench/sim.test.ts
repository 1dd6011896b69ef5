// The model of docs/SCALING.md: what can be worked out by hand, what was counted, and that the document says what it says.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { batchMs, consumerRate, ledgerRate, records } from "../../bench/sim/batch.mjs";
import { operations, price, used } from "../../bench/sim/cost.mjs";
import { simulate } from "../../bench/sim/delivery.mjs";
import { OURS, SERVICE } from "../../bench/sim/inputs.mjs";
import { manyOrgs, oneWebhook } from "../../bench/sim/load.mjs";
import { binding, bindsAt, needed, RESOURCES } from "../../bench/sim/resources.mjs";
import { tables } from "../../bench/sim/tables.mjs";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const at = (name: string, load = oneWebhook(1)) => {
  const resource = RESOURCES.find((each) => each.name === name);
  if (resource === undefined) throw new Error(`no ${name}`);
  return bindsAt(resource, load);
};

it("prices come to what the price lists give as examples", () => {
  // A million messages a day; 100 million requests of 7 ms; 1.5 million requests to an object.
  expect(price("queueOperations", 3 * 30e6)).toBeCloseTo(35.6);
  expect(price("requests", 100e6) + price("cpuMs", 700e6)).toBeCloseTo(40.4);
  expect(price("objectRequests", 1.5e6)).toBeCloseTo(0.075);
  expect(price("objectDuration", 11_059_200)).toBeCloseTo(133.24);
  expect(price("r2Writes", 1e6)).toBe(0);
  expect(price("objectStorage", 15)).toBeCloseTo(2);
});

it("operations are those that were counted at the bindings", () => {
  // Each row of that table: webhooks, events a call; queue operations, history, ledger, rows written, rows read.
  const rows = read("docs/BENCHMARKS.md")
    .split("what is billed, counted at the bindings")[1]
    ?.matchAll(
      /^\| (\d+) \| (\d+) \| ([\d,]+) \| \d+ \| [\d,]+ \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|/gm,
    );
  const counted = [...(rows ?? [])].map((row) =>
    row.slice(1).map((text) => Number(text.replaceAll(",", ""))),
  );
  expect(counted).toHaveLength(6);
  for (const [
    fanout = 0,
    perCall = 0,
    queue = 0,
    history = 0,
    ledger = 0,
    written = 0,
    reads = 0,
  ] of counted) {
    const together = (2 * 1000 * fanout) / ledger;
    const load = { fanout, subscriptions: fanout, perCall, endpointMs: 1, together };
    const made = operations(oneWebhook(1000, load));
    expect(made.queueOperations).toBeCloseTo(queue);
    expect(made.historyRequests).toBeCloseTo(history);
    expect(made.ledgerRequests / ledger).toBeCloseTo(1, 1);
    expect(Math.abs(made.rowsWritten / written - 1)).toBeLessThan(0.015);
    expect(Math.abs(made.rowsRead / reads - 1)).toBeLessThan(0.015);
  }
});

it("limits bind where the sum says so", () => {
  // 5,000 messages a second, one for each event, or for each of two webhooks.
  expect(at("express queue: messages")).toBeCloseTo(5000);
  expect(at("express queue: messages", oneWebhook(1, { fanout: 2, subscriptions: 2 }))).toBeCloseTo(2500);
  // 250 consumers with six connections of 200 ms each; half of the events are wanted.
  expect(at("express queue: connections of all consumers")).toBeCloseTo(7500);
  expect(at("express queue: connections of all consumers", oneWebhook(1, { matched: 0.5 }))).toBeCloseTo(
    15_000,
  );
  // 10 GB / 1,310 bytes / 31 days.
  expect(at("ledger of a webhook: space")).toBeCloseTo(2.85, 2);
  expect(at("ledger of a webhook: space", manyOrgs(1)) / at("ledger of a webhook: space")).toBeCloseTo(1000);
  // 10 GB / 436 bytes / a day.
  expect(at("history of an org's day: space")).toBeCloseTo(265.46, 1);
  // One claim and one record for ten deliveries.
  expect(at("ledger of a webhook: requests")).toBeCloseTo(5000);
  // 800 calls in five minutes, four for 50 calls to intake, of ten events each.
  expect(at("reconciler")).toBeCloseTo(333.33, 1);
  // (64 + 386 * 64) / 10 s.
  expect(at("receiver, door: requests of one source")).toBeCloseTo(2476.8);
});

it("what binds first comes first, and there is to be room", () => {
  expect(binding(oneWebhook(1)).map(({ share }) => share > 1)).toEqual([false]);
  const shares = binding(oneWebhook(10_000)).map(({ share }) => share);
  expect(shares).toEqual([...shares].sort((one, other) => other - one));
  expect(Math.min(...shares)).toBeGreaterThan(1);
  // 10,000 of 5,000 messages a second, and no more than 70 % of each queue.
  expect(needed("queues", oneWebhook(10_000))).toBe(3);
  expect(needed("inboxes", oneWebhook(1))).toBe(4);
});

it("service times are what was measured, taken apart", () => {
  // Three calls and a row, and three calls and a hundred rows, above the baseline.
  expect(3 * SERVICE.call + SERVICE.row).toBeCloseTo(2.8 - 1.55);
  expect((3 * SERVICE.call) / 100 + SERVICE.row).toBeCloseTo(0.646 - 0.494);
});

it("a batch takes its waves and its calls", () => {
  // 17 waves of 200 ms; recorded with the seventh, the fourteenth, and the last.
  expect(records(100, 200)).toBe(3);
  expect(batchMs(100, 200)).toBeGreaterThan(17 * 200);
  expect(batchMs(100, 200)).toBeLessThan(17 * 200 + 50);
  // One wave each: recorded once; of five seconds: with each second wave.
  expect(records(6, 200)).toBe(1);
  expect(records(100, 5000)).toBe(9);
});

it("the simulation comes to the formula where endpoints are even", () => {
  const scene = { rate: Number.POSITIVE_INFINITY, perCall: 10, webhooks: 100, endpointMs: 200, even: true };
  const full = simulate({ ...scene, warmUp: 7000, ms: 10_500 });
  expect(full.batch).toBe(100);
  expect(Math.abs(full.perSecond / consumerRate(200) - 1)).toBeLessThan(0.03);
  // With one ledger its thread is what binds.
  const one = simulate({ ...scene, webhooks: 1, warmUp: 7000, ms: 10_500 });
  expect(ledgerRate(100, 200)).toBeLessThan(consumerRate(200));
  expect(Math.abs(one.perSecond / ledgerRate(100, 200) - 1)).toBeLessThan(0.03);
});

it("what comes in goes out, at the rate at which it comes, and the same each time", () => {
  const scene = { rate: 3000, perCall: 10, webhooks: 100, endpointMs: 200, warmUp: 2000, ms: 20_000 };
  const some = simulate(scene);
  expect(Math.abs(some.perSecond / 3000 - 1)).toBeLessThan(0.03);
  // Free consumers take a call's deliveries as they come: they wait for a claim, and those behind the first six for a place.
  expect(some.batch).toBeLessThan(12);
  expect(some.p50).toBeGreaterThan(10);
  expect(simulate(scene)).toEqual(some);
  expect(simulate({ ...scene, seed: 2 })).not.toEqual(some);
});

it("each event costs about the same at any step, and less where calls bring more", () => {
  const each = (events: number, perCall: number) => used(manyOrgs(events, { perCall })).rowsWritten / events;
  expect(each(10, 10)).toBeCloseTo(each(10_000, 10));
  // Written and deleted; the log and the hour; the log's deletion; the index.
  expect(each(10, 10)).toBeCloseTo(2 + 0.2 + 0.1 + 0.1);
  expect(each(10, 1)).toBeCloseTo(2 + 2 + 1 + 1);
});

it("ours is what the sources say", () => {
  const number = (path: string, pattern: RegExp) =>
    Number(pattern.exec(read(path))?.[1]?.replaceAll("_", ""));
  const queue = /queue = "heliograph-express"\nmax_batch_size = (\d+)/;
  expect(number("wrangler.toml", queue)).toBe(OURS.batch);
  expect(number("wrangler.toml", /namespace_id = "1001"\nsimple = \{ limit = (\d+)/)).toBe(
    OURS.door.questions,
  );
  const receiver = "src/receiver/settings.rs";
  expect(number(receiver, /DEFAULT_INBOX_SHARDS: u32 = (\d+)/)).toBe(OURS.inbox.shards);
  expect(number(receiver, /DEFAULT_INBOX_DAYS: u32 = (\d+)/)).toBe(OURS.inbox.days);
  expect(number("src/receiver/process/mod.rs", /FETCHES: usize = (\d+)/)).toBe(OURS.fetches);
  expect(number("src/edge/settings.rs", /DEFAULT_RETENTION_DAYS: u32 = (\d+)/)).toBe(OURS.retentionDays);
  const deliver = "src/dispatcher/deliver/mod.rs";
  expect(number(deliver, /RECORD_AFTER_MILLIS: i64 = ([\d_]+)/)).toBe(OURS.recordAfter);
  const reconciler = "src/dispatcher/reconcile.rs";
  expect(number(reconciler, /CALLS: usize = ([\d_]+)/)).toBe(OURS.reconciler.calls);
  expect(number(reconciler, /ROWS: usize = (\d+)/)).toBe(OURS.reconciler.rows);
});

it("the document has the tables that `npm run sim` prints", () => {
  const text = read("docs/SCALING.md");
  for (const [name, table] of Object.entries(tables())) expect(text, name).toContain(table);
});
