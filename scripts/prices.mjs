// @ts-check
// `npm run prices:update`: the newest genai-prices data from PyPI, checked, as the table in src/core/pricing/table/.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Failure, runMain } from "./lib/fail.mjs";
import { at } from "./lib/paths.mjs";
import { tableOf } from "./lib/prices/table.mjs";
import { capture, run } from "./lib/run.mjs";

const FOLDER = at("src", "core", "pricing", "table");
const HEAD = /^# genai-prices (\S+) of (\S+), (\d+) models/;
/** A table that loses more of its models than this is taken for a mistake. */
const MAY_LOSE = 0.2;

await runMain(async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "heliograph-prices-"));
  try {
    update(await fetched(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/**
 * @param {string} folder
 * @returns {Promise<import("./lib/prices/table.mjs").Data>}
 */
async function fetched(folder) {
  const wanted = ["--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--dest", folder];
  const { code } = await capture("python3", ["-m", "pip", "download", "--quiet", ...wanted, "genai-prices"]);
  const [wheel] = readdirSync(folder);
  if (code === 127)
    throw new Failure("The prices are read with Python: install python3, 3.10 or later, with pip.");
  if (code !== 0 || wheel === undefined) {
    throw new Failure(
      "genai-prices could not be fetched from PyPI: is this machine online? The table is as it was.",
    );
  }
  let text = "";
  const reader = [at("scripts", "lib", "prices", "read.py"), path.join(folder, wheel)];
  const read = await run("python3", reader, { onText: (more) => (text += more) });
  if (read !== 0)
    throw new Failure(`${wheel} is not laid out as expected (see above). The table is as it was.`);
  return JSON.parse(text);
}

/** @param {import("./lib/prices/table.mjs").Data} data */
function update(data) {
  const [, version, date = "", had] = HEAD.exec(current("providers.tsv")) ?? [];
  const today = new Date().toISOString().slice(0, 10);
  // A version never changes: its table is the same whenever it is made.
  const table = tableOf(data, version === data.version ? date : today);
  const has = Number(HEAD.exec(table.providers)?.[3]);
  if (had !== undefined && has < Number(had) * (1 - MAY_LOSE)) {
    throw new Failure(
      `genai-prices ${data.version} has ${has} models, ${version} had ${had}. The table is as it was.`,
    );
  }
  for (const [name, text] of Object.entries(table)) writeFileSync(path.join(FOLDER, `${name}.tsv`), text);
  writeFileSync(path.join(FOLDER, "LICENSE"), data.licence);
  console.log(
    `genai-prices ${data.version}: ${has} models (before: ${version ?? "none"}, ${had ?? 0} models)`,
  );
}

/** @param {string} name */
function current(name) {
  try {
    return readFileSync(path.join(FOLDER, name), "utf8");
  } catch {
    return "";
  }
}
