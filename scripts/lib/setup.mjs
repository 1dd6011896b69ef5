// @ts-check
// Everything a fresh clone needs. Asks first what is missing, so that a set-up machine waits for nothing.
import { installCargoTool, missingCargoTools } from "./cargo-tools.mjs";
import { Failure } from "./fail.mjs";
import { installPackages, packagesInstalled } from "./npm-packages.mjs";
import { clients, forSnippets, pythonFits } from "./python-clients.mjs";
import { capture } from "./run.mjs";
import { installRustParts, missingRustParts, requireRust } from "./rust.mjs";
import { installSnippetPackages, snippetPackagesInstalled } from "./snippet-packages.mjs";

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
  if (forTests) tasks.push(...(await testTasks()));
  return tasks;
}

/** What only tests run: clients of the API, and what the snippets of the guides need. */
async function testTasks() {
  /** @type {Task[]} */
  const tasks = [];
  if (!snippetPackagesInstalled()) {
    tasks.push({
      title:
        "installing frameworks, Ruby and PHP for the guides' snippets (10 s and 170 MB, once per machine)",
      work: installSnippetPackages,
    });
  }
  const missing = [clients, forSnippets].filter((environment) => !environment.isInstalled());
  if (missing.length === 0) return tasks;
  if (!(await pythonFits())) {
    const why = "need Python 3.10 to 3.14 with venv as `python3`.";
    if (process.env.CI) throw new Failure(`The tests of LiteLLM and of the snippets in Python and Go ${why}`);
    console.warn(
      `NOT TESTED: LiteLLM, Helicone's Python client, the snippets in Python and Go, which ${why}`,
    );
    return tasks;
  }
  if (missing.includes(clients)) {
    tasks.push({
      title:
        "installing LiteLLM and Helicone's Python client for their tests (1-2 min and 340 MB, once per machine)",
      work: () => clients.install(),
    });
  }
  if (missing.includes(forSnippets)) {
    tasks.push({
      title: "installing FastAPI, Flask and Go for the guides' snippets (20 s and 300 MB, once per machine)",
      work: () => forSnippets.install(),
    });
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
