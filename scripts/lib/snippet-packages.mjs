// @ts-check
// What the snippets of docs/VERIFYING.md need of npm: installed once into the user's cache, since nothing else here uses it.
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Failure } from "./fail.mjs";
import { withLock } from "./lock.mjs";
import { at, toolCache } from "./paths.mjs";
import { run } from "./run.mjs";

const FILES = ["package.json", "package-lock.json"];
const wanted = (/** @type {string} */ file) => at("tests", "clients", "snippets", file);

const hash = createHash("sha256");
for (const file of FILES) hash.update(fs.readFileSync(wanted(file)));

/** The folder whose `node_modules` has them. Named after what is in it, so that other versions are another folder. */
export const snippetPackages = path.join(toolCache, `node-snippets-${hash.digest("hex").slice(0, 12)}`);

export const snippetPackagesInstalled = () => fs.existsSync(snippetPackages);

export async function installSnippetPackages() {
  const waiting = () => console.log("      another run is installing the same packages, waiting for it");
  await withLock(
    `${snippetPackages}.lock`,
    async () => {
      if (snippetPackagesInstalled()) return;
      // Never in place: an interrupted install must not look complete.
      const unfinished = `${snippetPackages}.unfinished-${randomUUID()}`;
      fs.mkdirSync(unfinished, { recursive: true });
      try {
        for (const file of FILES) fs.copyFileSync(wanted(file), path.join(unfinished, file));
        const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
        if ((await run("npm", ["ci", "--prefix", unfinished, ...quiet])) !== 0) {
          throw new Failure(
            "npm could not install what tests/clients/snippets/package.json says (see above).",
          );
        }
        fs.renameSync(unfinished, snippetPackages);
      } finally {
        fs.rmSync(unfinished, { recursive: true, force: true });
      }
    },
    waiting,
  );
}
