// @ts-check
// What a month of a load is billed, by item: the dispatcher's deployment.
import { PRICES } from "../lib/prices.mjs";
import { ledgerCalls, records } from "./batch.mjs";
import { GUESSES, MEASURED, MEMO_SECONDS } from "./inputs.mjs";
import { ledgerBytes } from "./ledger.mjs";
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

/** What deliveries do at the bindings, by the second: what `npm run cost` counts. @param {Load} load */
export function operations(load) {
  const { calls, deliveries, together, shares, stored, messages, batches } = flow(load);
  const recorded = shares * records(together, load.endpointMs);
  return {
    // That an invocation by a queue counts as a request is not said anywhere; it is taken for one.
    requests: calls + batches + deliveries * load.fetched,
    queueOperations: 3 * messages,
    historyRequests: stored,
    ledgerRequests: shares * ledgerCalls(together, load.endpointMs),
    // A row for each delivery; the batch's place in the log and the hour; the index. None of them is deleted: they go with their tables.
    rowsWritten: deliveries + 2 * recorded + stored,
    rowsRead: 3 * deliveries + 4 * recorded,
    r2Writes: stored,
    r2Reads: deliveries * load.fetched,
  };
}

/** By the second, once as much is forgotten as comes in. @param {Load} load @returns {Record<Item, number>} */
export function used(load) {
  const { calls, wanted, stored, batches } = flow(load);
  const { historyRequests, ledgerRequests, ...done } = operations(load);
  // Of the history, and of what the bucket's rules delete.
  const kept = (load.retentionDays + 1) * 86_400 * wanted;
  const isolates = Math.max(1, (calls + batches) / GUESSES.perIsolate);
  return {
    ...done,
    cpuMs: cpuMs(load),
    objectRequests: historyRequests + ledgerRequests,
    objectDuration: OBJECT_GB * (awake(stored, load.orgs) + awake(ledgerRequests, load.subscriptions)),
    kvReads: Math.min(calls + batches, (load.orgs * isolates) / MEMO_SECONDS),
    // A change of a webhook, and so not by the event.
    kvWrites: 0,
    // GB-months by the second, as all amounts are.
    objectStorage: (load.subscriptions * ledgerBytes(load) + kept * MEASURED.bytes.history) / 1e9 / MONTH,
    r2Storage: (kept * (load.bytes + MEASURED.bytes.archived)) / 1e9 / MONTH,
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
