// What subscriptions cost that an event does not match: the plan alone, natively, and intake as a whole, in workerd.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { start } from "./child.mjs";
import { connect, dataOf } from "./client.mjs";
import { events } from "./events.mjs";
import { markdown } from "./markdown.mjs";
import { cpuMs } from "./proc.mjs";
import { clock } from "./stats.mjs";
import { newVars } from "./vars.mjs";

const COUNTS = [0, 10, 100, 1000];
const BATCH = 1000;
const ROOT = new URL("../../", import.meta.url);
/** @type {object[]} */
const KINDS = JSON.parse(readFileSync(new URL("../matching/kinds.json", import.meta.url), "utf8"));

/** @typedef {Record<string, number>} Figures microseconds per event, by what was measured */

/**
 * The least of the rounds for each number of subscriptions: other work on the machine only ever adds.
 * @param {{ size: number, events: number, rounds: number }} options
 */
export async function matching({ size, events: count, rounds }) {
  /** @type {Map<number, Figures>} */
  const least = new Map(COUNTS.map((subscriptions) => [subscriptions, {}]));
  for (let turn = 0; turn < rounds; turn++) {
    process.stderr.write(`matching, round ${turn + 1} of ${rounds}\n`);
    for (const { subscriptions, ...figures } of [...native(), ...(await inWorkerd(size, count))]) {
      const known = least.get(subscriptions) ?? {};
      for (const [name, value] of Object.entries(figures))
        known[name] = Math.min(known[name] ?? Number.POSITIVE_INFINITY, value);
    }
  }
  return least;
}

/** @param {Awaited<ReturnType<typeof matching>>} least */
export function matchingTable(least) {
  const none = least.get(0) ?? {};
  const names = Object.keys(none);
  const lines = [...least].map(([subscriptions, figures]) => {
    const cells = names.map((name) => {
      const value = figures[name] ?? Number.NaN;
      if (subscriptions === 0) return value.toFixed(2);
      return `${value.toFixed(2)} (${((value - (none[name] ?? 0)) / subscriptions).toFixed(3)})`;
    });
    return [subscriptions, ...cells];
  });
  return markdown(["subscriptions", ...names], lines);
}

function native() {
  const { status, stdout } = spawnSync("cargo", ["bench", "-q", "--bench", "matching"], {
    cwd: fileURLToPath(ROOT),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error("the native benchmark failed");
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const { subscriptions, plan, matching } = JSON.parse(line);
      return { subscriptions, "native: matching": matching, "native: whole plan": plan };
    });
}

/** @param {number} size @param {number} count events a pass */
async function inWorkerd(size, count) {
  const host = start("./host.mjs");
  /** @type {import("./client.mjs").Client | undefined} */
  let client;
  try {
    const vars = newVars({ MAX_SUBSCRIPTIONS: String(Math.max(...COUNTS)) });
    const { url, workerd } = await host.ask({ side: "heliograph", vars });
    client = connect(url, vars.ROOT_KEY, 4);
    const batch = `[${events(BATCH, size).map(({ json }) => json)}]`;
    const passes = [];
    let existing = 0;
    for (const subscriptions of COUNTS) {
      for (; existing < subscriptions; existing++) await subscribe(client, existing);
      // More before the first pass: V8 compiles WebAssembly while it runs.
      for (let i = 0; i < (subscriptions === 0 ? 10 : 2); i++) await post(client, batch);
      const before = { cpu: cpuMs(workerd), at: clock() };
      for (let sent = 0; sent < count; sent += BATCH) await post(client, batch);
      const sent = Math.ceil(count / BATCH) * BATCH;
      passes.push({
        subscriptions,
        "workerd: CPU": ((cpuMs(workerd) - before.cpu) * 1000) / sent,
        "workerd: wall": ((clock() - before.at) * 1000) / sent,
      });
    }
    return passes;
  } finally {
    client?.close();
    await host.stop();
  }
}

/** @param {import("./client.mjs").Client} client @param {number} index */
async function subscribe(client, index) {
  // Nothing is ever sent there: no kind matches any event of the bench.
  const body = { destination: "http://127.0.0.1:9/", ...KINDS[index % KINDS.length] };
  dataOf(await client.send("POST", "/v1/webhooks", JSON.stringify(body)), 200);
}

/** @param {import("./client.mjs").Client} client @param {string} batch */
async function post(client, batch) {
  const { accepted, deliveries } = dataOf(await client.send("POST", "/v1/events", batch), 202);
  if (accepted !== BATCH || deliveries !== 0) throw new Error(`${accepted} accepted, ${deliveries} matched`);
}
