// The figures as a table: the median of the rounds, its spread, and the ratios.
import { median, spread } from "./stats.mjs";

/** @typedef {Awaited<ReturnType<typeof import("./round.mjs").round>>} Round */
/** @typedef {{ side: string, rounds: Round[] }} Series */

/** @type {[label: string, read: (round: Round) => number, digits: number][]} */
const ROWS = [
  ["batched: accepted/s", (r) => r.batched.accepted, 0],
  ["batched: delivered/s", (r) => r.batched.delivered, 0],
  ["batched: CPU ms per delivery", (r) => r.batched.cpuPerDelivery, 3],
  ["single: accepted/s", (r) => r.single.accepted, 0],
  ["single: delivered/s", (r) => r.single.delivered, 0],
  ["single: CPU ms per delivery", (r) => r.single.cpuPerDelivery, 3],
  ["paced: end to end p50 ms", (r) => r.paced.p50, 2],
  ["paced: end to end p95 ms", (r) => r.paced.p95, 2],
  ["paced: end to end p99 ms", (r) => r.paced.p99, 2],
  ["paced: CPU ms per delivery", (r) => r.paced.cpuPerDelivery, 3],
  ["workerd peak memory MiB", (r) => r.rss, 0],
];

/** Not results, but what they depend on: who was busy. @type {typeof ROWS} */
const WITNESSES = [
  ["workerd busy, batched (cores)", (r) => r.batched.workerBusy, 2],
  ["sink busy, batched (cores)", (r) => r.batched.sinkBusy, 2],
  ["driver busy, batched (cores)", (r) => r.batched.driverBusy, 2],
  ["workerd busy, single (cores)", (r) => r.single.workerBusy, 2],
  ["sink busy, single (cores)", (r) => r.single.sinkBusy, 2],
  ["driver busy, single (cores)", (r) => r.single.driverBusy, 2],
  ["paced: latest post ms", (r) => r.paced.lag, 1],
  ["duplicates", (r) => r.batched.duplicates + r.single.duplicates + r.paced.duplicates, 0],
  ["deliveries verified", (r) => r.batched.verified + r.single.verified + r.paced.verified, 0],
];

/** @param {Series[]} series */
export function table(series) {
  const ratio = series.length > 1;
  const heading = ratio ? [`${series[0]?.side}/${series[1]?.side}`, series[2] ? "above the floor" : ""] : [];
  const lines = [["", ...series.map(({ side }) => side), ...heading]];
  for (const [label, read, digits] of [...ROWS, ...WITNESSES]) {
    const medians = series.map(({ rounds }) => median(rounds.map(read)));
    const cells = series.map(({ rounds }) => spread(rounds.map(read), digits));
    const compared = ratio && ROWS.some(([name]) => name === label);
    lines.push([label, ...cells, ...(compared ? ratios(label, medians) : [])]);
  }
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  "),
    )
    .map((line) => line.trimEnd())
    .join("\n");
}

/**
 * First by second; and for CPU time the same with the third, the floor, taken off both, where enough is left of it
 * to mean anything.
 * @param {string} label @param {number[]} medians
 */
function ratios(label, [first = 0, second = 0, floor]) {
  const whole = (first / second).toFixed(2);
  if (floor === undefined || !label.includes("CPU")) return [whole];
  return [whole, second - floor < floor / 10 ? "-" : ((first - floor) / (second - floor)).toFixed(2)];
}

/** @param {number} bytes */
export const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
