// @ts-check
// What the compiled Worker depends on, as one hash: equal hash, nothing to build.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Failure } from "./fail.mjs";
import { at, root } from "./paths.mjs";
import { capture } from "./run.mjs";
import { missingRust } from "./rust.mjs";
import { npmVersion, WORKER_BUILD, wasmBindgenVersion } from "./versions.mjs";

const FILES = ["Cargo.toml", "rust-toolchain.toml", ".cargo/config.toml", "build.rs"];
/** Variables that change what cargo or worker-build produce. */
const VARIABLES = [
  "CARGO_ENCODED_RUSTFLAGS",
  "CUSTOM_SHIM",
  "NO_MINIFY",
  "RUN_TO_COMPLETION",
  "RUSTFLAGS",
  "RUSTUP_TOOLCHAIN",
];

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/**
 * All but Cargo.lock, which cargo itself may complete during the build.
 * @param {string[]} flags worker-build's flags
 */
export async function sourceFingerprint(flags) {
  const rustc = await capture("rustc", ["--version"]);
  if (rustc.code === 127) throw new Failure(missingRust("rustc", "npm run build"));
  if (rustc.code !== 0) throw new Failure(`${rustc.output}\nrustc does not run (see above).`);
  const hash = createHash("sha256");
  const add = (/** @type {string} */ name, /** @type {string | Buffer} */ value) => {
    hash.update(`${name}\0${value.length}\0`).update(value);
  };
  add(
    "tools",
    [rustc.output, WORKER_BUILD, npmVersion("binaryen"), npmVersion("esbuild"), ...flags].join("\n"),
  );
  for (const name of VARIABLES) add(name, process.env[name] ?? "");
  for (const file of [
    ...FILES.filter((name) => fs.existsSync(at(name))),
    ...filesBelow(at("src")),
    ...filesBelow(at("web", "console")),
  ]) {
    add(file, fs.readFileSync(at(file)));
  }
  return hash.digest("hex");
}

export function lockFingerprint() {
  const file = at("Cargo.lock");
  const content = fs.existsSync(file) ? fs.readFileSync(file) : "";
  return createHash("sha256").update(wasmBindgenVersion()).update(content).digest("hex");
}
