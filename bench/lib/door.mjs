// The receiver's door beside a Worker in TypeScript that only verifies, and one that also queues. The queues are filled and not
// consumed: what is measured is the answer.
import { createHmac, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { start } from "./child.mjs";
import { connect, dataOf } from "./client.mjs";
import { events } from "./events.mjs";
import { markdown } from "./markdown.mjs";
import { inLanes } from "./passes.mjs";
import { cpuMs } from "./proc.mjs";
import { clock, median, quantile, spread } from "./stats.mjs";
import { newVars } from "./vars.mjs";

const WARM = 2000;
const IN_FLIGHT = 32;

/** @typedef {{ name: string, side: import("./options.mjs").Side | "door", vars: Record<string, string> }} Door */
/** @typedef {{ perSecond: number, cpu: number, p50: number, p99: number }} Figures */

const DOORS = /** @type {Door[]} */ ([
  { name: "heliograph", side: "heliograph", vars: { ROLES: "receiver", HANDLERS: "none" } },
  { name: "verify only", side: "door", vars: {} },
  { name: "verify and queue", side: "door", vars: { QUEUE: "on" } },
]);

/** @param {{ size: number, events: number, rate: number, rounds: number }} workload */
export async function door(workload) {
  const series = DOORS.map((one) => ({ door: one, rounds: /** @type {Figures[]} */ ([]) }));
  for (let turn = 0; turn < workload.rounds; turn++) {
    // Each round starts with another one, so that none always runs on the machine that another has warmed.
    for (let i = 0; i < series.length; i++) {
      const one = series[(i + turn) % series.length];
      if (one === undefined) continue;
      process.stderr.write(`round ${turn + 1} of ${workload.rounds}: ${one.door.name}\n`);
      one.rounds.push(await measured(one.door, workload));
    }
  }
  return series;
}

/** @param {Door} one @param {{ size: number, events: number, rate: number }} workload @returns {Promise<Figures>} */
async function measured(one, { size, events: count, rate }) {
  const host = start("./host.mjs");
  const secret = randomBytes(32);
  const vars = newVars({ WEBHOOK_SECRETS: `whsec_${secret.toString("base64")}`, ...one.vars });
  /** @type {import("./client.mjs").Client | undefined} */
  let client;
  try {
    const { url, workerd } = await host.ask({ side: one.side, vars, consume: false });
    const open = connect(url, "", IN_FLIGHT);
    client = open;
    const bodies = events(WARM + 2 * count, size).map(({ json }) => json);
    const deliver = async (/** @type {string} */ body) => {
      const id = `msg_${randomBytes(12).toString("hex")}`;
      const timestamp = String(Math.floor(Date.now() / 1000));
      const tag = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
      const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${tag}` };
      const began = clock();
      const answer = await open.send("POST", "/webhook", body, headers);
      if (answer.status !== 200) dataOf(answer, 200);
      return clock() - began;
    };
    await inLanes(bodies.splice(0, WARM), IN_FLIGHT, deliver);
    const cpu = cpuMs(workerd);
    const began = clock();
    await inLanes(bodies.splice(0, count), IN_FLIGHT, deliver);
    const seconds = (clock() - began) / 1000;
    const spent = cpuMs(workerd) - cpu;
    const waits = await paced(bodies, rate, deliver);
    return {
      perSecond: count / seconds,
      cpu: spent / count,
      p50: quantile(waits, 0.5),
      p99: quantile(waits, 0.99),
    };
  } finally {
    client?.close();
    await host.stop();
  }
}

/** @param {string[]} bodies @param {number} rate @param {(body: string) => Promise<number>} deliver */
async function paced(bodies, rate, deliver) {
  const started = clock();
  const waits = [];
  for (const [index, body] of bodies.entries()) {
    const due = started + (index * 1000) / rate;
    while (clock() < due) await sleep(Math.max(0, due - clock()));
    waits.push(deliver(body));
  }
  return Promise.all(waits);
}

/** @param {Awaited<ReturnType<typeof door>>} series */
export function doorTable(series) {
  const of = (/** @type {Figures[]} */ rounds, /** @type {keyof Figures} */ figure) =>
    rounds.map((round) => round[figure]);
  const heads = ["", "requests/s", "CPU ms a request", "p50 ms", "p99 ms", "requests/s against verify only"];
  const base = series.find(({ door: { name } }) => name === "verify only")?.rounds ?? [];
  const lines = series.map(({ door: { name }, rounds }) => {
    const cell = (/** @type {keyof Figures} */ figure, /** @type {number} */ digits) =>
      spread(of(rounds, figure), digits);
    const ratio = median(of(rounds, "perSecond")) / median(of(base, "perSecond"));
    const cells = [
      name,
      cell("perSecond", 0),
      cell("cpu", 3),
      cell("p50", 2),
      cell("p99", 2),
      ratio.toFixed(2),
    ];
    return cells;
  });
  return markdown(heads, lines);
}
