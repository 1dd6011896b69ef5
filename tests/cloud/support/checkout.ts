// A folder with a wrangler.toml of its own, in which the scripts are run as an operator would.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export function openCheckout(env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-cloud-"));
  const config = join(folder, "wrangler.toml");
  // The Worker that was built for the tests, whatever it was built of.
  const text = readFileSync(at("wrangler.toml"), "utf8");
  writeFileSync(config, text.replace('command = "node scripts/build.mjs"', 'command = "true"'));
  for (const name of ["build", "public", "src", "web"]) symlinkSync(at(name), join(folder, name));
  const secrets = (worker: string) => join(folder, ".secrets", `${worker}.env`);
  return {
    config: () => readFileSync(config, "utf8"),
    /** Runs scripts/cloud/NAME.mjs. */
    run(name: string, ...args: string[]) {
      const inherited = Object.entries(process.env).filter(
        ([key]) => !/^(CLOUDFLARE|WRANGLER|CI$)/.test(key),
      );
      const options = { env: { ...Object.fromEntries(inherited), HELIOGRAPH_SETUP: "done", ...env } };
      return new Promise<{ code: number; text: string }>((resolve) => {
        const script = [at(`scripts/cloud/${name}.mjs`), "--config", config, ...args];
        execFile(process.execPath, script, options, (error, out, err) => {
          resolve({ code: error ? Number(error.code) : 0, text: `${out}${err}` });
        });
      });
    },
    /** The secrets that are kept, with the permissions of their file; undefined where there is none. */
    secrets(worker: string) {
      const file = secrets(worker);
      if (!existsSync(file)) return undefined;
      return { text: readFileSync(file, "utf8"), mode: statSync(file).mode & 0o777 };
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
