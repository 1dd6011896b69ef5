// @ts-check
// `npm test`: everything, stopping at the first step that fails. `npm test -- native worker` runs only these.
import { Failure, runMain } from "./lib/fail.mjs";
import { setUpTasks } from "./lib/setup.mjs";
import { Steps, seconds } from "./lib/steps.mjs";
import { CountedFailure, STEPS } from "./lib/tests.mjs";
import { Total } from "./lib/total.mjs";

await runMain(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !STEPS.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Failure(
      `There is no step '${unknown}': choose from ${STEPS.map((step) => step.name).join(", ")}.`,
    );
  }
  const chosen = STEPS.filter((step) => wanted.length === 0 || wanted.includes(step.name));
  const tasks = await setUpTasks({ command: "npm test", forTests: true });
  const steps = new Steps(tasks.length + chosen.length);
  for (const task of tasks) await steps.step(task.title, task.work);
  process.env.HELIOGRAPH_SETUP = "done";

  const total = new Total();
  for (const { name, title, work } of chosen) {
    const start = Date.now();
    try {
      total.add(await steps.step(`${name}: ${title}`, work));
      console.log(`      ${name} ok, ${seconds(Date.now() - start)}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.message) console.error(error.message);
      console.error(`${name} FAILED after ${seconds(Date.now() - start)}; once more: npm test -- ${name}`);
      if (error instanceof CountedFailure) total.add(error.count);
      total.print();
      return 1;
    }
  }
  total.print();
  return 0;
});
