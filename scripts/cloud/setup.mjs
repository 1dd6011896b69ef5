// @ts-check
// `npm run cloud:setup -- --env dispatcher`: makes what a deployment needs beside the Worker, and only what is missing of it.
// `--dry-run` says what that would be.
import { carryOut } from "../lib/cloud/carry-out.mjs";
import { look } from "../lib/cloud/found.mjs";
import { asked, parseOptions, refuse } from "../lib/cloud/options.mjs";
import { line, setUpPlan } from "../lib/cloud/plan.mjs";
import { readTarget } from "../lib/cloud/target.mjs";
import { runMain } from "../lib/fail.mjs";
import { installPackages, packagesInstalled } from "../lib/npm-packages.mjs";

await runMain(async () => {
  const { place, set, rest } = parseOptions(process.argv.slice(2), ["--dry-run"]);
  refuse(rest);
  if (!packagesInstalled()) await installPackages();
  const target = await readTarget(place);
  console.log(`${target.worker}: looking at what is there`);
  const { steps, notes } = setUpPlan(target, await look(place, target));
  for (const note of notes) console.warn(`NOTE: ${note}`);
  if (steps.length === 0) console.log("nothing is missing");
  else if (set.has("--dry-run")) for (const step of steps) console.log(`would do: ${line(step)}`);
  else await carryOut(place, target, steps, console.log);
  if (!set.has("--dry-run")) console.log(`next: npm run deploy${asked(place.env)}`);
});
