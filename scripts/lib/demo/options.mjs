// @ts-check
// What `npm run demo` is told on the command line.
import { parseArgs } from "node:util";
import { Failure } from "../fail.mjs";

/**
 * @typedef {object} Options
 * @property {number} seconds how long there is traffic
 * @property {number} rate LLM calls a second
 * @property {boolean} clean
 */

const HELP = `npm run demo -- [flags]
  --seconds N   how long there is traffic (default 60)
  --rate N      LLM calls a second, 200 at most (default 10); 20,000 in all at most
  --clean       deletes the demo's subscriptions, rules and event type instead`;

const MAX_RATE = 200;
const MAX_CALLS = 20_000;

/** @param {string[]} argv @returns {Options} */
export function options(argv) {
  const values = read(argv);
  const [seconds, rate] = [above("seconds", values.seconds), above("rate", values.rate)];
  if (rate > MAX_RATE) throw new Failure(`--rate is ${MAX_RATE} calls a second at most.`);
  if (seconds * rate > MAX_CALLS) {
    throw new Failure(
      `That would be ${Math.ceil(seconds * rate)} calls; ${MAX_CALLS} is the most: choose fewer --seconds, or a lower --rate.`,
    );
  }
  return { seconds, rate, clean: values.clean };
}

/** @param {string[]} args */
function read(args) {
  const texts = /** @type {const} */ ({ type: "string" });
  const switches = /** @type {const} */ ({ type: "boolean", default: false });
  try {
    return parseArgs({
      args,
      options: {
        seconds: { ...texts, default: "60" },
        rate: { ...texts, default: "10" },
        clean: switches,
      },
    }).values;
  } catch {
    throw new Failure(HELP, 2);
  }
}

/** @param {string} name @param {string} text */
function above(name, text) {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new Failure(`--${name} must be a number above 0, not '${text}'.`);
}
