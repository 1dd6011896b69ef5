// @ts-check
// What a run came to, as a table.

/** @typedef {import("./run.mjs").Result} Result */

const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** @param {Result[]} results */
export function table(results) {
  const rows = results.map((result) => row(result.target, result));
  const sum = (/** @type {(result: Result) => number} */ of) =>
    results.reduce((total, result) => total + of(result), 0);
  const total = {
    executions: sum((result) => result.executions),
    seconds: sum((result) => result.seconds),
    edges: undefined,
    kept: sum((result) => result.kept),
    crashes: sum((result) => (result.crash === undefined ? 0 : 1)),
  };
  const head = ["target", "executions", "executions/s", "edges", "new corpus", "crashes"];
  const lines = [head, head.map((_, at) => (at === 0 ? "---" : "--:")), ...rows];
  if (results.length > 1) lines.push(row("all", total));
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/**
 * @param {string} name
 * @param {{ executions: number, seconds: number, edges: number | undefined, kept: number, crash?: string, crashes?: number }} of
 */
function row(name, { executions, seconds, edges, kept, crash, crashes }) {
  const crashed = crashes ?? (crash === undefined ? 0 : 1);
  const speed = seconds > 0 ? executions / seconds : 0;
  return [
    name,
    number.format(executions),
    number.format(speed),
    edges === undefined ? "" : number.format(edges),
    number.format(kept),
    String(crashed),
  ];
}
