// The model of docs/SCALING.md: what can be worked out by hand, what was counted, and that the document says what it says.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { expected } from "../../bench/cost/expected.mjs";
import { SIZE, WAYS } from "../../bench/cost/run.mjs";
import { batchMs, consumerRate, ledgerRate, records } from "../../bench/sim/batch.mjs";
import { operations, price, used } from "../../bench/sim/cost.mjs";
import { simulate } from "../../bench/sim/delivery.mjs";
import { OURS, SERVICE } from "../../bench/sim/inputs.mjs";
import { keepsAll, ledgerBytes, reach } from "../../bench/sim/ledger.mjs";
import { bundle, flow, manyOrgs, oneWebhook } from "../../bench/sim/load.mjs";
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
  const counted = expected();
  for (const { name, perCall, webhooks, fetched = false } of WAYS) {
    const load = { fanout: webhooks, subscriptions: Math.max(1, webhooks), matched: Math.min(1, webhooks) };
    const made = operations(
      oneWebhook(1, { ...load, perCall, fetched: Number(fetched), endpointMs: 1, bytes: SIZE }),
    );
    const of = (count: string) => counted[name]?.[count] ?? 0;
    expect(made.requests, name).toBeCloseTo(of("requests") + of("batches"));
    expect(made.queueOperations, name).toBeCloseTo(of("queue operations"));
    expect(made.historyRequests, name).toBeCloseTo(of("HISTORY requests"));
    expect(made.ledgerRequests, name).toBeCloseTo(of("LEDGER requests"));
    expect(made.rowsWritten, name).toBeCloseTo(of("rows written"));
    expect(made.rowsRead, name).toBeCloseTo(of("rows read"));
    expect(made.r2Writes, name).toBeCloseTo(of("R2 writes"));
    expect(made.r2Reads, name).toBeCloseTo(of("R2 reads"));
  }
});

it("a message has the deliveries that fit, of one call and one webhook", () => {
  // 63,000 bytes, or ten; beside the body a message has 700 bytes, and no body is longer than two texts that were cut.
  expect([1000, 5600, 5700, 20_000, 1e6].map(bundle)).toEqual([10, 10, 9, 3, 2]);
  const perMessage = (perCall: number, bytes: number) => flow(oneWebhook(1, { perCall, bytes })).perMessage;
  expect(perMessage(1, 1000)).toBe(1);
  expect(perMessage(25, 1000)).toBeCloseTo(25 / 3);
  expect(perMessage(10, 5700)).toBe(5);
  // A thousand are a hundred messages, and those are five batches.
  expect(flow(oneWebhook(1000, { perCall: 1000 })).together).toBeCloseTo(1000 / 5);
  expect(flow(oneWebhook(1000, { perCall: 1000 })).batches).toBe(5);
});

it("a ledger goes back as far as its bytes do, and no less than it has to", () => {
  // Seven eighths of 8 GB / 650 bytes / ten a second.
  expect(reach(oneWebhook(10))).toBeCloseTo(12.464, 2);
  expect(reach(oneWebhook(1))).toBe(31);
  expect(reach(oneWebhook(keepsAll(oneWebhook(1))))).toBeCloseTo(31);
  expect(reach(oneWebhook(10), OURS.ledger.mostBytes)).toBeCloseTo((12.464 * 9.5) / 8, 2);
  // 33 days on average, and at most fifteen of sixteen parts of what there may be.
  expect(ledgerBytes(oneWebhook(1))).toBeCloseTo(33 * 86_400 * 650);
  expect(ledgerBytes(oneWebhook(1000))).toBe(7.5e9);
});

it("limits bind where the sum says so", () => {
  // 5,000 messages a second, one for ten events, or for ten of each of two webhooks; or for one where events come singly.
  expect(at("express queue: messages")).toBeCloseTo(50_000);
  expect(at("express queue: messages", oneWebhook(1, { fanout: 2, subscriptions: 2 }))).toBeCloseTo(25_000);
  expect(at("express queue: messages", oneWebhook(1, { perCall: 1 }))).toBeCloseTo(5000);
  // 250 consumers with six connections of 200 ms each; half of the events are wanted.
  expect(at("express queue: connections of all consumers")).toBeCloseTo(7500);
  expect(at("express queue: connections of all consumers", oneWebhook(1, { matched: 0.5 }))).toBeCloseTo(
    15_000,
  );
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
  expect(needed("queues", oneWebhook(10_000, { perCall: 1 }))).toBe(3);
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
  const full = simulate({ ...scene, warmUp: 27_000, ms: 27_000 });
  expect(full.messages).toBe(OURS.batch);
  expect(Math.abs(full.perSecond / consumerRate(200, 200) - 1)).toBeLessThan(0.03);
  // With one ledger and fast endpoints its thread is what binds.
  const one = simulate({ ...scene, webhooks: 1, endpointMs: 50, warmUp: 30_000, ms: 30_000 });
  expect(ledgerRate(200, 50)).toBeLessThan(consumerRate(50, 200));
  expect(Math.abs(one.perSecond / ledgerRate(200, 50) - 1)).toBeLessThan(0.03);
});

it("what comes in goes out, at the rate at which it comes, and the same each time", () => {
  const scene = { rate: 3000, perCall: 10, webhooks: 100, endpointMs: 200, warmUp: 2000, ms: 20_000 };
  const some = simulate(scene);
  expect(Math.abs(some.perSecond / 3000 - 1)).toBeLessThan(0.03);
  // Free consumers take a call's deliveries as they come: they wait for a claim, and those behind the first six for a place.
  expect(some.messages).toBeLessThan(1.2);
  expect(some.p50).toBeGreaterThan(10);
  expect(simulate(scene)).toEqual(some);
  expect(simulate({ ...scene, seed: 2 })).not.toEqual(some);
});

it("each event costs about the same at any step, and less where calls bring more", () => {
  const each = (events: number, perCall: number) => used(manyOrgs(events, { perCall })).rowsWritten / events;
  expect(each(10, 10)).toBeCloseTo(each(10_000, 10));
  // The delivery; the log and the hour; the index. Nothing for forgetting them.
  expect(each(10, 10)).toBeCloseTo(1 + 0.2 + 0.1);
  expect(each(10, 1)).toBeCloseTo(1 + 2 + 1);
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
  expect(number("src/edge/settings.rs", /DEFAULT_LEDGER_BYTES: u64 = ([\d_]+)/)).toBe(OURS.ledger.bytes);
  expect(number("src/edge/settings.rs", /MAX_LEDGER_BYTES: u64 = ([\d_]+)/)).toBe(OURS.ledger.mostBytes);
  expect(number("src/core/ledger/volume.rs", /PARTS: u32 = (\d+)/)).toBe(OURS.ledger.parts);
  expect(number("src/core/delivery/bundle.rs", /MESSAGES: usize = (\d+)/)).toBe(OURS.bundle.most);
  expect(number("src/core/delivery/bundle.rs", /BYTES: usize = ([\d_]+)/)).toBe(OURS.bundle.bytes);
  expect(number("src/core/payload/oversize.rs", / LIMIT: usize = (\d+) \* 1024/) * 1024).toBe(OURS.exchange);
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
