// @ts-check
// The endpoint of a soak: one request in a hundred fails, in turn by a 503, by a connection that is cut, and by an answer that takes
// its time. It keeps what has not come yet, and whether anything came twice.
import { createServer } from "node:http";
import { clock } from "../lib/stats.mjs";

const PREFIX = '{"request_id":"';
/** One in so many requests goes wrong. */
const FAULT_EVERY = 100;
/** The simulated queue hands out one batch at a time and waits for the slowest in it: longer, and it is the queue that is measured. */
const SLOW_MS = 50;

/** @typedef {{ at: number, failed: boolean }} Sent */

export async function startEndpoint() {
  /** @type {Map<string, Sent>} What was sent and has not been taken yet. */
  const waiting = new Map();
  /** What is taken, by the first bits of its id: a set of all ids would be larger than the Worker. */
  const taken = new Set();
  const seen = { taken: 0, faults: 0, again: 0, requests: 0 };
  /** @type {number[]} Latencies of those that nothing went wrong with, since they were last asked for. */
  let spans = [];
  const server = createServer((request, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const now = clock();
      const id = (chunks[0] ?? Buffer.alloc(0)).toString("latin1", PREFIX.length, PREFIX.length + 36);
      const turn = ++seen.requests;
      if (turn % FAULT_EVERY === 0) {
        seen.faults++;
        const sent = waiting.get(id);
        if (sent) sent.failed = true;
        const kind = (turn / FAULT_EVERY) % 3;
        if (kind === 0) return void response.writeHead(503).end();
        if (kind === 1) return void request.socket.destroy();
        return void setTimeout(() => take(id, now, response), SLOW_MS);
      }
      take(id, now, response);
    });
  });
  /** @param {string} id @param {number} now @param {import("node:http").ServerResponse} response */
  function take(id, now, response) {
    response.writeHead(200, { "content-length": 2 }).end("ok");
    const sent = waiting.get(id);
    waiting.delete(id);
    const short = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    if (taken.has(short)) {
      seen.again++;
      return;
    }
    taken.add(short);
    seen.taken++;
    if (sent && !sent.failed) spans.push(now - sent.at);
  }
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return {
    port: /** @type {import("node:net").AddressInfo} */ (server.address()).port,
    waiting,
    seen,
    takeSpans() {
      const taken = spans;
      spans = [];
      return taken;
    },
    close: () => server.close().closeAllConnections(),
  };
}
