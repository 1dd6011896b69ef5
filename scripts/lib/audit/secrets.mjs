// @ts-check
// Secrets among the files of the repository: what looks like one and is not excused, by secrets.json.
import fs from "node:fs";
import path from "node:path";
import { Failure } from "../fail.mjs";
import { at, root } from "../paths.mjs";
import { capture } from "../run.mjs";

/** @typedef {{ kind: string, pattern: string, flags?: string, bits?: number }} Pattern */
/** @typedef {{ file: string, kind: string, why: string }} Excuse */
/** @typedef {{ patterns: Pattern[], allow: Excuse[] }} Rules */
/** @typedef {{ file: string, line: number, kind: string, begins: string }} Found */

/** @returns {Rules} */
export function secretRules() {
  return JSON.parse(fs.readFileSync(at("scripts", "lib", "audit", "secrets.json"), "utf8"));
}

/** How much a character of a text tells, in bits: 4 for hex and 6 for base64 that was drawn by lot. @param {string} text */
export function bits(text) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const one of text) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}

/**
 * What looks like a secret in one file's text.
 * @param {string} file
 * @param {string} text
 * @param {Pattern[]} patterns
 * @returns {Found[]}
 */
export function secretsIn(file, text, patterns) {
  return patterns.flatMap(({ kind, pattern, flags = "", bits: least = 0 }) => {
    const matches = [...text.matchAll(new RegExp(pattern, `g${flags}`))];
    return matches
      .filter((match) => bits(match[1] ?? match[0]) >= least)
      .map((match) => {
        const line = text.slice(0, match.index).split("\n").length;
        // Enough to find it, and no more of it than that.
        return { file, line, kind, begins: match[0].slice(0, 12) };
      });
  });
}

/**
 * @param {string} folder
 * @param {string[]} files paths in it
 * @param {Rules} rules
 * @returns {string[]} what is wrong: secrets without an excuse, and excuses without a secret
 */
export function scan(folder, files, { patterns, allow }) {
  const found = files.flatMap((file) => {
    const bytes = fs.readFileSync(path.join(folder, file));
    return bytes.includes(0) ? [] : secretsIn(file, bytes.toString("utf8"), patterns);
  });
  const isExcused = (/** @type {Found} */ one) =>
    allow.some(({ file, kind }) => file === one.file && kind === one.kind);
  const isNeeded = (/** @type {Excuse} */ excuse) =>
    found.some(({ file, kind }) => file === excuse.file && kind === excuse.kind);
  return [
    ...found
      .filter((one) => !isExcused(one))
      .map(({ file, line, kind, begins }) => `${file}:${line}: looks like a secret (${kind}): ${begins}…`),
    ...allow
      .filter((excuse) => !isNeeded(excuse))
      .map(({ file, kind }) => `secrets.json: there is no ${kind} in ${file} any more: take its line out`),
  ];
}

/** The files that are, or are about to be, in the repository. @returns {Promise<string[]>} */
async function trackedFiles() {
  const { code, output } = await capture("git", ["ls-files", "--cached", "--others", "--exclude-standard"]);
  if (code !== 0) throw new Failure(`${output}\n'git ls-files' failed (see above).`);
  return output.split("\n").filter((file) => file !== "" && fs.existsSync(path.join(root, file)));
}

/** @returns {Promise<number>} how many files were looked through; throws where there is a secret */
export async function auditSecrets() {
  const files = await trackedFiles();
  const wrong = scan(root, files, secretRules());
  if (wrong.length > 0) {
    const how =
      "What is an example goes into scripts/lib/audit/secrets.json with its reason; what is none has to be changed where it is used.";
    throw new Failure(`${wrong.join("\n")}\n${how}`);
  }
  return files.length;
}
