// @ts-check
// What was counted the last time that somebody looked at it, and whether it is still so.
import { readFileSync, writeFileSync } from "node:fs";

/** @typedef {import("./run.mjs").Way} Way */
/** @typedef {import("./run.mjs").Counts} Counts */

const FILE = new URL("expected.json", import.meta.url);

/** How much more than expected is let pass. */
const MARGIN = 1.05;

/** What depends on the clock, or on how SQLite lays out its pages: it is in the bill and never fails. */
const LOOSE = ["CPU ms", "turns", "KV reads", "KV writes", "object bytes", "batches"];

/** @returns {Record<string, Counts>} by way */
export const expected = () => JSON.parse(readFileSync(FILE, "utf8"));

/** @param {{ way: Way, counts: Counts }[]} rows */
export function accept(rows) {
  const kept = rows.map(({ way, counts }) => {
    const names = Object.keys(counts).sort();
    return [
      way.name,
      Object.fromEntries(names.map((name) => [name, Number((counts[name] ?? 0).toFixed(4))])),
    ];
  });
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}

/** What is counted more often than it was. @param {{ way: Way, counts: Counts }[]} rows */
export function regressions(rows) {
  const known = expected();
  return rows.flatMap(({ way, counts }) => {
    const before = known[way.name];
    if (before === undefined) return [`${way.name}: nothing is expected of it`];
    return Object.entries(counts).flatMap(([name, number]) => {
      const most = (before[name] ?? 0) * MARGIN;
      const isMore = number > most && !LOOSE.includes(name);
      return isMore ? [`${way.name}: ${name} per event ${number.toFixed(4)}, was ${before[name] ?? 0}`] : [];
    });
  });
}
