// @ts-check
// `npm run cost`: what a million events are billed. The work is bench/cost/main.mjs's.
import { runMain } from "./lib/fail.mjs";
import { withWorker } from "./lib/with-worker.mjs";

await runMain(() => withWorker("npm run cost", "bench", "cost", "main.mjs"));
