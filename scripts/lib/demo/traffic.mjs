// @ts-check
// Sends calls at a steady rate, and what people and evaluations say of some of them afterwards.
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../fail.mjs";
import { newCall } from "./calls.mjs";

/** @typedef {import("./api.mjs").Api} Api */
/**
 * @typedef {object} Sent
 * @property {number} calls
 * @property {Map<string, number>} types how many events of which type
 * @property {number} deliveries
 * @property {number} held
 * @property {number} scores
 * @property {number} feedback
 */

const TICK_MS = 200;
const REPORT_MS = 10_000;
/** How many calls to the API may be under way: beyond that the deployment is what is slow. */
const IN_FLIGHT = 8;
/** How many LLM calls one of them tells of at most: with all that they raise it stays below what intake takes. */
const AT_ONCE = 300;

/**
 * @param {Api} api
 * @param {import("./options.mjs").Options} options
 * @param {AbortSignal} stop
 * @returns {Promise<Sent>}
 */
export async function sendTraffic(api, { seconds, rate }, stop) {
  /** @type {Sent} */
  const sent = { calls: 0, types: new Map(), deliveries: 0, held: 0, scores: 0, feedback: 0 };
  const total = Math.ceil(seconds * rate);
  const begun = Date.now();
  let reported = begun;
  /** @type {Set<Promise<void>>} */
  const flying = new Set();
  let failed = /** @type {unknown} */ (undefined);
  let made = 0;
  console.log(`Sending ${total} calls in ${seconds} s`);
  while (made < total && !stop.aborted && failed === undefined) {
    const due = Math.min(total, Math.floor(((Date.now() - begun) / 1000) * rate) + 1);
    if (due > made && flying.size < IN_FLIGHT) {
      const count = Math.min(due - made, AT_ONCE);
      const work = sendCalls(api, count, sent).catch((error) => {
        failed = error;
      });
      made += count;
      flying.add(work);
      work.finally(() => flying.delete(work));
    }
    if (Date.now() - reported > REPORT_MS) {
      reported = Date.now();
      const deliveries = sent.deliveries.toLocaleString("en");
      console.log(
        `  ${Math.round((reported - begun) / 1000)} s: ${sent.calls} calls, ${deliveries} deliveries`,
      );
    }
    await pause(TICK_MS);
  }
  await Promise.all(flying);
  if (failed !== undefined) throw failed;
  return sent;
}

/**
 * @param {Api} api
 * @param {number} count
 * @param {Sent} sent
 */
async function sendCalls(api, count, sent) {
  const events = Array.from({ length: count }, newCall).flat();
  const { deliveries, held, rejected } = await api.call("POST", "/v1/events", events);
  if (rejected.length > 0) throw new Failure(`An event was refused: ${rejected[0].error}`);
  sent.calls += count;
  sent.deliveries += deliveries;
  sent.held += held;
  for (const { type } of events) sent.types.set(type, (sent.types.get(type) ?? 0) + 1);
  for (const { type, request_id } of events) {
    if (type === "request.completed") await judge(api, request_id, sent);
  }
}

/**
 * What an evaluation and a user say of some answers.
 * @param {Api} api
 * @param {string} id
 * @param {Sent} sent
 */
async function judge(api, id, sent) {
  const path = `/v1/request/${encodeURIComponent(id)}`;
  if (Math.random() < 0.1) {
    const faithfulness = Math.round(100 - 60 * Math.random() ** 2);
    const scores = { faithfulness, concise: Math.random() < 0.7 };
    if ((await api.ask("POST", `${path}/score`, { scores })).status < 300) sent.scores += 1;
  }
  if (Math.random() < 0.08) {
    const rating = Math.random() < 0.8;
    if ((await api.ask("POST", `${path}/feedback`, { rating })).status < 300) sent.feedback += 1;
  }
}
