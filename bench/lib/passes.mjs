// The two ways of driving events through: as fast as they are taken, and at a fixed rate.
import { setTimeout as sleep } from "node:timers/promises";
import { dataOf } from "./client.mjs";
import { clock } from "./stats.mjs";

// A pass fails when nothing new has arrived for this long.
const STALL_MS = 20_000;
const SETTLE_MS = 250;

/** @typedef {import("./events.mjs").Event} Event */
/** @typedef {{ client: import("./client.mjs").Client, sink: import("./child.mjs").Child }} Rig */

/**
 * Does some work for each item, for so many at a time: whichever lane is free takes the next.
 * @template T
 * @param {T[]} items @param {number} lanes @param {(item: T) => Promise<unknown>} work
 */
export async function inLanes(items, lanes, work) {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/**
 * Posts everything, `inFlight` requests at a time, `batch` events a request (0: single events, not in an array).
 * @param {Rig} rig @param {Event[]} events @param {number} batch @param {number} inFlight
 */
export async function saturate({ client, sink }, events, batch, inFlight) {
  const step = Math.max(1, batch);
  const requests = [];
  for (let i = 0; i < events.length; i += step) {
    const part = events.slice(i, i + step);
    const texts = part.map(({ json }) => json);
    requests.push({ count: part.length, body: batch === 0 ? texts.join() : `[${texts.join()}]` });
  }
  const started = clock();
  await inLanes(requests, inFlight, ({ count, body }) => post(client, body, count));
  const accepted = clock();
  await arrival(sink, events.length);
  return { started, accepted };
}

/**
 * Posts events at a fixed rate, `perCall` at once, whether or not earlier ones were answered.
 * @param {Rig} rig @param {Event[]} events @param {number} rate events a second @param {number} perCall
 */
export async function pace({ client, sink }, events, rate, perCall) {
  /** @type {Map<string, number>} */
  const sent = new Map();
  const posts = [];
  const started = clock();
  let lag = 0;
  for (let index = 0; index < events.length; index += perCall) {
    const part = events.slice(index, index + perCall);
    const due = started + (index * 1000) / rate;
    while (clock() < due) await sleep(Math.max(0, due - clock()));
    lag = Math.max(lag, clock() - due);
    const now = clock();
    for (const { id } of part) sent.set(id, now);
    const texts = part.map(({ json }) => json).join();
    const posted = post(client, perCall === 1 ? texts : `[${texts}]`, part.length);
    posted.catch(() => {}); // It is reported below; until then it must not count as unhandled.
    posts.push(posted);
  }
  await Promise.all(posts);
  await arrival(sink, events.length);
  return { sent, lag };
}

/** @param {import("./client.mjs").Client} client @param {string} body @param {number} count */
async function post(client, body, count) {
  const data = dataOf(await client.send("POST", "/v1/events", body), 202);
  if (data.accepted !== count || data.deliveries !== count) {
    throw new Error(`of ${count} events, intake answered ${JSON.stringify(data).slice(0, 300)}`);
  }
}

/** Waits until so many different events are at the sink. @param {import("./child.mjs").Child} sink @param {number} count */
async function arrival(sink, count) {
  let last = 0;
  let since = clock();
  for (;;) {
    const { unique } = await sink.ask({ task: "count" });
    if (unique >= count) break;
    if (unique > last) {
      last = unique;
      since = clock();
    } else if (clock() - since > STALL_MS) {
      throw new Error(`${count - unique} of ${count} events never arrived`);
    }
    await sleep(50);
  }
  // What is left is the end of the last batch: acknowledgements, and duplicates if there are any.
  await sleep(SETTLE_MS);
}
