// @ts-check
// `npm run cloud:remove -- --env dispatcher`: says what of a deployment would be deleted, with all that it keeps. It is deleted where
// `--delete` names the Worker.
import { carryOut } from "../lib/cloud/carry-out.mjs";
import { look } from "../lib/cloud/found.mjs";
import { parseOptions, refuse } from "../lib/cloud/options.mjs";
import { line, removalPlan } from "../lib/cloud/plan.mjs";
import { readTarget } from "../lib/cloud/target.mjs";
import { Failure, runMain } from "../lib/fail.mjs";
import { installPackages, packagesInstalled } from "../lib/npm-packages.mjs";

await runMain(async () => {
  const { place, values, rest } = parseOptions(process.argv.slice(2), [], ["--delete"]);
  refuse(rest);
  if (!packagesInstalled()) await installPackages();
  const target = await readTarget(place);
  const named = values["--delete"];
  if (named !== undefined && named !== target.worker) {
    throw new Failure(
      `--delete ${named}: the Worker of this environment is ${target.worker}. Nothing was deleted.`,
    );
  }
  console.log(`${target.worker}: looking at what is there`);
  const { steps } = removalPlan(target, await look(place, target));
  if (steps.length === 0) console.log("nothing is there");
  else if (named === undefined) {
    for (const step of steps) console.log(`would do: ${line(step)}`);
    console.log(
      `Nothing was deleted. What this deployment keeps goes with it; to do it, add --delete ${target.worker}`,
    );
  } else await carryOut(place, target, steps, console.log);
});
