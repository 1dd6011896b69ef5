// @ts-check
// What is there already, as wrangler tells it.
import { Failure } from "../fail.mjs";
import { call, failed } from "./wrangler.mjs";

/** @typedef {import("./wrangler.mjs").Place} Place */
/** @typedef {import("./target.mjs").Target} Target */

/**
 * @typedef {object} Found
 * @property {Record<string, boolean>} queues whether somebody consumes it, by the names of the queues that were seen: of the wanted ones
 *   all that are there
 * @property {{ id: string, title: string }[]} namespaces
 * @property {Record<string, Kept[]>} buckets the rules of each wanted bucket that is there
 * @property {string[] | undefined} secrets their names; undefined where there is no Worker
 */

/** @typedef {{ prefix: string, days: number | undefined }} Kept a rule: after how many days objects go, where it is days that it counts */

/** @param {Place} place @param {Target} target @returns {Promise<Found>} */
export async function look(place, target) {
  const [queues, namespaces, buckets, secrets] = await Promise.all([
    queuesThere(place, target.queues),
    target.namespaces.length > 0 ? namespaceIds(place) : [],
    Promise.all(target.buckets.map(async (bucket) => [bucket, await rulesOf(place, bucket)])),
    secretNames(place, target.worker),
  ]);
  const there = buckets.filter(([, rules]) => rules !== undefined);
  return { queues, namespaces, buckets: Object.fromEntries(there), secrets };
}

/** @param {Place} place @param {string[]} args @returns {Promise<string>} what it wrote to standard output */
async function ask(place, args) {
  const said = await call(place, args);
  if (said.code !== 0) throw failed(args, said);
  return said.output;
}

/**
 * Goes through the list until all of the wanted ones were seen.
 * @param {Place} place
 * @param {string[]} wanted
 */
async function queuesThere(place, wanted) {
  /** @type {Record<string, boolean>} */
  const seen = {};
  for (let page = 1; ; page += 1) {
    const rows = table(await ask(place, ["queues", "list", "--page", String(page)]), ["name", "consumers"]);
    const news = rows.filter(([name = ""]) => !(name in seen));
    for (const [name = "", consumers] of news) seen[name] = consumers !== "0";
    if (news.length === 0 || wanted.every((name) => name in seen)) return seen;
  }
}

/**
 * @param {string} text a table drawn with lines
 * @param {string[]} columns
 * @returns {string[][]} these columns of each row
 */
export function table(text, columns) {
  const lines = text.split("\n").filter((line) => line.startsWith("│"));
  const [head, ...body] = lines.map((line) => line.split("│").map((cell) => cell.trim()));
  if (head === undefined) return [];
  const places = columns.map((column) => head.indexOf(column));
  if (places.includes(-1)) throw new Failure(`wrangler's list lacks one of ${columns.join(", ")}:\n${text}`);
  return body.map((row) => places.map((place) => row[place] ?? ""));
}

/** @param {Place} place @returns {Promise<{ id: string, title: string }[]>} */
async function namespaceIds(place) {
  return json(await ask(place, ["kv", "namespace", "list"]));
}

/** @param {Place} place @param {string} worker */
async function secretNames(place, worker) {
  const args = ["secret", "list", "--format", "json"];
  const said = await call(place, args);
  if (said.code === 0) {
    const list = /** @type {{ name: string }[]} */ (json(said.output));
    return list.map(({ name }) => name);
  }
  if (said.text.includes(`Worker "${worker}"`) && said.text.includes("not found.")) return undefined;
  throw failed(args, said);
}

/** @param {string} text */
function json(text) {
  try {
    return JSON.parse(text.slice(text.indexOf("[")));
  } catch {
    throw new Failure(`wrangler's list is no JSON:\n${text}`);
  }
}

/**
 * @param {Place} place
 * @param {string} bucket
 * @returns {Promise<Kept[] | undefined>} undefined where there is no such bucket
 */
async function rulesOf(place, bucket) {
  const args = ["r2", "bucket", "lifecycle", "list", bucket];
  const said = await call(place, args);
  if (said.code === 0) return lifecycle(said.output);
  // What R2 calls a bucket that is not there.
  if (said.text.includes("[code: 10006]")) return undefined;
  throw failed(args, said);
}

/** @param {string} text blocks of `name: value`, one a rule @returns {Kept[]} those that are on */
export function lifecycle(text) {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const field = (/** @type {string} */ name) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(block)?.[1];
    const [prefix, action] = [field("prefix"), field("action")];
    if (prefix === undefined || field("enabled") !== "Yes" || !action?.includes("Expire objects")) return [];
    const days = /Expire objects after (\d+) days?/.exec(action)?.[1];
    return [{ prefix, days: days === undefined ? undefined : Number(days) }];
  });
}
