// @ts-check
// The files that the Worker's deployment serves beside it: the API's page and what the console's pages load, from web/, and the
// libraries of both, from npm.
import fs from "node:fs";
import path from "node:path";
import { at, nodeModules } from "./paths.mjs";

const PAGE = at("web");
const FOLDER = at("public");
const CONSOLE = at("web", "console");
const ASSETS = path.join(FOLDER, "assets");
const RENDERER = ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "LICENSE"];

/** @typedef {[from: string, to: string]} Copy */

/** @returns {Copy[]} */
function files() {
  const pages = fs
    .readdirSync(PAGE, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !file.startsWith(CONSOLE + path.sep));
  return [
    ...pages.map((file) => /** @type {Copy} */ ([file, path.join(FOLDER, path.relative(PAGE, file))])),
    ...RENDERER.map((name) => inPackage("swagger-ui-dist", name, path.join(FOLDER, "docs", name))),
    ...fs.readdirSync(CONSOLE).map((name) => {
      const file = path.join(CONSOLE, name);
      return /** @type {Copy} */ ([file, path.join(ASSETS, hashed(name, fs.readFileSync(file)))]);
    }),
    library("htmx.org", "dist/htmx.min.js", "htmx", ".js"),
    library("uplot", "dist/uPlot.iife.min.js", "uplot", ".js"),
    library("uplot", "dist/uPlot.min.css", "uplot", ".css"),
  ];
}

/** @param {string} name @param {string} file @param {string} to @returns {Copy} */
function inPackage(name, file, to) {
  return [path.join(nodeModules, name, file), to];
}

/**
 * A library's file under its version. src/console/assets.rs says the same.
 * @param {string} name @param {string} file @param {string} called @param {string} extension
 */
function library(name, file, called, extension) {
  const { version } = JSON.parse(fs.readFileSync(path.join(nodeModules, name, "package.json"), "utf8"));
  return inPackage(name, file, path.join(ASSETS, `${called}-${version}${extension}`));
}

/**
 * A file of ours under the hash of what is in it (FNV-1a). src/console/assets.rs works out the same.
 * @param {string} name @param {Buffer} content
 */
function hashed(name, content) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of content) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const { name: stem, ext } = path.parse(name);
  return `${stem}-${hash.toString(16).padStart(16, "0")}${ext}`;
}

/** @param {string} from @param {string} to */
const isCopied = (from, to) =>
  fs.existsSync(from) && fs.existsSync(to) && fs.readFileSync(from).equals(fs.readFileSync(to));

/** Is the folder what its sources say? */
export function assetsCurrent() {
  const all = files();
  const wanted = new Set(all.map(([, to]) => to));
  return all.every(([from, to]) => isCopied(from, to)) && strays(wanted).length === 0;
}

export function fillAssets() {
  const all = files();
  for (const stray of strays(new Set(all.map(([, to]) => to)))) fs.rmSync(stray);
  for (const [from, to] of all) {
    if (isCopied(from, to)) continue;
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.copyFileSync(from, to);
  }
}

/** What an earlier version left: everything in the folder is served. @param {Set<string>} wanted */
function strays(wanted) {
  if (!fs.existsSync(FOLDER)) return [];
  return fs
    .readdirSync(FOLDER, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !wanted.has(file));
}
