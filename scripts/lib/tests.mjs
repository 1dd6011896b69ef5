// @ts-check
// The steps of `npm test`, in the order in which they tell most for the least time.
import fs from "node:fs";
import { auditDependencies } from "./audit/dependencies.mjs";
import { auditSecrets } from "./audit/secrets.mjs";
import { buildWorker, sizeLine } from "./build.mjs";
import { Failure } from "./fail.mjs";
import { at, modernNode, stateDir, toolEnv } from "./paths.mjs";
import { cargoProgress } from "./progress.mjs";
import { QUIET } from "./quiet.mjs";
import { run } from "./run.mjs";
import { WASM_TARGET } from "./rust.mjs";
import { besideWorker } from "./with-worker.mjs";

/** @typedef {{ passed: number, failed: number }} Count */
/** @typedef {{ name: string, title: string, work: () => Promise<Count | void> }} TestStep */

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import("./run.mjs").RunOptions} [options]
 */
async function must(command, args, options) {
  const code = await run(command, args, { env: toolEnv(), ...options });
  // The tool said why.
  if (code !== 0) throw new Failure("", code);
}

/**
 * @param {string[]} args
 * @param {(text: string) => void} [onText] sees standard output on its way to the terminal
 */
async function cargo(args, onText) {
  const progress = cargoProgress(`cargo ${args[0]}`);
  const env = { ...process.env, ...(process.stderr.isTTY ? { CARGO_TERM_COLOR: "always" } : {}) };
  const show = (/** @type {string} */ text) => {
    progress.done();
    process.stdout.write(text);
    onText?.(text);
  };
  await must("cargo", args, { env, onLine: progress.onLine, onText: show }).finally(progress.done);
}

const bin = (/** @type {string} */ name) => at("node_modules", ".bin", name);

/** An error of a runner that still has counts to tell. */
export class CountedFailure extends Failure {
  /** @param {Count | undefined} count */
  constructor(count) {
    super("");
    this.count = count;
  }
}

async function native() {
  const count = { passed: 0, failed: 0 };
  let text = "";
  const onText = (/** @type {string} */ more) => {
    text += more;
  };
  const failed = await cargo(["test"], onText).catch(() => true);
  for (const [, passed, bad] of text.matchAll(/^test result: \S+ (\d+) passed; (\d+) failed;/gm)) {
    count.passed += Number(passed);
    count.failed += Number(bad);
  }
  // A test that aborts its process, or one that does not compile, is counted nowhere.
  if (failed) throw new CountedFailure(count.failed > 0 ? count : undefined);
  return count;
}

/** vitest colours its lines wherever CI is set, and whoever reads them there looks for plain text. */
const colours = () => (process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: "1" });

/** @param {string} config @param {Record<string, string>} [env] @param {string[]} [files] */
async function vitest(config, env = {}, files = []) {
  const report = at(".wrangler", "vitest.json");
  fs.mkdirSync(stateDir, { recursive: true });
  fs.rmSync(report, { force: true });
  const args = [at("node_modules", "vitest", "vitest.mjs"), "run", "--config", at(config), ...files];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const failed = await must(modernNode, [...args, ...reporters], {
    env: toolEnv({ ...QUIET, ...colours(), ...env }),
  }).catch(() => true);
  const count = readReport(report);
  if (failed) throw new CountedFailure(count && count.failed > 0 ? count : undefined);
  return count;
}

const CHROMIUM = "/usr/bin/chromium";

async function browser() {
  const program = process.env.CHROMIUM || CHROMIUM;
  if (!fs.existsSync(program)) {
    throw new Failure(
      `The browser tests need Chromium, and ${program} is not there: install it ('apt install chromium'), or say where one is with CHROMIUM=<path>.`,
    );
  }
  const artefacts = at(".wrangler", "browser");
  fs.rmSync(artefacts, { recursive: true, force: true });
  await buildWorker();
  return vitest("vitest.browser.config.ts", { CHROMIUM: program });
}

async function worker() {
  await buildWorker();
  return vitest("vitest.config.ts");
}

/** @param {string[]} suites parts of file names below tests/conformance; all of them where empty */
export async function conformance(suites) {
  await vitest("vitest.conformance.config.ts", { HELIOGRAPH_CONFORMANCE: "whole" }, suites);
}

/**
 * @param {string} file
 * @returns {Count | undefined}
 */
function readReport(file) {
  if (!fs.existsSync(file)) return undefined;
  const report = JSON.parse(fs.readFileSync(file, "utf8"));
  return { passed: Number(report.numPassedTests), failed: Number(report.numFailedTests) };
}

async function types() {
  await must(bin("tsc"), ["--noEmit"]);
  // The benchmark's comparison Worker lives with other globals.
  if (fs.existsSync(at("bench", "tsconfig.json"))) await must(bin("tsc"), ["--noEmit", "-p", "bench"]);
  // What runs in a page is written among the tests that run it.
  await must(bin("tsc"), ["--noEmit", "-p", at("tests", "browser")]);
}

async function clippy() {
  const deny = ["--", "-D", "warnings"];
  await cargo(["clippy", "--all-targets", ...deny]);
  await cargo(["clippy", "--lib", "--target", WASM_TARGET, ...deny]);
}

async function build() {
  await buildWorker();
  console.log(`      ${await sizeLine()}`);
}

async function audit() {
  const { crates, packages } = await auditDependencies();
  const files = await auditSecrets();
  console.log(`      ${crates} crates, ${packages} npm packages and ${files} files`);
}

/** @type {TestStep[]} */
export const STEPS = [
  { name: "fmt", title: "formatting of the Rust sources", work: () => cargo(["fmt", "--check"]) },
  { name: "clippy", title: "lints, native and WebAssembly (1-2 min the first time)", work: clippy },
  { name: "native", title: "native tests (1-2 min the first time)", work: native },
  {
    name: "conformance",
    title: "what the core makes of inputs, beside other implementations (usually 1 min)",
    work: () => vitest("vitest.conformance.config.ts"),
  },
  { name: "build", title: "compiling the Worker to WebAssembly (5 min the first time)", work: build },
  { name: "types", title: "type check of scripts, tests and benchmark", work: types },
  {
    name: "biome",
    title: "lint and formatting of scripts, tests and benchmark",
    work: () => must(bin("biome"), ["check", "--error-on-warnings"]),
  },
  { name: "audit", title: "licences and sources of dependencies, and secrets among the files", work: audit },
  {
    name: "worker",
    title: "tests of the Worker in the Workers runtime, and of deploying it (usually 6 min)",
    work: worker,
  },
  { name: "browser", title: "tests of the console in a browser (usually 2 min)", work: browser },
  {
    name: "storm",
    title: "fault storm with 1,000 events (usually 3 min)",
    work: () => besideWorker(["tests", "storm", "main.ts"], ["--events", "1000"]),
  },
];
