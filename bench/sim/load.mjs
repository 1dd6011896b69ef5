// @ts-check
// What is put on a deployment, and what follows from it by the second.
import { GUESSES, OURS } from "./inputs.mjs";

/**
 * @typedef {object} Load
 * @property {number} events a second
 * @property {number} matched the share of them that somebody wants, 0 to 1
 * @property {number} fanout subscriptions that get an event which is wanted
 * @property {number} perCall events that a call to intake brings
 * @property {number} orgs that share the events evenly
 * @property {number} subscriptions of all orgs, that share the deliveries evenly
 * @property {number} endpointMs how long an endpoint takes
 * @property {number} bytes of an event with its exchange
 * @property {number} fetched the share of deliveries whose exchange is fetched by its URL
 * @property {number} retentionDays `RETENTION_DAYS`
 */

/** @type {Omit<Load, "events" | "orgs" | "subscriptions">} */
const USUAL = {
  matched: 1,
  fanout: 1,
  perCall: 10,
  endpointMs: 200,
  bytes: 4000,
  fetched: 1,
  retentionDays: OURS.retentionDays,
};

/** Everything is one webhook's. @param {number} events @param {Partial<Load>} [more] @returns {Load} */
export const oneWebhook = (events, more) => ({ ...USUAL, events, orgs: 1, subscriptions: 1, ...more });

/** A thousand orgs with a webhook each. @param {number} events @param {Partial<Load>} [more] @returns {Load} */
export const manyOrgs = (events, more) => ({ ...USUAL, events, orgs: 1000, subscriptions: 1000, ...more });

/** The steps that the tables go through, in events a second. */
export const STEPS = [1, 10, 100, 1000, 10_000, 100_000];

/** How many deliveries fit in a message of the queue. @param {number} bytes of an event with its exchange */
export function bundle(bytes) {
  const message = Math.min(bytes, 2 * OURS.exchange) + GUESSES.messageHead;
  return Math.max(1, Math.min(OURS.bundle.most, Math.floor(OURS.bundle.bytes / message)));
}

/** By the second. @param {Load} load */
export function flow(load) {
  const calls = load.events / load.perCall;
  const wanted = load.events * load.matched;
  const deliveries = wanted * load.fanout;
  // Calls of which nothing is wanted store nothing.
  const stored = calls * (1 - (1 - load.matched) ** load.perCall);
  // What a call brought for one webhook, in messages and in batches of them. That nothing else joins it is a guess on the low side.
  const brought = Math.max(1, load.perCall * load.matched);
  const perCall = Math.ceil(brought / bundle(load.bytes));
  const perMessage = brought / perCall;
  const together = brought / Math.ceil(perCall / OURS.batch);
  return {
    calls,
    stored,
    wanted,
    deliveries,
    /** Deliveries in a message, and in one webhook's share of a batch. */
    perMessage,
    together,
    messages: deliveries / perMessage,
    batches: stored * Math.ceil((load.fanout * perCall) / OURS.batch),
    /** One webhook's shares of batches. */
    shares: deliveries / together,
  };
}
