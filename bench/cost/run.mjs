// @ts-check
// What the Worker does at its bindings, counted: a few ways for events to come, each one call after another, so that no two
// calls share a batch of the queue. That is the dear side, and it comes out the same each time.
import { createServer } from "node:http";
import { start } from "../lib/child.mjs";
import { connect, dataOf } from "../lib/client.mjs";
import { events } from "../lib/events.mjs";
import { cpuMs } from "../lib/proc.mjs";
import { newVars } from "../lib/vars.mjs";

/** Of an event, in bytes. */
export const SIZE = 1024;

/**
 * @typedef {object} Way
 * @property {string} name
 * @property {number} calls
 * @property {number} perCall events in a call
 * @property {number} webhooks that want each event
 * @property {boolean} [fetched] whether each delivery's exchange is fetched by its URL
 */
/** @typedef {Record<string, number>} Counts */

/** @type {Way[]} */
export const WAYS = [
  { name: "100 a call, nobody wants them", calls: 5, perCall: 100, webhooks: 0 },
  { name: "100 a call", calls: 5, perCall: 100, webhooks: 1 },
  { name: "100 a call, exchanges fetched", calls: 2, perCall: 100, webhooks: 1, fetched: true },
  { name: "10 a call", calls: 10, perCall: 10, webhooks: 1 },
  { name: "singly", calls: 40, perCall: 1, webhooks: 1 },
  { name: "100 a call, 10 webhooks", calls: 2, perCall: 100, webhooks: 10 },
];

/** Calls before the counting, in which tables are made and the snapshot is read. */
const WARM_UP = 3;

/** An endpoint that takes everything, and keeps the URLs of the exchanges. */
async function endpoint() {
  let received = 0;
  /** @type {string[]} */
  const urls = [];
  const server = createServer((request, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      received++;
      urls.push(JSON.parse(Buffer.concat(chunks).toString()).request_response_url);
      response.end("ok");
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    received: () => received,
    takeUrls: () => urls.splice(0),
    close: () => server.close().closeAllConnections(),
  };
}

/** Counts each way, in the order given. @param {Way[]} [ways] */
export async function count(ways = WAYS) {
  const sink = await endpoint();
  /** @type {{ way: Way, counts: Counts }[]} */
  const rows = [];
  try {
    for (const way of ways) rows.push({ way, counts: await countOne(way, sink) });
  } finally {
    sink.close();
  }
  return rows;
}

/** @param {Way} way @param {Awaited<ReturnType<typeof endpoint>>} sink @returns {Promise<Counts>} for each event */
async function countOne({ calls, perCall, webhooks, fetched = false }, sink) {
  const host = start("./host.mjs");
  const vars = newVars();
  /** @type {import("../lib/client.mjs").Client | undefined} */
  let client;
  try {
    const { url, workerd } = await host.ask({ side: "heliograph", vars, around: "bench/cost/count.js" });
    client = connect(url, vars.ROOT_KEY, 8);
    const { send } = client;
    for (let at = 0; at < Math.max(1, webhooks); at++) {
      const types = webhooks === 0 ? { eventTypes: ["eval.failed"] } : {};
      const body = JSON.stringify({ destination: `${sink.url}/${at}`, ...types });
      dataOf(await send("POST", "/v1/webhooks", body), 200);
    }
    const texts = events((calls + WARM_UP) * perCall, SIZE).map(({ json }) => json);
    const call = async () => {
      const before = sink.received();
      const batch = texts.splice(0, perCall);
      const { status, text } = await send("POST", "/v1/events", `[${batch}]`);
      if (status !== 202) throw new Error(`answered ${status}: ${text.slice(0, 200)}`);
      await until(() => sink.received() >= before + perCall * webhooks);
      // What came of it is recorded once the last endpoint has answered.
      await recorded();
      const urls = sink.takeUrls();
      if (!fetched) return;
      for (const link of urls) {
        const { pathname, search } = new URL(link);
        const exchange = await send("GET", pathname + search);
        if (exchange.status !== 200) throw new Error(`an exchange answered ${exchange.status}`);
      }
    };
    /** @type {Counts} */
    const seen = {};
    const read = async () => {
      for (const [name, number] of Object.entries(dataOf(await send("GET", "/counts"), 200))) {
        seen[name] = name === "object bytes" ? number : (seen[name] ?? 0) + number;
      }
    };
    /** Until nothing happens at the bindings any more. */
    const recorded = async () => {
      for (let quiet = 0; quiet < 3; ) {
        const before = total(seen);
        await read();
        quiet = total(seen) === before ? quiet + 1 : 0;
        await pause(15);
      }
    };
    const total = (/** @type {Counts} */ counts) =>
      Object.entries(counts).reduce(
        (sum, [name, number]) => (name === "object bytes" ? sum : sum + number),
        0,
      );
    for (let at = 0; at < WARM_UP; at++) await call();
    await read();
    const bytes = seen["object bytes"] ?? 0;
    for (const name of Object.keys(seen)) delete seen[name];
    const began = cpuMs(workerd);
    for (let at = 0; at < calls; at++) await call();
    await read();
    seen["object bytes"] = (seen["object bytes"] ?? 0) - bytes;
    seen["CPU ms"] = cpuMs(workerd) - began;
    const each = calls * perCall;
    return Object.fromEntries(Object.entries(seen).map(([name, number]) => [name, number / each]));
  } finally {
    client?.close();
    await host.stop();
  }
}

/** @param {() => boolean} holds */
async function until(holds) {
  for (const deadline = Date.now() + 30_000; !holds(); await pause(2)) {
    if (Date.now() > deadline) throw new Error("the deliveries did not come in 30 s");
  }
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
