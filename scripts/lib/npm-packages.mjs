// @ts-check
// node_modules as package-lock.json says.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Failure } from "./fail.mjs";
import { withLock } from "./lock.mjs";
import { at, modernNode, nodeModules, stateDir } from "./paths.mjs";
import { run } from "./run.mjs";

/** Inside node_modules, so that it vanishes together with what it vouches for. */
const MARK = path.join(nodeModules, ".heliograph-lock-hash");

function wanted() {
  const file = at("package-lock.json");
  return createHash("sha256")
    .update(fs.existsSync(file) ? fs.readFileSync(file) : "")
    .digest("hex");
}

export function packagesInstalled() {
  if (!fs.existsSync(modernNode)) return false;
  return fs.existsSync(MARK) && fs.readFileSync(MARK, "utf8") === wanted();
}

export async function installPackages() {
  await withLock(path.join(stateDir, "npm.lock"), async () => {
    if (packagesInstalled()) return;
    const hash = wanted();
    /** @type {string[]} */
    const said = [];
    // No funding or audit lines, no lookups besides the packages themselves.
    const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    const code = await run("npm", args, { onLine: (line) => said.push(line) });
    if (code !== 0) {
      // After a refusal npm prints its whole manual page.
      const manual = said.findIndex((line) => line.includes("Usage:"));
      const reason = said.slice(0, manual < 0 ? undefined : Math.max(0, manual - 2)).join("\n");
      throw new Failure(`${reason}\nnpm could not install the packages of package-lock.json (see above).`);
    }
    if (!fs.existsSync(modernNode)) {
      throw new Failure(
        "npm did not install the package 'node' completely: allow its install script (npm config get ignore-scripts).",
      );
    }
    fs.writeFileSync(MARK, hash);
  });
}
