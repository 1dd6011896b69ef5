// @ts-check
// What tests need that exists for Python alone: installed once into the user's cache.
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Failure } from "./fail.mjs";
import { withLock } from "./lock.mjs";
import { at, toolCache } from "./paths.mjs";
import { capture, run } from "./run.mjs";

/** An environment of what the requirements.txt and constraints.txt of a folder say. */
class Environment {
  /**
   * @param {string} name
   * @param {...string} parts the folder's path below the repository's root
   */
  constructor(name, ...parts) {
    this.requirements = at(...parts, "requirements.txt");
    this.constraints = at(...parts, "constraints.txt");
    const hash = createHash("sha256");
    for (const file of [this.requirements, this.constraints]) hash.update(fs.readFileSync(file));
    /** Named after what is in it, so that other versions are another folder. */
    this.folder = path.join(toolCache, `${name}-${hash.digest("hex").slice(0, 12)}`);
    /** The Python that has it all. */
    this.python = path.join(this.folder, "bin", "python");
  }

  isInstalled() {
    return fs.existsSync(this.python);
  }

  async install() {
    const waiting = () => console.log("      another run is installing the same packages, waiting for it");
    await withLock(
      `${this.folder}.lock`,
      async () => {
        if (this.isInstalled()) return;
        // Never in place: an interrupted install must not look complete. Called by its path, a moved environment works.
        const unfinished = `${this.folder}.unfinished-${randomUUID()}`;
        const python = path.join(unfinished, "bin", "python");
        const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
        const files = ["-r", this.requirements, "-c", this.constraints];
        try {
          const made = await run("python3", ["-m", "venv", unfinished]);
          const code = made || (await run(python, [...pip, ...files]));
          if (code !== 0) {
            throw new Failure(
              `pip could not install what ${path.relative(at(), this.requirements)} says (see above).`,
            );
          }
          fs.renameSync(unfinished, this.folder);
        } finally {
          fs.rmSync(unfinished, { recursive: true, force: true });
        }
      },
      waiting,
    );
  }
}

/** Clients whose events we take in. */
export const clients = new Environment("python-clients", "tests", "clients");

/** What the Python of docs/VERIFYING.md imports, and a Go toolchain. */
export const forSnippets = new Environment("python-snippets", "tests", "clients", "snippets");

/** The toolchain's Go, which pip puts where its package is. */
export function snippetsGo() {
  const lib = path.join(forSnippets.folder, "lib");
  const versions = fs.existsSync(lib) ? fs.readdirSync(lib) : [];
  const all = versions.map((version) => path.join(lib, version, "site-packages", "go", "bin", "go"));
  return all.find((file) => fs.existsSync(file));
}

/** LiteLLM's bounds, and what `venv` needs to bring pip along. */
const FITS = "import ensurepip, sys, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 15))";

/** Whether there is a Python that they can be installed with. */
export async function pythonFits() {
  return (await capture("python3", ["-c", FITS])).code === 0;
}
