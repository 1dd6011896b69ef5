// @ts-check
// The way from the queue to the endpoints, event by event: consumers take batches, claim, attempt six at a time, record. What
// src/dispatcher/deliver does, on a platform that hands out at once what waits to whatever consumer is free, all 250 from the
// start: that is kinder than the real one, which adds consumers by and by.

import { quantile } from "../lib/stats.mjs";
import { Agenda } from "./agenda.mjs";
import { dice } from "./dice.mjs";
import { GUESSES, LIMITS, OURS, SERVICE } from "./inputs.mjs";

/**
 * @typedef {object} Scene
 * @property {number} rate deliveries that come a second; infinite: there is always a full batch
 * @property {number} perCall of one webhook that come together, and share a message
 * @property {number} webhooks
 * @property {number} endpointMs the mean of what an endpoint takes
 * @property {boolean} [even] an endpoint always takes that long; otherwise exponentially distributed
 * @property {number} [consumers]
 * @property {number} [size] of a batch at most, in messages
 * @property {number} warmUp ms that are not looked at
 * @property {number} ms that are
 * @property {number} [seed]
 */
/** @typedef {{ at: number, webhook: number }} Message of so many deliveries as come together */
/** @typedef {{ waiting: Message[], next: number, flying: number, results: number, first: number }} Group */

/** @param {Scene} scene */
export function simulate(scene) {
  const { rate, perCall, webhooks, endpointMs, warmUp, size = OURS.batch } = scene;
  const agenda = new Agenda();
  const chance = dice(scene.seed ?? 1);
  const end = warmUp + scene.ms;
  /** @type {Message[]} */
  let queue = [];
  let head = 0;
  let idle = scene.consumers ?? LIMITS.consumers;
  /** When each ledger's one thread is free. */
  const free = new Float64Array(webhooks);
  /** @type {number[]} */
  const waits = [];
  const seen = { attempts: 0, batches: 0, messages: 0, ledger: 0 };
  const isSeen = () => agenda.now > warmUp;

  const exponential = (/** @type {number} */ mean) => -mean * Math.log(chance());
  const someWebhook = () => Math.floor(chance() * webhooks);

  /** Asks a ledger, and goes on with its answer. @param {number} webhook @param {number} rows @param {() => void} then */
  function ask(webhook, rows, then) {
    const arrives = agenda.now + GUESSES.roundTrip / 2;
    const begins = Math.max(arrives, free[webhook] ?? 0);
    const ends = begins + SERVICE.call + (SERVICE.row / 2) * rows;
    free[webhook] = ends;
    if (isSeen()) seen.ledger++;
    agenda.add(ends + GUESSES.roundTrip / 2, then);
  }

  /** At most a batch of what waits. @returns {Message[]} */
  function take() {
    if (rate === Number.POSITIVE_INFINITY) {
      return Array.from({ length: size }, () => ({ at: agenda.now, webhook: someWebhook() }));
    }
    const batch = queue.slice(head, head + size);
    head += batch.length;
    if (head > 65_536) {
      queue = queue.slice(head);
      head = 0;
    }
    return batch;
  }

  function handOut() {
    while (idle > 0) {
      const batch = take();
      if (batch.length === 0) return;
      idle--;
      consume(batch);
    }
  }

  /** @param {Message[]} batch */
  function consume(batch) {
    if (isSeen()) {
      seen.batches++;
      seen.messages += batch.length;
    }
    /** @type {Map<number, Group>} */
    const groups = new Map();
    for (const each of batch) {
      const deliveries = new Array(perCall).fill(each);
      const group = groups.get(each.webhook);
      if (group) group.waiting.push(...deliveries);
      else groups.set(each.webhook, { waiting: deliveries, next: 0, flying: 0, results: 0, first: 0 });
    }
    const all = [...groups.values()];
    const most = all.length > 1 ? Math.ceil(OURS.places / 2) : OURS.places;
    let claimed = 0;
    let asked = 0;
    let working = OURS.places;

    function claim() {
      const group = all[asked];
      if (group === undefined) return;
      asked++;
      ask(group.waiting[0]?.webhook ?? 0, group.waiting.length, () => {
        claimed++;
        if (claimed === all.length) for (let place = 0; place < OURS.places; place++) work();
        else claim();
      });
    }

    function work() {
      const group = all.find((one) => one.next < one.waiting.length && one.flying < most);
      const message = group?.waiting[group.next];
      if (group === undefined || message === undefined) {
        working--;
        if (working === 0) {
          idle++;
          handOut();
        }
        return;
      }
      group.next++;
      group.flying++;
      if (isSeen()) waits.push(agenda.now - message.at);
      agenda.add(agenda.now + (scene.even ? endpointMs : exponential(endpointMs)), () =>
        ended(group, message),
      );
    }

    /** @param {Group} group @param {Message} message */
    function ended(group, message) {
      if (isSeen()) seen.attempts++;
      group.flying--;
      if (group.results === 0) group.first = agenda.now;
      group.results++;
      const isLast = group.flying === 0 && group.next === group.waiting.length;
      if (!isLast && agenda.now - group.first <= OURS.recordAfter) return work();
      const rows = group.results;
      group.results = 0;
      ask(message.webhook, rows, work);
    }

    for (let place = 0; place < OURS.places; place++) claim();
  }

  function arrive() {
    queue.push({ at: agenda.now, webhook: someWebhook() });
    agenda.add(agenda.now + exponential((perCall * 1000) / rate), arrive);
    handOut();
  }

  agenda.add(0, rate === Number.POSITIVE_INFINITY ? handOut : arrive);
  agenda.run(end);
  return {
    perSecond: (seen.attempts * 1000) / scene.ms,
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
    messages: seen.messages / seen.batches,
    ledgerPerDelivery: seen.ledger / seen.attempts,
  };
}
