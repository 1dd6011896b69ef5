// @ts-check
// Every path the scripts use, in one place.
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** @param {...string} parts a path below the repository's root */
export const at = (...parts) => path.join(root, ...parts);

export const nodeModules = at("node_modules");
export const buildDir = at("build");
export const devVarsFile = at(".dev.vars");
/** What wrangler and the scripts keep between runs; never part of a commit. */
export const stateDir = at(".wrangler");
/** The local deployment's data. Two servers of one checkout at a time need two folders. */
export const dataDir = path.resolve(root, process.env.HELIOGRAPH_DATA || at(".wrangler", "state"));

/** Held while an `npm start` uses a data folder. @param {string} [folder] */
export const runLock = (folder = dataDir) => `${folder}.pid`;

/** Node 22 from npm: wrangler needs a newer Node than the one that may have started this script. */
export const modernNode = at("node_modules", "node", "bin", "node");

/** Compiled build tools are shared by all checkouts of a user: compiling them takes minutes. */
export const toolCache = path.join(
  process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"),
  "heliograph",
);

/**
 * The environment for tools from node_modules: `#!/usr/bin/env node` must find the modern Node there.
 * @param {Record<string, string | undefined>} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnv(extra = {}) {
  const search = [path.dirname(modernNode), process.env.PATH].filter(Boolean).join(path.delimiter);
  return { ...process.env, PATH: search, ...extra };
}
