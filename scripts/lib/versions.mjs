// @ts-check
// The versions of the compiled build tools.
import fs from "node:fs";
import { at } from "./paths.mjs";

/** Goes with the `worker` crate of the same version. */
export const WORKER_BUILD = "0.8.7";
export const CARGO_FUZZ = "0.13.2";
const WASM_BINDGEN_WITHOUT_LOCKFILE = "0.2.129";

/** The command line tool must be of exactly the library's version, so the lock file decides. */
export function wasmBindgenVersion() {
  const lock = at("Cargo.lock");
  if (!fs.existsSync(lock)) return WASM_BINDGEN_WITHOUT_LOCKFILE;
  const found = /name = "wasm-bindgen"\r?\nversion = "([^"]+)"/.exec(fs.readFileSync(lock, "utf8"));
  return found?.[1] ?? WASM_BINDGEN_WITHOUT_LOCKFILE;
}

/** @param {string} name a package in node_modules */
export function npmVersion(name) {
  try {
    return String(JSON.parse(fs.readFileSync(at("node_modules", name, "package.json"), "utf8")).version);
  } catch {
    return "none";
  }
}
