// @ts-check
// `npm run soak -- --minutes 30 --rate 1000`: a steady load with faults for half an hour. The work is bench/soak/main.mjs's.
import { runMain } from "./lib/fail.mjs";
import { withWorker } from "./lib/with-worker.mjs";

await runMain(() => withWorker("npm run soak", "bench", "soak", "main.mjs"));
