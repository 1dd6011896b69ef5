// @ts-check
// `npm run cli -- …`: the command line of this checkout, compiled where its sources have changed.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { readDevVars } from "./lib/dev-vars.mjs";
import { Failure, runMain } from "./lib/fail.mjs";
import { root } from "./lib/paths.mjs";
import { capture } from "./lib/run.mjs";
import { missingRust } from "./lib/rust.mjs";

await runMain(async () => {
  const { code, output } = await capture("cargo", ["build", "--quiet", "--bin", "heliograph"]);
  if (code === 127) throw new Failure(missingRust("cargo", "npm run cli"));
  if (code !== 0) throw new Failure(`${output}\nThe command line did not compile (see above).`, code);
  const target = process.env.CARGO_TARGET_DIR || path.join(root, "target");
  const binary = path.resolve(root, target, "debug", "heliograph");
  // Used for this machine alone, and only where there are no others.
  const { ROOT_KEY: key, WEBHOOK_SECRETS: secrets } = readDevVars();
  const env = {
    ...process.env,
    ...(key ? { HELIOGRAPH_LOCAL_KEY: key } : {}),
    ...(secrets ? { HELIOGRAPH_LOCAL_SECRETS: secrets } : {}),
  };
  // In this process's group and with its terminal: keys and Ctrl-C reach it, and it decides what they mean.
  // Paths are meant from where `npm run` was called.
  const child = spawn(binary, process.argv.slice(2), {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: "inherit",
    env,
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit, signal) => resolve(exit ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
});
