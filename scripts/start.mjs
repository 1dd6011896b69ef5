// @ts-check
// `npm start`: whatever is missing on this machine, the build, and the Worker on http://127.0.0.1:8787.
import { buildWorker, isBuilt, sizeLine } from "./lib/build.mjs";
import { Failure, runMain } from "./lib/fail.mjs";
import { withLock } from "./lib/lock.mjs";
import { runLock } from "./lib/paths.mjs";
import { HOST, parsePort, requireFreePort } from "./lib/port.mjs";
import { serve } from "./lib/serve.mjs";
import { setUpTasks } from "./lib/setup.mjs";
import { Steps } from "./lib/steps.mjs";

await runMain(async () => {
  const port = parsePort(process.env.PORT);
  await requireFreePort(port);
  return withLock(runLock(), () => start(port), refuse);
});

function refuse() {
  throw new Failure(
    "`npm start` of this checkout is running already; HELIOGRAPH_DATA=<folder> gives another one its own data.",
  );
}

/** @param {number} port */
async function start(port) {
  const tasks = await setUpTasks({ command: "npm start" });
  const build = tasks.length > 0 || !(await isBuilt());
  const steps = new Steps(tasks.length + (build ? 1 : 0) + 1);
  for (const task of tasks) await steps.step(task.title, task.work);
  process.env.HELIOGRAPH_SETUP = "done";
  if (build) {
    await steps.step(
      "compiling the Worker to WebAssembly (1-2 min the first time, seconds later)",
      async () => {
        if (await buildWorker()) console.log(`      ${await sizeLine()}`);
      },
    );
  }
  return steps.step(`starting the Worker on http://${HOST}:${port}`, () => serve(port));
}
