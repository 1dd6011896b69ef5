// @ts-check
// Everything a fresh clone needs. Asks first what is missing, so that a set-up machine waits for nothing.
import { installCargoTool, missingCargoTools } from "./cargo-tools.mjs";
import { Failure } from "./fail.mjs";
import { installPackages, packagesInstalled } from "./npm-packages.mjs";
import { clientsInstalled, installClients, pythonFits } from "./python-clients.mjs";
import { capture } from "./run.mjs";
import { installRustParts, missingRustParts, requireRust } from "./rust.mjs";

/**
 * @typedef {object} SetUpOptions
 * @property {string} [command] the npm command to name in messages
 * @property {boolean} [forTests]
 */

/** @typedef {{ title: string, work: () => Promise<void> }} Task */

/**
 * @param {SetUpOptions} [options]
 * @returns {Promise<Task[]>} what is left to do on this machine
 */
export async function setUpTasks({ command = "npm start", forTests = false } = {}) {
  await requireRust(command);
  /** @type {Task[]} */
  const tasks = [];
  if (!packagesInstalled()) {
    await requireNpm(command);
    tasks.push({ title: "installing the npm packages (usually under a minute)", work: installPackages });
  }
  const rust = await missingRustParts(forTests);
  const names = [...rust.targets, ...rust.components];
  if (names.length > 0) {
    tasks.push({
      title: `adding ${names.join(", ")} to Rust (usually under a minute)`,
      work: () => installRustParts(rust),
    });
  }
  for (const tool of missingCargoTools()) {
    tasks.push({
      title: `compiling the build tool ${tool.crate} ${tool.version} (2-4 min, once per machine)`,
      work: () => installCargoTool(tool),
    });
  }
  if (forTests && !clientsInstalled()) {
    if (await pythonFits()) {
      tasks.push({
        title:
          "installing LiteLLM and Helicone's Python client for their tests (1-2 min and 340 MB, once per machine)",
        work: installClients,
      });
    } else if (process.env.CI) {
      throw new Failure("The tests of LiteLLM need Python 3.10 to 3.14 with venv as `python3`.");
    } else {
      console.warn(
        "NOT TESTED: LiteLLM and Helicone's Python client, which need Python 3.10 to 3.14 with venv as `python3`.",
      );
    }
  }
  return tasks;
}

/** @param {SetUpOptions} [options] */
export async function setUp(options) {
  for (const task of await setUpTasks(options)) {
    console.log(task.title);
    await task.work();
  }
}

/** @param {string} command */
async function requireNpm(command) {
  if ((await capture("npm", ["--version"])).code === 127) {
    throw new Failure(
      `Heliograph needs npm, and it was not found: install Node.js 20 or later from https://nodejs.org, then run ${command} again.`,
    );
  }
}
