// @ts-check
// Known faults of what is depended on, as far as somebody can be asked: the npm registry, and cargo-deny with RustSec's database.
// What could not be checked is said to be so, and is no failure.
import { spawnSync } from "node:child_process";
import { root, toolEnv } from "../paths.mjs";

/** How long somebody is waited for, in milliseconds. */
const PATIENCE = 120_000;

/** @typedef {{ wrong: boolean, said: string }} Verdict */

/** @param {string} command @param {string[]} args */
function ask(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env: toolEnv(),
    encoding: "utf8",
    timeout: PATIENCE,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, output: stdout ?? "", errors: stderr ?? "", isThere: error === undefined };
}

/** What `npm audit --json` printed. @param {string} output @returns {Verdict} */
export function npmVerdict(output) {
  /** @type {{ metadata?: { vulnerabilities?: Record<string, number> }, vulnerabilities?: Record<string, { severity: string }>, message?: string }} */
  let report;
  try {
    report = JSON.parse(output);
  } catch {
    return { wrong: false, said: "npm advisories NOT CHECKED: npm audit gave no answer that can be read." };
  }
  const total = report.metadata?.vulnerabilities?.total;
  if (total === undefined) {
    const why = report.message ?? "the registry does not answer audits";
    return { wrong: false, said: `npm advisories NOT CHECKED: ${why}` };
  }
  if (total === 0) return { wrong: false, said: "npm advisories: none concerns what is used." };
  const named = Object.entries(report.vulnerabilities ?? {}).map(
    ([name, { severity }]) => `${name} (${severity})`,
  );
  return { wrong: true, said: `npm advisories: ${total}, of ${named.join(", ")}. 'npm audit' says more.` };
}

/**
 * What `cargo deny check advisories` came to.
 * @param {{ status: number | null, errors: string, isInstalled: boolean }} of
 * @returns {Verdict}
 */
export function crateVerdict({ status, errors, isInstalled }) {
  const not = "crates' advisories NOT CHECKED:";
  if (!isInstalled) {
    return {
      wrong: false,
      said: `${not} cargo-deny is not installed ('cargo install cargo-deny --locked').`,
    };
  }
  if (status === 0) return { wrong: false, said: "crates' advisories: none concerns what is used." };
  if (
    /failed to (?:fetch|load|open|find) [^\n]*advisor|failed to fetch|unable to (?:fetch|load) advisory/i.test(
      errors,
    )
  ) {
    return { wrong: false, said: `${not} the database is unreachable.` };
  }
  return { wrong: true, said: `${errors.trim()}\ncrates' advisories: see above.` };
}

/** @returns {Verdict[]} */
export function advisories() {
  const isInstalled = ask("cargo", ["deny", "--version"]).status === 0;
  const { status, errors } = isInstalled
    ? ask("cargo", ["deny", "check", "advisories"])
    : { status: null, errors: "" };
  return [npmVerdict(ask("npm", ["audit", "--json"]).output), crateVerdict({ status, errors, isInstalled })];
}
