// @ts-check
// `npm run profile`: where the CPU time of the Worker goes. The work is bench/profile/main.mjs's.
import { runMain } from "./lib/fail.mjs";

// Without the names of functions a profile says nothing. How a build is made is decided when its module is loaded.
process.env.HELIOGRAPH_BUILD ??= "named";
const { withWorker } = await import("./lib/with-worker.mjs");

await runMain(() => withWorker("npm run profile", "bench", "profile", "main.mjs"));
