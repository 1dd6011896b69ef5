// @ts-check
// The fuzz targets, and how they are compiled.
import fs from "node:fs";
import path from "node:path";
import { Failure } from "../fail.mjs";
import { at } from "../paths.mjs";
import { cargoProgress } from "../progress.mjs";
import { capture, run } from "../run.mjs";

const TARGET_DIR = at("fuzz", "target");

/** Their names: one file each. */
export function targets() {
  const files = fs.readdirSync(at("fuzz", "targets"));
  return files
    .filter((name) => name.endsWith(".rs"))
    .map((name) => name.slice(0, -3))
    .sort();
}

/** @param {string} cargoFuzz the folder of cargo-fuzz */
export async function build(cargoFuzz) {
  const progress = cargoProgress("the fuzz targets");
  // Without a sanitizer: there is no unsafe code, and without one twice as much is tried in the same time.
  const flags = ["--sanitizer", "none", "--codegen-units", "16", "--target-dir", TARGET_DIR];
  const args = ["+nightly", "fuzz", "build", ...flags];
  const search = [cargoFuzz, process.env.PATH].filter(Boolean).join(path.delimiter);
  const { CARGO_TARGET_DIR: _folder, RUSTFLAGS: _flags, ...env } = process.env;
  const code = await run("cargo", args, { onLine: progress.onLine, env: { ...env, PATH: search } });
  progress.done();
  if (code !== 0) {
    throw new Failure(
      "Compiling the fuzz targets failed (see above): libFuzzer needs a C++ compiler, and the rest crates.io.",
    );
  }
}

/** @param {string} target @returns {Promise<string>} its program */
export async function programOf(target) {
  const { output } = await capture("rustc", ["+nightly", "-vV"]);
  const host = /^host: (.+)$/m.exec(output)?.[1] ?? "";
  return path.join(TARGET_DIR, host, "release", target);
}
