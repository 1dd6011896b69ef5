// What a deployment is billed for, counted at the bindings: per 1,000 events, by number of webhooks and by way of intake.
import { start } from "./child.mjs";
import { connect, dataOf } from "./client.mjs";
import { events } from "./events.mjs";
import { markdown } from "./markdown.mjs";
import { newVars } from "./vars.mjs";

const WEBHOOKS = [1, 10, 100];
const EVENTS = 1000;
const NAMES = [
  "queue operations",
  "KV reads",
  "R2 writes",
  "R2 reads",
  "HISTORY requests",
  "LEDGER requests",
  "REGISTRY requests",
  "rows written",
  "rows read",
];

/** @typedef {Record<string, number>} Counts */

/** @param {number} size of an event, in bytes */
export async function operations(size) {
  const host = start("./host.mjs");
  const sink = start("./sink.mjs");
  const vars = newVars();
  const rows = [];
  /** @type {import("./client.mjs").Client | undefined} */
  let client;
  try {
    const { port } = await sink.ask({ task: "listen" });
    const { url } = await host.ask({ side: "heliograph", vars, around: "bench/operations/count.js" });
    client = connect(url, vars.ROOT_KEY, 32);
    let existing = 0;
    for (const webhooks of WEBHOOKS) {
      for (; existing < webhooks; existing++) {
        const body = JSON.stringify({ destination: `http://127.0.0.1:${port}/${existing}` });
        dataOf(await client.send("POST", "/v1/webhooks", body), 200);
      }
      for (const batch of [1, 100]) {
        process.stderr.write(`${EVENTS} events, ${webhooks} webhooks, ${batch} a call\n`);
        rows.push({ webhooks, batch, ...(await pass(client, sink, size, webhooks, batch)) });
      }
    }
    return rows;
  } finally {
    client?.close();
    await Promise.all([host.stop(), sink.stop()]);
  }
}

/**
 * @param {import("./client.mjs").Client} client
 * @param {import("./child.mjs").Child} sink
 * @param {number} size @param {number} webhooks @param {number} batch
 */
async function pass(client, sink, size, webhooks, batch) {
  const texts = events(EVENTS, size).map(({ json }) => json);
  await sink.ask({ task: "reset" });
  await client.send("GET", "/counts");
  const began = performance.now();
  /** @type {string[][]} */
  const calls = [];
  for (let at = 0; at < EVENTS; at += batch) {
    calls.push(texts.slice(at, at + batch));
  }
  const next = async () => {
    for (let call = calls.shift(); call; call = calls.shift()) {
      dataOf(await client.send("POST", "/v1/events", `[${call}]`), 202);
    }
  };
  await Promise.all(Array.from({ length: batch === 1 ? 32 : 4 }, next));
  while ((await sink.ask({ task: "count" })).requests < EVENTS * webhooks) await pause(50);
  const seconds = (performance.now() - began) / 1000;
  // The last batch is still to be recorded.
  await pause(1500);
  /** @type {Counts} */
  const counts = dataOf(await client.send("GET", "/counts"), 200);
  return { counts, perSecond: (EVENTS * webhooks) / seconds };
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** @param {Awaited<ReturnType<typeof operations>>} rows */
export function operationsTable(rows) {
  const heads = [
    "webhooks",
    "events a call",
    ...NAMES,
    "ledger requests per batch and webhook",
    "delivered/s",
  ];
  const lines = rows.map(({ webhooks, batch, counts, perSecond }) => {
    const share = (counts["LEDGER requests"] ?? 0) / (counts["batches by webhook"] ?? Number.NaN);
    const cells = [
      webhooks,
      batch,
      ...NAMES.map((name) => counts[name] ?? 0),
      share.toFixed(2),
      perSecond.toFixed(0),
    ];
    return cells;
  });
  return markdown(heads, lines);
}
