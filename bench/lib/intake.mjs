// How many events a second intake takes, 100 a call: where nobody wants them, and where one webhook does. No queue is consumed meanwhile, so
// that what is measured ends where an event is safe.
import { start } from "./child.mjs";
import { connect, dataOf } from "./client.mjs";
import { events } from "./events.mjs";
import { markdown } from "./markdown.mjs";
import { inLanes } from "./passes.mjs";
import { cpuMs } from "./proc.mjs";
import { clock, spread } from "./stats.mjs";
import { newVars } from "./vars.mjs";

const BATCH = 100;
const IN_FLIGHT = 4;
/** Enough calls before anything counts: V8 compiles WebAssembly while it runs. */
const WARM_UP = 100;

/** @typedef {{ perSecond: number, cpu: number }} Pass events a second; µs of CPU for each */
/** @typedef {{ side: string, wanted: number, passes: Pass[] }} Row */

/** @param {{ sides: import("./options.mjs").Side[], workload: import("./options.mjs").Workload, rounds: number }} options */
export async function intake({ sides, workload, rounds }) {
  /** @type {Row[]} */
  const rows = sides.flatMap((side) => [0, 1].map((wanted) => ({ side, wanted, passes: [] })));
  for (let round = 1; round <= rounds; round++) {
    for (const row of rows) {
      process.stderr.write(`intake, round ${round} of ${rounds}: ${row.side}, wanted by ${row.wanted}\n`);
      row.passes.push(await pass(row, workload));
    }
  }
  return rows;
}

/** @param {Row} row @param {import("./options.mjs").Workload} workload @returns {Promise<Pass>} */
async function pass({ side, wanted }, { size, events: count }) {
  const host = start("./host.mjs");
  const vars = newVars({ ROLES: "dispatcher" });
  /** @type {import("./client.mjs").Client | undefined} */
  let client;
  try {
    const { url, workerd } = await host.ask({ side, vars, consume: false });
    client = connect(url, vars.ROOT_KEY, IN_FLIGHT);
    const { send } = client;
    // What does not want any is there, too: somebody subscribes to something.
    const body = { destination: "http://127.0.0.1:9/", ...(wanted ? {} : { eventTypes: ["eval.failed"] }) };
    dataOf(await send("POST", "/v1/webhooks", JSON.stringify(body)), 200, 201);
    const calls = Array.from({ length: WARM_UP + Math.ceil(count / BATCH) }, () => {
      return `[${events(BATCH, size).map(({ json }) => json)}]`;
    });
    const drive = (/** @type {string[]} */ some) =>
      inLanes(some, IN_FLIGHT, async (call) => {
        const { accepted, deliveries } = dataOf(await send("POST", "/v1/events", call), 202);
        if (accepted !== BATCH || deliveries !== BATCH * wanted) {
          throw new Error(`of ${BATCH} events ${accepted} were accepted, with ${deliveries} deliveries`);
        }
      });
    await drive(calls.splice(0, WARM_UP));
    const before = { cpu: cpuMs(workerd), at: clock() };
    await drive(calls);
    const sent = calls.length * BATCH;
    return {
      perSecond: (sent * 1000) / (clock() - before.at),
      cpu: ((cpuMs(workerd) - before.cpu) * 1000) / sent,
    };
  } finally {
    client?.close();
    await host.stop();
  }
}

/** @param {Row[]} rows */
export function intakeTable(rows) {
  return markdown(
    ["", "wanted by", "events/s", "CPU µs an event"],
    rows.map(({ side, wanted, passes }) => [
      side,
      wanted ? "one webhook" : "nobody",
      spread(
        passes.map(({ perSecond }) => perSecond),
        0,
      ),
      spread(
        passes.map(({ cpu }) => cpu),
        0,
      ),
    ]),
  );
}
