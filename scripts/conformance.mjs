// @ts-check
// `npm run conformance -- numbers json`: the suites of tests/conformance with all of their cases, or those named (docs/CONFORMANCE.md).
import { runMain } from "./lib/fail.mjs";
import { setUp } from "./lib/setup.mjs";
import { conformance } from "./lib/tests.mjs";

await runMain(async () => {
  await setUp({ command: "npm run conformance" });
  process.env.HELIOGRAPH_SETUP = "done";
  await conformance(process.argv.slice(2));
});
