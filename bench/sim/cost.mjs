// @ts-check
// What a month of a load is billed, by item: the dispatcher's deployment.
import { ledgerCalls, records } from "./batch.mjs";
import { GUESSES, MEASURED, MEMO_SECONDS, PRICES } from "./inputs.mjs";
import { flow } from "./load.mjs";

/** @typedef {import("./load.mjs").Load} Load */
/** @typedef {Exclude<keyof typeof PRICES, "plan">} Item */

const MONTH = 30 * 86_400;
/** What an object that is awake counts as, in GB. */
const OBJECT_GB = 0.128;

/** @param {Item} item @param {number} amount of a month @returns {number} dollars */
export function price(item, amount) {
  const { included, perMillion } = PRICES[item];
  return (Math.max(0, amount - included) / 1e6) * perMillion;
}

/** What deliveries do at the bindings, by the second: what `npm run bench -- --operations` counts. @param {Load} load */
export function operations(load) {
  const { deliveries, together, shares, stored } = flow(load);
  const recorded = shares * records(together, load.endpointMs);
  return {
    queueOperations: 3 * deliveries,
    historyRequests: stored,
    ledgerRequests: shares * ledgerCalls(together, load.endpointMs),
    // A row for each delivery; the batch's place in the log and the hour; the index.
    rowsWritten: deliveries + 2 * recorded + stored,
    rowsRead: 3 * deliveries + 2 * recorded + stored,
  };
}

/** By the second, once as much is forgotten as comes in. @param {Load} load @returns {Record<Item, number>} */
export function used(load) {
  const { calls, wanted, deliveries, together, shares, stored } = flow(load);
  const done = operations(load);
  const recorded = shares * records(together, load.endpointMs);
  const kept = load.retentionDays + 1;
  const isolates = Math.max(1, (calls + shares) / GUESSES.perIsolate);
  return {
    // That an invocation by a queue counts as a request is not said anywhere; it is taken for one.
    requests: calls + shares + deliveries * load.fetched,
    cpuMs: cpuMs(load),
    queueOperations: done.queueOperations,
    objectRequests: done.historyRequests + done.ledgerRequests,
    objectDuration: OBJECT_GB * (awake(stored, load.orgs) + awake(done.ledgerRequests, load.subscriptions)),
    rowsRead: done.rowsRead,
    // What a ledger forgets is deleted, and that is billed like writing it.
    rowsWritten: done.rowsWritten + deliveries + recorded,
    kvReads: Math.min(calls + shares, (load.orgs * isolates) / MEMO_SECONDS),
    r2Writes: stored,
    r2Reads: deliveries * load.fetched,
    objectStorage:
      (kept * (86_400 / MONTH) * (deliveries * MEASURED.bytes.ledger + wanted * MEASURED.bytes.history)) /
      1e9,
    r2Storage: (kept * (86_400 / MONTH) * wanted * (load.bytes + MEASURED.bytes.archived)) / 1e9,
  };
}

/** ms a second. @param {Load} load */
function cpuMs(load) {
  const { cpu, perCall, cpuPerKb, cpuUnmatched } = MEASURED;
  const { deliveries, together } = flow(load);
  const each = (cpu.single - cpu.batched) / (1 / perCall.single - 1 / perCall.batched);
  const rest = cpu.single - each / perCall.single + (load.bytes / 1000 - 1) * cpuPerKb;
  return deliveries * (rest + each / together) + load.events * (1 - load.matched) * cpuUnmatched;
}

/** Seconds a second that objects are awake, of so many that share the requests. @param {number} requests @param {number} objects */
const awake = (requests, objects) => objects * Math.min(1, ((requests / objects) * GUESSES.awake) / 1000);

/** Dollars a month, by item. @param {Load} load */
export function bill(load) {
  const amounts = used(load);
  const items = /** @type {Item[]} */ (Object.keys(amounts));
  /** @type {Record<Item, number>} */
  const dollars = { ...amounts };
  for (const item of items) dollars[item] = price(item, amounts[item] * MONTH);
  const total = items.reduce((sum, item) => sum + dollars[item], PRICES.plan);
  return { dollars, total, perMillion: total / ((load.events * MONTH) / 1e6) };
}
