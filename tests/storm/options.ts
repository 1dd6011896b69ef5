// What a storm is told on the command line.
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "1000" },
    seed: { type: "string", default: "7" },
    factor: { type: "string", default: "20000" },
    rate: { type: "string", default: "50" },
    faults: { type: "string", default: "0.005" },
    minutes: { type: "string", default: "10" },
    verbose: { type: "boolean", default: false },
  },
});

const number = (name: keyof typeof values) => {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  console.error(`--${name} must be a number`);
  process.exit(2);
};

export const options = {
  /** How many events. */
  events: number("events"),
  /** The same seed throws the same dice. */
  seed: number("seed"),
  /** How many seconds pass in one. */
  factor: number("factor"),
  /** Events a second. */
  rate: number("rate"),
  /** What share of the calls to the platform fail. */
  faults: number("faults"),
  /** How many minutes it may take. */
  minutes: number("minutes"),
  /** Says what is waited for, and what was logged how often. */
  verbose: values.verbose,
};
