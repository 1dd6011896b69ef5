// @ts-check
// Rust, its WebAssembly target and its components.
import { Failure } from "./fail.mjs";
import { capture } from "./run.mjs";

export const WASM_TARGET = "wasm32-unknown-unknown";

/**
 * @param {string} program
 * @param {string} command the npm command to repeat
 */
export const missingRust = (program, command) =>
  `Heliograph needs Rust, and ${program} was not found: install rustup from https://rustup.rs, then run ${command} again.`;

/** @param {string} command the npm command to repeat */
export async function requireRust(command) {
  for (const program of ["rustup", "cargo"]) {
    if ((await capture(program, ["--version"])).code === 127) {
      throw new Failure(missingRust(program, command));
    }
  }
}

/**
 * @param {"target" | "component"} kind
 * @param {string[]} names
 * @returns {Promise<string[]>} those not installed
 */
async function missing(kind, names) {
  const { code, output } = await capture("rustup", [kind, "list", "--installed"]);
  if (code !== 0) return names;
  const installed = output.split("\n");
  return names.filter((name) => !installed.some((line) => line === name || line.startsWith(`${name}-`)));
}

/** @param {boolean} forTests linting and formatting need more than building */
export async function missingRustParts(forTests) {
  const targets = await missing("target", [WASM_TARGET]);
  const components = forTests ? await missing("component", ["clippy", "rustfmt"]) : [];
  return { targets, components };
}

/** @param {{ targets: string[], components: string[] }} parts */
export async function installRustParts({ targets, components }) {
  for (const [kind, names] of /** @type {const} */ ([
    ["target", targets],
    ["component", components],
  ])) {
    if (names.length === 0) continue;
    const { code, output } = await capture("rustup", [kind, "add", ...names]);
    if (code !== 0)
      throw new Failure(`${output}\n'rustup ${kind} add ${names.join(" ")}' failed (see above).`);
  }
}
