// @ts-check
// `npm run fuzz`: each fuzz target for a minute. `npm run fuzz -- --help` lists the flags, docs/SECURITY.md says what targets hold.
import { parseArgs } from "node:util";
import { Failure, runMain } from "./lib/fail.mjs";
import { targets } from "./lib/fuzz/build.mjs";
import { fuzz } from "./lib/fuzz/run.mjs";
import { setUpFuzzing } from "./lib/fuzz/set-up.mjs";
import { table } from "./lib/fuzz/table.mjs";

const HELP = `npm run fuzz -- [flags]
  --seconds N   how long each target runs (default 60)
  --only LIST   these targets alone
  --runs N      at most so many executions of each
  --fresh       forget what earlier runs found worth keeping (fuzz/corpus)
targets: ${targets().join(", ")}`;

/** @param {string | undefined} text @param {string} name */
function count(text, name) {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,11}$/.test(text))
    throw new Failure(`--${name} must be a whole number from 1 on.\n${HELP}`);
  return Number(text);
}

function options() {
  try {
    return parseArgs({
      options: {
        seconds: { type: "string", default: "60" },
        only: { type: "string" },
        runs: { type: "string" },
        fresh: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : error}\n${HELP}`);
  }
}

await runMain(async () => {
  const { seconds, only, runs, fresh, help } = options();
  if (help) {
    console.log(HELP);
    return 0;
  }
  const limits = { seconds: count(seconds, "seconds") ?? 60, runs: count(runs, "runs"), fresh };
  const wanted = only?.split(",") ?? targets();
  const unknown = wanted.find((name) => !targets().includes(name));
  if (unknown !== undefined) throw new Failure(`There is no target '${unknown}'.\n${HELP}`);

  await setUpFuzzing("npm run fuzz");
  const results = [];
  for (const target of wanted) results.push(await fuzz(target, limits));
  console.log(`\n${table(results)}`);
  const crashed = results.filter((result) => result.crash !== undefined);
  for (const { target, crash, said } of crashed) {
    console.error(`\n${target} crashed${said ? `: ${said}` : ""}\n  its input: ${crash}`);
    console.error(`  once more: fuzz/target/*/release/${target} ${crash}`);
  }
  return crashed.length > 0 ? 1 : 0;
});
