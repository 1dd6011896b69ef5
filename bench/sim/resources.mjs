// @ts-check
// What of each resource a load uses, and how much of it there is.
import { consumerRate, ledgerCalls, ledgerRate } from "./batch.mjs";
import { GUESSES, LIMITS, MEASURED, OURS } from "./inputs.mjs";
import { flow } from "./load.mjs";

/** @typedef {import("./load.mjs").Load} Load */
/** @typedef {"queues" | "ledgers" | "histories" | "reconciler" | "inboxes" | "door" | "insights"} Kind what there would have to be more of */
/**
 * @typedef {object} Resource
 * @property {string} name
 * @property {Kind} kind
 * @property {string} unit what is counted, by the second where it is no state
 * @property {(load: Load) => number} use
 * @property {(load: Load) => number} limit
 */

const DAY = 86_400;
const GB = 1e9;

/** Of one org, where they are all alike. @param {Load} load */
const perOrg = (load) => ({ stored: flow(load).stored / load.orgs, wanted: flow(load).wanted / load.orgs });

/** Deliveries a second of one webhook. @param {Load} load */
const perWebhook = (load) => flow(load).deliveries / load.subscriptions;

/** @type {Resource[]} */
const DISPATCHER = [
  {
    name: "ledger of a webhook: requests",
    kind: "ledgers",
    unit: "requests",
    use: (load) => {
      const { together } = flow(load);
      return (perWebhook(load) * ledgerCalls(together, load.endpointMs)) / together;
    },
    limit: () => LIMITS.object,
  },
  {
    name: "ledger of a webhook: its thread",
    kind: "ledgers",
    unit: "deliveries",
    use: perWebhook,
    limit: (load) => ledgerRate(flow(load).together, load.endpointMs),
  },
  {
    name: "history of an org's day: space",
    kind: "histories",
    unit: "GB",
    use: (load) => (perOrg(load).wanted * DAY * MEASURED.bytes.history) / GB,
    limit: () => LIMITS.objectGb,
  },
  {
    name: "history of an org's day: requests",
    kind: "histories",
    unit: "requests",
    use: (load) => perOrg(load).stored,
    limit: () => LIMITS.object,
  },
  {
    // A page of rows takes its reading, the org's subscriptions, the note, and a question to each webhook's ledger.
    name: "reconciler",
    kind: "reconciler",
    unit: "calls to the platform",
    use: (load) =>
      (flow(load).stored / OURS.reconciler.rows) * (3 + Math.max(1, load.subscriptions / load.orgs)),
    limit: () => OURS.reconciler.calls / OURS.reconciler.seconds,
  },
  {
    name: "express queue: messages",
    kind: "queues",
    unit: "messages",
    use: (load) => flow(load).messages,
    limit: () => LIMITS.queue,
  },
  {
    name: "express queue: consumers",
    kind: "queues",
    unit: "deliveries",
    use: (load) => flow(load).deliveries,
    limit: (load) => consumerRate(load.endpointMs, OURS.batch * flow(load).perMessage),
  },
  {
    name: "express queue: connections of all consumers",
    kind: "queues",
    unit: "attempts under way",
    use: (load) => (flow(load).deliveries * load.endpointMs) / 1000,
    limit: () => LIMITS.consumers * OURS.places,
  },
];

/** Of a webhook's receiver, where that is ours. @type {Resource[]} */
const RECEIVER = [
  {
    name: "receiver, inbox: space",
    kind: "inboxes",
    unit: "GB",
    use: (load) => (perWebhook(load) * OURS.inbox.days * DAY * MEASURED.bytes.inbox) / GB,
    limit: () => LIMITS.objectGb * OURS.inbox.shards,
  },
  {
    name: "receiver, inbox: requests",
    kind: "inboxes",
    unit: "requests",
    use: (load) => perWebhook(load) * MEASURED.receiver.inbox,
    limit: () => LIMITS.object * OURS.inbox.shards,
  },
  {
    name: "receiver, door: requests of one source",
    kind: "door",
    unit: "requests",
    use: perWebhook,
    limit: () => {
      const { questions, seconds, stride } = OURS.door;
      return (stride + (questions - stride) * stride) / seconds;
    },
  },
  {
    name: "receiver, inbox queue: messages",
    kind: "queues",
    unit: "messages",
    use: perWebhook,
    limit: () => LIMITS.queue,
  },
  {
    name: "receiver, inbox queue: consumers",
    kind: "queues",
    unit: "deliveries",
    use: perWebhook,
    limit: () => (LIMITS.consumers * OURS.fetches * 1000) / GUESSES.fetch,
  },
  {
    name: "receiver, `Insights`: requests",
    kind: "insights",
    unit: "requests",
    use: (load) => perWebhook(load) * MEASURED.receiver.insights,
    limit: () => LIMITS.object,
  },
];

/** All. */
export const RESOURCES = [...DISPATCHER, ...RECEIVER];

/** How much of a limit is used: at 1 it binds. @param {Resource} resource @param {Load} load */
export const share = (resource, load) => resource.use(load) / resource.limit(load);

/** The events a second at which it binds. @param {Resource} resource @param {Load} load */
export const bindsAt = (resource, load) => load.events / share(resource, load);

/** Those that a load is over, the first to bind first; the nearest alone where there is none. @param {Load} load */
export function binding(load) {
  const shares = RESOURCES.map((resource) => ({ resource, share: share(resource, load) }));
  shares.sort((one, other) => other.share - one.share);
  const over = shares.filter((each) => each.share > 1);
  return over.length > 0 ? over : shares.slice(0, 1);
}

/**
 * How many there would have to be where there is one now (of the inbox's shards: where there are so many), with room left.
 * @param {Kind} kind @param {Load} load
 */
export function needed(kind, load) {
  const of = DISPATCHER.some((resource) => resource.kind === kind) ? DISPATCHER : RECEIVER;
  const shares = of.filter((resource) => resource.kind === kind).map((resource) => share(resource, load));
  const now = kind === "inboxes" ? OURS.inbox.shards : 1;
  return Math.max(now, Math.ceil((Math.max(...shares) * now) / GUESSES.headroom));
}
