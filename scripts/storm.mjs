// @ts-check
// `npm run storm -- --events 10000 --seed 7`: the fault storm, told in tests/storm/main.ts.
import { runMain } from "./lib/fail.mjs";
import { setUp } from "./lib/setup.mjs";
import { storm } from "./lib/tests.mjs";

await runMain(async () => {
  await setUp({ command: "npm run storm" });
  process.env.HELIOGRAPH_SETUP = "done";
  await storm(process.argv.slice(2));
});
