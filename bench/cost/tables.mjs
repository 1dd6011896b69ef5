// @ts-check
// The tables that `npm run cost` prints.
import { markdown } from "../lib/markdown.mjs";
import { dollars } from "./bill.mjs";

/** @typedef {{ way: import("./run.mjs").Way, counts: import("./run.mjs").Counts }} Row */

const COUNTED = [
  "requests",
  "queue operations",
  "rows written",
  "rows read",
  "HISTORY requests",
  "LEDGER requests",
  "R2 writes",
  "R2 reads",
  "KV reads",
  "object bytes",
  "R2 bytes",
];

/** For a thousand events. @param {Row[]} rows */
export function countsTable(rows) {
  const figure = (/** @type {number} */ value) =>
    (value * 1000).toLocaleString("en-US", { maximumFractionDigits: 0 });
  return markdown(
    ["per 1,000 events", ...COUNTED],
    rows.map(({ way, counts }) => [way.name, ...COUNTED.map((name) => figure(counts[name] ?? 0))]),
  );
}

/** For a million events. @param {Row[]} rows */
export function moneyTable(rows) {
  const money = (/** @type {number} */ value) => (value === 0 ? "" : `$${value.toFixed(2)}`);
  const sum = (/** @type {Record<string, number>} */ each, /** @type {string[]} */ items) =>
    money(items.reduce((total, item) => total + (each[item] ?? 0), 0));
  return markdown(
    [
      "a million events",
      "requests, CPU",
      "queues",
      "rows",
      "objects: requests, duration",
      "objects: storage",
      "R2 operations",
      "R2 storage",
      "KV",
      "all",
    ],
    rows.map(({ way, counts }) => {
      const { each, total } = dollars(counts);
      return [
        way.name,
        sum(each, ["requests", "cpuMs"]),
        sum(each, ["queueOperations"]),
        sum(each, ["rowsWritten", "rowsRead"]),
        sum(each, ["objectRequests", "objectDuration"]),
        sum(each, ["objectStorage"]),
        sum(each, ["r2Writes", "r2Reads"]),
        sum(each, ["r2Storage"]),
        sum(each, ["kvReads", "kvWrites"]),
        `**$${total.toFixed(2)}**`,
      ];
    }),
  );
}
