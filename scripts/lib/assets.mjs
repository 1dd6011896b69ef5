// @ts-check
// The files that the Worker's deployment serves beside it: the API's page, from web/, and its renderer, from npm.
import fs from "node:fs";
import path from "node:path";
import { at, nodeModules } from "./paths.mjs";

const PAGE = at("web");
const FOLDER = at("public");
const RENDERER = ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "LICENSE"];

/** @returns {[from: string, to: string][]} */
function files() {
  const page = fs
    .readdirSync(PAGE, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(PAGE, path.join(entry.parentPath ?? entry.path, entry.name)));
  return [
    ...page.map((name) => /** @type {[string, string]} */ ([path.join(PAGE, name), path.join(FOLDER, name)])),
    ...RENDERER.map(
      (name) =>
        /** @type {[string, string]} */ ([
          path.join(nodeModules, "swagger-ui-dist", name),
          path.join(FOLDER, "docs", name),
        ]),
    ),
  ];
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
