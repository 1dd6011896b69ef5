// @ts-check
// Scripts that run the Worker: it is built first, and for a command of its own what is missing is set up before that.
import { buildWorker } from "./build.mjs";
import { Failure } from "./fail.mjs";
import { at, modernNode, toolEnv } from "./paths.mjs";
import { QUIET } from "./quiet.mjs";
import { run } from "./run.mjs";
import { setUp } from "./setup.mjs";

/** @param {string} command as it is typed @param {string[]} script its path below the root */
export async function withWorker(command, ...script) {
  await setUp({ command });
  process.env.HELIOGRAPH_SETUP = "done";
  await besideWorker(script, process.argv.slice(2));
}

/** @param {string[]} script its path below the root @param {string[]} rest what it is told */
export async function besideWorker(script, rest) {
  await buildWorker();
  const args = ["--no-warnings", at(...script), ...rest];
  const code = await run(modernNode, args, { env: toolEnv({ ...QUIET, WRANGLER_LOG: "warn" }) });
  if (code !== 0) throw new Failure("", code);
}
