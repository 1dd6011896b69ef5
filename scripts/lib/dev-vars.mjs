// @ts-check
// .dev.vars, the local deployment's keys: written once, completed when a name is missing, never overwritten.
import fs from "node:fs";
import path from "node:path";
import { Failure } from "./fail.mjs";
import { devVarsFile, stateDir } from "./paths.mjs";

/** As wrangler (by its library dotenv) reads the file, so that both always see the same. */
const LINE =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

/**
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function parseDevVars(text) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [, name = "", raw = ""] of text.replace(/\r\n?/g, "\n").matchAll(LINE)) {
    const value = raw.trim();
    const quoted = /^(['"`])([\s\S]*)\1$/.exec(value);
    const content = quoted?.[2] ?? value;
    found[name] = value.startsWith('"') ? content.replace(/\\n/g, "\n").replace(/\\r/g, "\r") : content;
  }
  return found;
}

/** A value as such a file has it. @param {string} value */
export function quote(value) {
  if (/^[\w.:/+-]+$/.test(value)) return value;
  // Between these quotes nothing is an escape.
  const mark = ["'", "`"].find((candidate) => !value.includes(candidate));
  if (!mark) throw new Failure("A secret must not contain both kinds of quotes (' and `).");
  return `${mark}${value}${mark}`;
}

export function readDevVars() {
  return fs.existsSync(devVarsFile) ? parseDevVars(fs.readFileSync(devVarsFile, "utf8")) : {};
}

const HEADER = `# The keys of the local deployment, made by the first \`npm start\`. Yours to change; \`npm start\` only adds what
# is missing. Keep it out of version control.
`;

/**
 * @param {Record<string, () => string>} required
 * @returns {string[]} the names that were added
 */
export function completeDevVars(required) {
  const before = fs.existsSync(devVarsFile) ? fs.readFileSync(devVarsFile, "utf8") : "";
  const present = parseDevVars(before);
  const missing = Object.entries(required).filter(([name]) => !present[name]);
  if (missing.length > 0) {
    const start = before === "" ? HEADER : before.endsWith("\n") ? before : `${before}\n`;
    const lines = missing.map(([name, make]) => `${name}=${quote(make())}\n`);
    // Elsewhere and renamed: an interrupted write must not cost the keys that were there. (Not beside the file, where
    // git would see it.)
    fs.mkdirSync(stateDir, { recursive: true });
    const unfinished = path.join(stateDir, "dev.vars.new");
    fs.rmSync(unfinished, { force: true });
    fs.writeFileSync(unfinished, start + lines.join(""), { mode: 0o600 });
    fs.renameSync(unfinished, devVarsFile);
  }
  fs.chmodSync(devVarsFile, 0o600);
  return missing.map(([name]) => name);
}
