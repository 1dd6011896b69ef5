// What the command line may set, and the workloads that result.
import { parseArgs } from "node:util";

/** @typedef {"heliograph" | "baseline" | "floor"} Side */
/** @typedef {{ size: number, events: number, rate: number }} Workload */
/**
 * @typedef {object} Options
 * @property {Side[]} sides
 * @property {Workload[]} workloads
 * @property {number} batch events per intake request in the batched pass
 * @property {number} batchInFlight
 * @property {number} singleInFlight
 * @property {number} perCall events per intake request in the latency pass
 * @property {number} rounds
 * @property {number} latencySeconds
 * @property {boolean} matching
 * @property {boolean} door
 * @property {boolean} console
 * @property {boolean} intake
 * @property {boolean} startUp
 * @property {string | undefined} json
 */

const HELP = `npm run bench -- [flags]
  --only LIST        sides to run, of: heliograph, baseline, floor (default heliograph,baseline,floor)
  --size BYTES       one workload of events of about this size (default: 1024 and 40960)
  --events N         events per throughput pass (default: 5000 of 1 KB, 1500 of 40 KB)
  --rate N           events per second in the latency pass (default: 150 of 1 KB, 60 of 40 KB)
  --latency-seconds N  length of the latency pass (default 20)
  --per-call N       events per request in the latency pass (default 1)
  --batch N          events per request in the batched pass (default 100)
  --in-flight N      concurrent intake requests (default: 4 batched, 32 single)
  --rounds N         rounds, the sides taking turns (default 3)
  --matching         instead: what subscriptions cost that an event does not match
  --door             instead: the receiver's door, beside Workers that only verify
  --console          instead: what the console's pages take with 100,000 deliveries in the ledgers
  --intake           instead: events taken a second, 100 a call, wanted by nobody and by one webhook
  --start-up         instead: how long a Worker takes to load and to give its first answer
  --json FILE        write the raw figures there`;

/** Events of this size and up are the large workload, with fewer of them. */
const LARGE = 16_384;

/** @param {string[]} argv @returns {Options} */
export function options(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: "string" },
      size: { type: "string" },
      events: { type: "string" },
      rate: { type: "string" },
      "latency-seconds": { type: "string" },
      batch: { type: "string" },
      "per-call": { type: "string" },
      "in-flight": { type: "string" },
      rounds: { type: "string" },
      matching: { type: "boolean" },
      door: { type: "boolean" },
      console: { type: "boolean" },
      intake: { type: "boolean" },
      "start-up": { type: "boolean" },
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const inFlight = number("in-flight", values["in-flight"], 256);
  const events = number("events", values.events, 100_000);
  const rate = number("rate", values.rate, 5_000);
  const size = number("size", values.size, 1_000_000);
  return {
    sides: (values.only ?? "heliograph,baseline,floor").split(",").map(side),
    workloads: (size === undefined ? [1_024, 40_960] : [size]).map((bytes) => ({
      size: bytes,
      events: events ?? (bytes < LARGE ? 5_000 : 1_500),
      rate: rate ?? (bytes < LARGE ? 150 : 60),
    })),
    // An intake request takes at most 1,000 events.
    batch: number("batch", values.batch, 1_000) ?? 100,
    perCall: number("per-call", values["per-call"], 1_000) ?? 1,
    batchInFlight: inFlight ?? 4,
    singleInFlight: inFlight ?? 32,
    rounds: number("rounds", values.rounds, 20) ?? 3,
    latencySeconds: number("latency-seconds", values["latency-seconds"], 60) ?? 20,
    matching: values.matching ?? false,
    door: values.door ?? false,
    console: values.console ?? false,
    intake: values.intake ?? false,
    startUp: values["start-up"] ?? false,
    json: values.json,
  };
}

/** @param {string} name @param {string | undefined} text @param {number} most */
function number(name, text, most) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new Error(`--${name}: a whole number from 1 to ${most}`);
  }
  return value;
}

/** @param {string} name @returns {Side} */
function side(name) {
  if (name === "heliograph" || name === "baseline" || name === "floor") return name;
  throw new Error(`--only: no side is called ${name}`);
}
