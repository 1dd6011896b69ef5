// @ts-check
// Notices changes of the sources and settings while the server runs.
import fs from "node:fs";
import { at, root } from "./paths.mjs";

/** Editors and git write many files at once. */
const SETTLE_MS = 250;
const ROOT_FILES = new Set([".dev.vars", "Cargo.lock", "Cargo.toml", "rust-toolchain.toml", "wrangler.toml"]);

/**
 * @param {() => Promise<void>} onChange never called while it still works on the change before
 * @returns {() => void} ends it
 */
export function watchSources(onChange) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let working = false;
  let again = false;
  const act = async () => {
    if (working) {
      again = true;
      return;
    }
    working = true;
    do {
      again = false;
      await onChange();
    } while (again);
    working = false;
  };
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(act, SETTLE_MS);
  };
  const watchers = [
    fs.watch(at("src"), { recursive: true }, changed),
    fs.watch(at("web"), { recursive: true }, changed),
    fs.watch(root, (_event, name) => {
      if (name && ROOT_FILES.has(name)) changed();
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
