// @ts-check
// The build tools that come from crates.io: compiled once per version into the user's cache.
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Failure } from "./fail.mjs";
import { withLock } from "./lock.mjs";
import { toolCache } from "./paths.mjs";
import { cargoProgress } from "./progress.mjs";
import { run } from "./run.mjs";
import { CARGO_FUZZ, WORKER_BUILD, wasmBindgenVersion } from "./versions.mjs";

/** @typedef {{ crate: string, version: string, folder: string, binary: string }} CargoTool */

/** @returns {{ wasmBindgen: CargoTool, workerBuild: CargoTool }} */
export function cargoTools() {
  return {
    wasmBindgen: describe("wasm-bindgen-cli", wasmBindgenVersion(), "wasm-bindgen"),
    workerBuild: describe("worker-build", WORKER_BUILD, "worker-build"),
  };
}

/**
 * @param {string} crate
 * @param {string} version
 * @param {string} binary
 */
function describe(crate, version, binary) {
  const folder = path.join(toolCache, `${binary}-${version}`);
  return { crate, version, folder, binary: path.join(folder, "bin", binary) };
}

/** What `npm run fuzz` needs besides. */
export const fuzzTool = () => describe("cargo-fuzz", CARGO_FUZZ, "cargo-fuzz");

/** @returns {CargoTool[]} */
export function missingCargoTools() {
  return Object.values(cargoTools()).filter((tool) => !fs.existsSync(tool.binary));
}

/** @param {CargoTool} tool */
export async function installCargoTool(tool) {
  const lock = `${tool.folder}.lock`;
  const waiting = () => console.log(`      another run is installing ${tool.crate}, waiting for it`);
  await withLock(
    lock,
    async () => {
      // Whoever held the lock before us may have installed it.
      if (fs.existsSync(tool.binary)) return;
      removeAbandoned(tool);
      // Never in place: an interrupted install must not look complete.
      const unfinished = `${tool.folder}.unfinished-${randomUUID()}`;
      const progress = cargoProgress(tool.crate);
      const args = ["install", tool.crate, "--version", `=${tool.version}`, "--locked", "--root", unfinished];
      try {
        const code = await run("cargo", args, { onLine: progress.onLine, env: installEnv(unfinished) });
        progress.done();
        if (code !== 0) {
          throw new Failure(
            `Compiling ${tool.crate} ${tool.version} failed (see above): it needs crates.io and a C linker.`,
          );
        }
        fs.rmSync(path.join(unfinished, "target"), { recursive: true, force: true });
        fs.rmSync(tool.folder, { recursive: true, force: true });
        fs.renameSync(unfinished, tool.folder);
      } finally {
        progress.done();
        fs.rmSync(unfinished, { recursive: true, force: true });
      }
    },
    waiting,
  );
}

/**
 * The project's own build settings are not meant for the tools, and their object files go away with the folder.
 * @param {string} folder
 */
function installEnv(folder) {
  const { CARGO_BUILD_TARGET: _target, RUSTFLAGS: _flags, ...env } = process.env;
  return { ...env, CARGO_TARGET_DIR: path.join(folder, "target") };
}

/** @param {CargoTool} tool */
function removeAbandoned(tool) {
  const prefix = `${path.basename(tool.folder)}.unfinished-`;
  for (const name of fs.readdirSync(toolCache)) {
    if (name.startsWith(prefix)) fs.rmSync(path.join(toolCache, name), { recursive: true, force: true });
  }
}
