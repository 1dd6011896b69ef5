// @ts-check
// `npm run deploy -- --env dispatcher`: builds and deploys. What else is given is wrangler's, such as `--dry-run`.
import { carryOut } from "../lib/cloud/carry-out.mjs";
import { look } from "../lib/cloud/found.mjs";
import { asked, parseOptions } from "../lib/cloud/options.mjs";
import { setUpPlan } from "../lib/cloud/plan.mjs";
import { isPlaceholder, readTarget } from "../lib/cloud/target.mjs";
import { show } from "../lib/cloud/wrangler.mjs";
import { Failure, runMain } from "../lib/fail.mjs";
import { setUp } from "../lib/setup.mjs";

await runMain(async () => {
  const { place, rest } = parseOptions(process.argv.slice(2), []);
  if (process.env.HELIOGRAPH_SETUP !== "done") await setUp({ command: "npm run deploy" });
  process.env.HELIOGRAPH_SETUP = "done";
  if (!rest.includes("--dry-run")) {
    const target = await readTarget(place);
    // Workers Builds, which the button uses: it makes what is bound, but neither queues for dead letters nor rules of buckets. Secrets
    // were asked for; what is made up there is lost with the machine.
    if (process.env.WORKERS_CI) {
      const wanted = { ...target, secrets: [] };
      await carryOut(place, wanted, setUpPlan(wanted, await look(place, wanted)).steps, console.log);
    } else if (target.namespaces.some(({ id }) => isPlaceholder(id))) {
      throw new Failure(
        `${target.worker}: wrangler.toml still has a placeholder for the id of a KV namespace. First run: npm run cloud:setup${asked(place.env)}`,
      );
    }
  }
  if (place.env !== "")
    console.log("(wrangler warns of bindings that this role does not need, and does not have)");
  await show(place, ["deploy", ...rest]);
});
