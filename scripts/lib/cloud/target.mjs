// @ts-check
// What an environment of wrangler.toml wants to be there.
import { fileURLToPath } from "node:url";
import { Failure } from "../fail.mjs";
import { modernNode, toolEnv } from "../paths.mjs";
import { run } from "../run.mjs";

/** @typedef {import("./wrangler.mjs").Place} Place */
/** @typedef {{ title: string, id: string }} Namespace a KV namespace: its name, and the id in wrangler.toml or its placeholder */
/** @typedef {{ name: string, prefix: string, days: number }} Rule after how many days which objects of a bucket are deleted */

/**
 * @typedef {object} Target
 * @property {string} worker its name
 * @property {string[]} queues in the order in which they are made: dead letters first
 * @property {string[]} consumed those that the Worker consumes
 * @property {Namespace[]} namespaces
 * @property {string[]} buckets
 * @property {Rule[]} rules of each bucket
 * @property {string[]} secrets by their names
 */

/**
 * @typedef {object} Config what wrangler reads, as far as it is needed here
 * @property {string} name
 * @property {Record<string, unknown>} vars
 * @property {{ id?: string, preview_id?: string }[]} kv_namespaces
 * @property {{ bucket_name?: string }[]} r2_buckets
 * @property {{ producers?: { queue: string }[], consumers?: { queue: string, dead_letter_queue?: string }[] }} queues
 */

const READER = fileURLToPath(new URL("./config.mjs", import.meta.url));

/** @param {Place} place @returns {Promise<Target>} */
export async function readTarget({ config, env }) {
  let output = "";
  const code = await run(modernNode, ["--no-warnings", READER, config, env], {
    env: toolEnv({ WRANGLER_LOG: "error", WRANGLER_WRITE_LOGS: "false" }),
    onText: (text) => (output += text),
  });
  if (code !== 0) throw new Failure(`${config} can't be read (see above).`, code);
  return targetOf(JSON.parse(output));
}

/** @param {Config} config @returns {Target} */
export function targetOf({ name, vars, kv_namespaces, r2_buckets, queues }) {
  const consumers = queues.consumers ?? [];
  const dead = consumers.flatMap((consumer) => consumer.dead_letter_queue ?? []);
  const consumed = consumers.map((consumer) => consumer.queue);
  const produced = (queues.producers ?? []).map((producer) => producer.queue);
  const roles = String(vars["ROLES"] ?? "dispatcher,receiver").split(",");
  return {
    worker: name,
    queues: [...new Set([...dead, ...consumed, ...produced])],
    consumed,
    namespaces: kv_namespaces.flatMap(({ id = "", preview_id }) => {
      // A namespace of the operator's own has an id and no name, and is nobody else's business.
      const title = preview_id ?? (isPlaceholder(id) && id);
      return title ? [{ title, id }] : [];
    }),
    buckets: r2_buckets.flatMap(({ bucket_name }) => bucket_name ?? []),
    rules: rules(roles, vars),
    secrets: Object.entries(SECRETS).flatMap(([secret, of]) =>
      of.some((role) => roles.includes(role)) ? [secret] : [],
    ),
  };
}

/** Which roles cannot do without a secret. */
const SECRETS = {
  ROOT_KEY: ["dispatcher", "receiver"],
  SEALING_KEY: ["dispatcher", "receiver"],
  URL_SIGNING_KEY: ["dispatcher"],
  WEBHOOK_SECRETS: ["receiver"],
};

/** Whether this stands where the id of a KV namespace belongs. @param {string} id */
export const isPlaceholder = (id) => !/^[0-9a-f]{32}$/.test(id);

/** The default retries of a delivery go on for more than three days, and need what they send. */
const RETRIES_DAYS = 5;

/**
 * docs/OPERATIONS.md says what lies below each prefix, and why there is none for `deliveries/`.
 * @param {string[]} roles
 * @param {Record<string, unknown>} vars
 * @returns {Rule[]}
 */
function rules(roles, vars) {
  const days = (/** @type {string} */ name, /** @type {number} */ usual) => Number(vars[name]) || usual;
  const kept = days("RETENTION_DAYS", 30) + 1;
  const rule = (/** @type {string} */ name, /** @type {number} */ after) => ({
    name,
    prefix: `${name}/`,
    days: after,
  });
  return [
    ...(roles.includes("dispatcher")
      ? [rule("archive", Math.max(kept, RETRIES_DAYS)), rule("poison", kept)]
      : []),
    ...(roles.includes("receiver")
      ? [
          rule("inbox", Math.max(kept, days("INBOX_DAYS", 8) + 1)),
          rule("reviews", days("REVIEW_DAYS", 90) + 2),
        ]
      : []),
    rule("probes", 1),
  ];
}
