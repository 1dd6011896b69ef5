// @ts-check
// The secrets of a deployment, in a file that nobody else reads: nobody gets them back from the platform.
import fs from "node:fs";
import path from "node:path";
import { parseDevVars, quote } from "../dev-vars.mjs";
import { REQUIRED } from "../settings.mjs";

const HEADER = `# The secrets of a deployment, made by \`npm run cloud:setup\`. Cloudflare shows them to nobody, so keep a copy where you keep such
# things, and this file out of version control. What is set is changed with \`npx wrangler secret put NAME\`, not here.
`;

/**
 * @param {string} config wrangler.toml, beside which the folder is
 * @param {string} worker
 */
export const secretsFile = (config, worker) => path.join(path.dirname(config), ".secrets", `${worker}.env`);

/** @param {string} file @returns {Record<string, string>} */
function read(file) {
  return fs.existsSync(file) ? parseDevVars(fs.readFileSync(file, "utf8")) : {};
}

/**
 * These secrets: those in the environment, else in the file, else new ones. All of them are in the file before anybody else gets them,
 * so that what fails after this goes on with the same.
 * @param {string} file
 * @param {string[]} names
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string>}
 */
export function prepareSecrets(file, names, env) {
  const before = read(file);
  /** @type {Record<string, string>} */
  const chosen = {};
  for (const name of names) {
    const value = env[name] || before[name] || REQUIRED[name]?.();
    if (value) chosen[name] = value;
  }
  const all = Object.entries({ ...before, ...chosen });
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Renamed into its place: what was there survives whatever happens now.
  const unfinished = `${file}.new`;
  fs.rmSync(unfinished, { force: true });
  const lines = all.map(([name, value]) => `${name}=${quote(value)}\n`);
  fs.writeFileSync(unfinished, HEADER + lines.join(""), { mode: 0o600 });
  fs.renameSync(unfinished, file);
  return chosen;
}
