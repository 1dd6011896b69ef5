// @ts-check
// What is there and what is wanted, made into steps. Pure: nothing has happened yet.
/** @typedef {import("./target.mjs").Target} Target */
/** @typedef {import("./found.mjs").Found} Found */

/**
 * @typedef {(
 *   | { kind: "call", args: string[] }
 *   | { kind: "namespace", title: string, id: string }
 *   | { kind: "id", title: string, from: string, to: string }
 *   | { kind: "secrets", names: string[] }
 * )} Step a call of wrangler; one that makes a KV namespace, whose id then goes into wrangler.toml in the place of another; an id that
 *   goes there; secrets that are made and set
 */

/** @typedef {{ steps: Step[], notes: string[] }} Plan what is done, and what somebody should know of what is not */

/**
 * What sets up whatever is missing. What is there stays as it is.
 * @param {Target} target
 * @param {Found} found
 * @returns {Plan}
 */
export function setUpPlan(target, found) {
  /** @type {Step[]} */
  const steps = [];
  /** @type {string[]} */
  const notes = [];
  const call = (/** @type {string[]} */ ...args) => steps.push({ kind: "call", args });
  for (const queue of target.queues) if (!(queue in found.queues)) call("queues", "create", queue);
  for (const bucket of target.buckets) {
    const rules = found.buckets[bucket];
    if (rules === undefined) call("r2", "bucket", "create", bucket);
    for (const { name, prefix, days } of target.rules) {
      const there = rules?.find((rule) => rule.prefix === prefix);
      if (there === undefined) {
        const rule = [name, prefix, "--expire-days", String(days), "--force"];
        call("r2", "bucket", "lifecycle", "add", bucket, ...rule);
      } else if (there.days !== undefined && there.days < days) {
        notes.push(
          `${bucket}: ${prefix} is deleted after ${there.days} days; by the settings it is needed for ${days}.`,
        );
      }
    }
  }
  for (const { title, id } of target.namespaces) {
    const there = found.namespaces.find((namespace) => namespace.title === title);
    const named = found.namespaces.some((namespace) => namespace.id === id);
    if (named) continue;
    if (there === undefined) steps.push({ kind: "namespace", title, id });
    else steps.push({ kind: "id", title, from: id, to: there.id });
  }
  const missing = target.secrets.filter((name) => !found.secrets?.includes(name));
  if (missing.length > 0) steps.push({ kind: "secrets", names: missing });
  return { steps, notes };
}

/**
 * What takes everything away again, but for buckets that hold something.
 * @param {Target} target
 * @param {Found} found
 * @returns {Plan}
 */
export function removalPlan(target, found) {
  /** @type {Step[]} */
  const steps = [];
  const call = (/** @type {string[]} */ ...args) => steps.push({ kind: "call", args });
  const queues = target.queues.filter((queue) => queue in found.queues);
  // The platform keeps a Worker that consumes a queue.
  for (const queue of queues) {
    if (found.queues[queue] && target.consumed.includes(queue)) {
      call("queues", "consumer", "remove", queue, target.worker);
    }
  }
  if (found.secrets !== undefined) call("delete", target.worker, "--force");
  // Dead letters last: the others point to them.
  for (const queue of queues.toReversed()) call("queues", "delete", queue);
  for (const { title, id } of target.namespaces) {
    const there = found.namespaces.find((namespace) => namespace.title === title);
    if (there) call("kv", "namespace", "delete", "--namespace-id", there.id, "--skip-confirmation");
    if (id !== title) steps.push({ kind: "id", title, from: id, to: title });
  }
  for (const bucket of target.buckets) if (found.buckets[bucket]) call("r2", "bucket", "delete", bucket);
  return { steps, notes: [] };
}

/** @param {Step} step what it does, in a line */
export function line(step) {
  switch (step.kind) {
    case "call":
      return `wrangler ${step.args.join(" ")}`;
    case "namespace":
      return `wrangler kv namespace create ${step.title}, and its id into wrangler.toml`;
    case "id":
      return `in wrangler.toml: id = "${step.to}" instead of "${step.from}"`;
    case "secrets":
      return `wrangler secret bulk, with ${step.names.join(", ")}`;
  }
}
