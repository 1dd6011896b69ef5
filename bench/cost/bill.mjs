// @ts-check
// What was counted, in dollars: each item beyond what the plan includes.
import { PRICES } from "../lib/prices.mjs";

/** @typedef {import("./run.mjs").Counts} Counts */
/** @typedef {Exclude<keyof typeof PRICES, "plan">} Item */

/** Days that a delivery's row stays on average: `RETENTION_DAYS` and a day, and half of what a volume of the ledger spans. */
const DAYS = 33;
const MONTH = 30;
/** Assumed: how long a call keeps an object awake, in seconds. It counts as so many GB meanwhile. */
const AWAKE = 0.01;
const OBJECT_GB = 0.128;

/** What of an event's counts is billed, and as what. @param {Counts} counts @returns {Record<Item, number>} */
export function billed(counts) {
  const of = (/** @type {string} */ name) => counts[name] ?? 0;
  const objects = ["REGISTRY", "HISTORY", "LEDGER"].reduce((sum, name) => sum + of(`${name} requests`), 0);
  return {
    // Whether an invocation by a queue counts as a request is not documented; it is taken for one.
    requests: of("requests") + of("batches"),
    cpuMs: of("CPU ms"),
    queueOperations: of("queue operations"),
    objectRequests: objects,
    objectDuration: objects * AWAKE * OBJECT_GB,
    rowsRead: of("rows read"),
    rowsWritten: of("rows written"),
    kvReads: of("KV reads"),
    kvWrites: of("KV writes"),
    r2Writes: of("R2 writes"),
    r2Reads: of("R2 reads"),
    objectStorage: (of("object bytes") / 1e9) * (DAYS / MONTH),
    r2Storage: (of("R2 bytes") / 1e9) * (DAYS / MONTH),
  };
}

/** Dollars for a million events, by item. @param {Counts} counts */
export function dollars(counts) {
  const items = Object.entries(billed(counts));
  const each = Object.fromEntries(
    items.map(([item, amount]) => [item, amount * PRICES[/** @type {Item} */ (item)].perMillion]),
  );
  return { each, total: Object.values(each).reduce((sum, one) => sum + one, 0) };
}
