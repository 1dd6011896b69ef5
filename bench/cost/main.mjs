// @ts-check
// `npm run cost`: what a million events are billed, counted at the bindings and priced. bench/README.md says more.
import { parseArgs } from "node:util";
import { READ } from "../lib/prices.mjs";
import { accept, regressions } from "./expected.mjs";
import { count, SIZE } from "./run.mjs";
import { countsTable, moneyTable } from "./tables.mjs";

const { values } = parseArgs({ options: { accept: { type: "boolean" } } });
const rows = await count();
console.log(
  `Events of ${SIZE} bytes, one call after another; Cloudflare's prices of ${READ}, nothing included.\n`,
);
console.log(`${countsTable(rows)}\n\n${moneyTable(rows)}\n`);
if (values.accept) {
  accept(rows);
  console.log("bench/cost/expected.json holds these counts now.");
} else {
  const more = regressions(rows);
  for (const line of more) console.error(line);
  if (more.length > 0) console.error("Is it meant? npm run cost -- --accept");
  process.exitCode = more.length > 0 ? 1 : 0;
}
