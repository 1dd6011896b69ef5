// @ts-check
// `npm run storm -- --events 10000 --seed 7`: the fault storm, told in tests/storm/main.ts.
import { runMain } from "./lib/fail.mjs";
import { withWorker } from "./lib/with-worker.mjs";

await runMain(() => withWorker("npm run storm", "tests", "storm", "main.ts"));
