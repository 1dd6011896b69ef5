// @ts-check
// `npm run build`, and wrangler's [build] command: quick and silent when there is nothing to do.
import { buildWorker, isBuilt, sizeLine } from "./lib/build.mjs";
import { runMain } from "./lib/fail.mjs";
import { setUp } from "./lib/setup.mjs";

await runMain(async () => {
  if (await isBuilt()) return;
  // `npm start` and `npm test` did the set-up already, and replacing packages below a running wrangler ends badly.
  if (process.env.HELIOGRAPH_SETUP !== "done") await setUp({ command: "npm run build" });
  if (await buildWorker()) console.log(await sizeLine());
});
