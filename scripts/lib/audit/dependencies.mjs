// @ts-check
// Licences, sources and bans of what is depended on, by deny.toml. Reads what cargo and npm have on this machine, and asks nobody.
//
// A script and not cargo-deny itself, which takes minutes to compile on a fresh clone for what is a table and twenty lines.
import fs from "node:fs";
import { Failure } from "../fail.mjs";
import { at } from "../paths.mjs";
import { capture } from "../run.mjs";
import { WASM_TARGET } from "../rust.mjs";
import { satisfies } from "./spdx.mjs";

const CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index";
const NPM = "https://registry.npmjs.org/";

/** @typedef {{ licences: Set<string>, banned: string[] }} Rules */
/** @typedef {{ name: string, version: string, license: string | null, source: string | null }} Crate */
/** @typedef {{ license?: string, resolved?: string, link?: boolean, version?: string }} Package */
/** @typedef {{ licence: string, packages: string[], why: string }} Exception */

/** @param {string} text deny.toml, of which only this much is read @returns {Rules} */
export function rulesOf(text) {
  const plain = text.replace(/^\s*#.*$/gm, "");
  const list = (/** @type {string} */ section, /** @type {string} */ name) => {
    const found = new RegExp(`^\\[${section}\\]$[^[]*?^${name} = \\[([^\\]]*)\\]`, "m").exec(plain)?.[1];
    if (found === undefined) throw new Failure(`deny.toml has no ${section}.${name}.`);
    return [...found.matchAll(/"([^"]+)"/g)].map(([, word]) => String(word));
  };
  return { licences: new Set(list("licenses", "allow")), banned: list("bans", "deny") };
}

/** @param {Crate[]} crates @param {Rules} rules @returns {string[]} what is wrong */
export function judgeCrates(crates, { licences, banned }) {
  return crates.flatMap(({ name, version, license, source }) => {
    const crate = `crate ${name} ${version}`;
    /** @type {string[]} */
    const wrong = [];
    if (source !== null && source !== CRATES_IO)
      wrong.push(`${crate}: comes from ${source}, not from crates.io`);
    if (!satisfies(license ?? "", (one) => licences.has(one))) {
      wrong.push(`${crate}: its licence is ${license ?? "not said"}, which deny.toml does not allow`);
    }
    if (banned.includes(name)) wrong.push(`${crate}: deny.toml bans it`);
    return wrong;
  });
}

/**
 * @param {Record<string, Package>} packages of package-lock.json, by folder
 * @param {Rules} rules
 * @param {Exception[]} exceptions
 * @returns {string[]} what is wrong
 */
export function judgePackages(packages, { licences }, exceptions) {
  const folders = Object.entries(packages).filter(([folder, { link }]) => folder !== "" && !link);
  return folders.flatMap(([folder, { license, resolved, version }]) => {
    const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
    const fits = (/** @type {string} */ pattern) =>
      pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
    const excused = exceptions.filter((one) => one.packages.some(fits)).map((one) => one.licence);
    /** @type {string[]} */
    const wrong = [];
    if (resolved !== undefined && !resolved.startsWith(NPM)) {
      wrong.push(
        `package ${name} ${version}: comes from ${new URL(resolved, NPM).host}, not from the npm registry`,
      );
    }
    if (!satisfies(license ?? "", (one) => licences.has(one) || excused.includes(one))) {
      wrong.push(`package ${name} ${version}: its licence is ${license ?? "not said"}, which is not allowed`);
    }
    return wrong;
  });
}

/** Everything the Worker, the command line and their tests are made of. @returns {Promise<Crate[]>} */
async function cratesInUse() {
  const { output: version } = await capture("rustc", ["-vV"]);
  const host = /^host: (.+)$/m.exec(version)?.[1];
  // Those of other platforms need not be on this machine.
  const platforms = [WASM_TARGET, host].flatMap((one) => (one ? ["--filter-platform", one] : []));
  const { code, output } = await capture("cargo", [
    "metadata",
    "--format-version",
    "1",
    "--locked",
    ...platforms,
  ]);
  const line = output.split("\n").find((one) => one.startsWith("{"));
  if (code !== 0 || line === undefined) throw new Failure(`${output}\n'cargo metadata' failed (see above).`);
  return JSON.parse(line).packages;
}

/** @returns {Promise<{ crates: number, packages: number }>} how many were judged; throws where something is wrong */
export async function auditDependencies() {
  const rules = rulesOf(fs.readFileSync(at("deny.toml"), "utf8"));
  const json = (/** @type {string[]} */ ...parts) => JSON.parse(fs.readFileSync(at(...parts), "utf8"));
  const [crates, { packages }] = [await cratesInUse(), json("package-lock.json")];
  const { exceptions } = json("scripts", "lib", "audit", "npm.json");
  const wrong = [...judgeCrates(crates, rules), ...judgePackages(packages, rules, exceptions)];
  if (wrong.length > 0) throw new Failure(wrong.join("\n"));
  return { crates: crates.length, packages: Object.keys(packages).length - 1 };
}
