// @ts-check
// `npm run sim`: the tables of docs/SCALING.md, from what was measured and what the platform allows. bench/README.md says more.
import { tables } from "../bench/sim/tables.mjs";

for (const [name, table] of Object.entries(tables())) console.log(`## ${name}\n\n${table}\n`);
