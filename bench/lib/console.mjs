// What the console's pages take with full ledgers: calls of Durable Objects, in how many turns, time and size.
import { gzipSync } from "node:zlib";
import { start } from "./child.mjs";
import { connect, dataOf } from "./client.mjs";
import { events } from "./events.mjs";
import { markdown } from "./markdown.mjs";
import { newVars } from "./vars.mjs";

const WEBHOOKS = 100;
const EVENTS = 1000;
const BATCH = 100;

/** @typedef {import("./client.mjs").Client} Client */
/** @typedef {{ page: string, calls: number, turns: number, ms: number, bytes: number, packed: number }} Row */

/** @param {{ size: number, rounds: number }} workload */
export async function consolePages({ size, rounds }) {
  const host = start("./host.mjs");
  const sink = start("./sink.mjs");
  const vars = newVars();
  /** @type {Client | undefined} */
  let client;
  try {
    const { port } = await sink.ask({ task: "listen" });
    const { url } = await host.ask({ side: "heliograph", vars, around: "bench/cost/count.js" });
    client = connect(url, vars.ROOT_KEY, 32);
    const ids = await fill(client, sink, port, size);
    const cookie = await login(url, vars.ROOT_KEY);
    const [id] = ids;
    const { deliveries } = dataOf(await client.send("GET", `/v1/webhooks/${id}/deliveries?limit=1`), 200);
    const pages = [
      "/console",
      "/console/webhooks",
      `/console/webhooks/${id}`,
      "/console/deliveries",
      `/console/deliveries?webhook=${id}`,
      `/console/deliveries?webhook=${id}&state=delivered`,
      `/console/deliveries/${deliveries[0].id}`,
      "/console/events",
      "/console/receiver",
      "/console/settings",
    ];
    /** @type {Row[]} */
    const rows = [];
    for (const page of pages) rows.push(await look(client, url, cookie, page, rounds));
    return rows;
  } finally {
    client?.close();
    await Promise.all([host.stop(), sink.stop()]);
  }
}

/**
 * As many deliveries as there are webhooks times events.
 * @param {Client} client @param {import("./child.mjs").Child} sink @param {number} port @param {number} size
 */
async function fill(client, sink, port, size) {
  /** @type {string[]} */
  const ids = [];
  for (let at = 0; at < WEBHOOKS; at++) {
    const body = JSON.stringify({ destination: `http://127.0.0.1:${port}/${at}`, description: `Team ${at}` });
    ids.push(dataOf(await client.send("POST", "/v1/webhooks", body), 200).id);
  }
  const texts = events(EVENTS, size).map(({ json }) => json);
  for (let at = 0; at < EVENTS; at += BATCH) {
    dataOf(await client.send("POST", "/v1/events", `[${texts.slice(at, at + BATCH)}]`), 202);
    const sent = (at + BATCH) * WEBHOOKS;
    while ((await sink.ask({ task: "count" })).requests < sent) await pause(50);
    process.stderr.write(`${sent} delivered\n`);
  }
  // The last batch is still to be recorded.
  await pause(2000);
  return ids;
}

/** @param {string} url @param {string} key */
async function login(url, key) {
  const form = await fetch(`${url}/console/login`);
  const token = /name="form_token" value="([^"]*)"/.exec(await form.text())?.[1] ?? "";
  const begun = await fetch(`${url}/console/login`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: url, cookie: cookieOf(form) },
    body: new URLSearchParams({ form_token: token, key }),
  });
  if (begun.status !== 303) throw new Error(`the login answered ${begun.status}`);
  return cookieOf(begun);
}

/** @param {Response} response */
function cookieOf(response) {
  const cookies = response.headers.getSetCookie().filter((cookie) => !cookie.includes("Max-Age=0"));
  return cookies.map((cookie) => cookie.split(";")[0]).join("; ");
}

/**
 * The median of the rounds, after one that does not count.
 * @param {Client} client @param {string} url @param {string} cookie @param {string} page @param {number} rounds
 * @returns {Promise<Row>}
 */
async function look(client, url, cookie, page, rounds) {
  /** @type {Row[]} */
  const all = [];
  for (let round = 0; round <= rounds; round++) {
    await client.send("GET", "/counts");
    const began = performance.now();
    const response = await fetch(url + page, { headers: { cookie } });
    const text = await response.text();
    const ms = performance.now() - began;
    if (response.status !== 200) throw new Error(`${page} answered ${response.status}`);
    const counts = dataOf(await client.send("GET", "/counts"), 200);
    const calls = Object.entries(counts).filter(([name]) => name.endsWith(" requests"));
    all.push({
      page: page.replace(/(sub|msg)_[0-9a-f]+/g, "…"),
      calls: calls.reduce((sum, [, count]) => sum + count, 0),
      turns: counts["turns"] ?? 0,
      ms,
      bytes: Buffer.byteLength(text),
      packed: gzipSync(text).length,
    });
  }
  const counted = all.slice(1).sort((one, other) => one.ms - other.ms);
  return /** @type {Row} */ (counted[Math.floor(counted.length / 2)]);
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** @param {Row[]} rows */
export function consoleTable(rows) {
  const heads = ["page", "calls of objects", "in turns", "ms", "bytes", "gzip"];
  const lines = rows.map((row) => {
    return [row.page, row.calls, row.turns, row.ms.toFixed(0), row.bytes, row.packed];
  });
  return markdown(heads, lines);
}
