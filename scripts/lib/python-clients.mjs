// @ts-check
// Clients that exist for Python alone, for the tests of what takes their events in: installed once into the user's cache.
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Failure } from "./fail.mjs";
import { withLock } from "./lock.mjs";
import { at, toolCache } from "./paths.mjs";
import { capture, run } from "./run.mjs";

const requirements = at("tests", "clients", "requirements.txt");
const constraints = at("tests", "clients", "constraints.txt");

/** Named after what is in it, so that other versions are another folder. */
const folder = (() => {
  const hash = createHash("sha256");
  for (const file of [requirements, constraints]) hash.update(fs.readFileSync(file));
  return path.join(toolCache, `python-clients-${hash.digest("hex").slice(0, 12)}`);
})();

/** The Python that has the clients. */
export const clientsPython = path.join(folder, "bin", "python");

export const clientsInstalled = () => fs.existsSync(clientsPython);

/** LiteLLM's bounds, and what `venv` needs to bring pip along. */
const FITS = "import ensurepip, sys, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 15))";

/** Whether there is a Python that they can be installed with. */
export async function pythonFits() {
  return (await capture("python3", ["-c", FITS])).code === 0;
}

export async function installClients() {
  const waiting = () => console.log("      another run is installing the Python clients, waiting for it");
  await withLock(
    `${folder}.lock`,
    async () => {
      if (clientsInstalled()) return;
      // Never in place: an interrupted install must not look complete. Called by its path, a moved environment works.
      const unfinished = `${folder}.unfinished-${randomUUID()}`;
      const python = path.join(unfinished, "bin", "python");
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
      try {
        const made = await run("python3", ["-m", "venv", unfinished]);
        const code = made || (await run(python, [...pip, "-r", requirements, "-c", constraints]));
        if (code !== 0) {
          throw new Failure(
            "pip could not install the clients of tests/clients/requirements.txt (see above).",
          );
        }
        fs.renameSync(unfinished, folder);
      } finally {
        fs.rmSync(unfinished, { recursive: true, force: true });
      }
    },
    waiting,
  );
}
