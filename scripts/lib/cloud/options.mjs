// @ts-check
// What stands behind `npm run cloud:… --` and `npm run deploy --`.
import path from "node:path";
import { Failure } from "../fail.mjs";
import { at } from "../paths.mjs";

/** The environment that is wrangler.toml's top level. */
const BOTH = "both";

/**
 * @param {string[]} args
 * @param {string[]} flags those that stand alone
 * @param {string[]} [named] those with a value
 */
export function parseOptions(args, flags, named = []) {
  /** @type {Record<string, string>} */
  const values = {};
  /** @type {Set<string>} */
  const set = new Set();
  /** @type {string[]} */
  const rest = [];
  for (let place = 0; place < args.length; place += 1) {
    const [name = "", inline] = (args[place] ?? "").split(/=(.*)/s, 2);
    if (["--env", "--config", ...named].includes(name)) {
      if (inline === undefined) place += 1;
      const value = inline ?? args[place];
      if (!value) throw new Failure(`${name} needs a value.`);
      values[name] = value;
    } else if (flags.includes(name) && inline === undefined) set.add(name);
    else rest.push(args[place] ?? "");
  }
  const env = values["--env"] ?? BOTH;
  const config = path.resolve(values["--config"] ?? at("wrangler.toml"));
  return { place: { config, env: env === BOTH ? "" : env }, values, set, rest };
}

/** @param {string[]} rest what was not understood */
export function refuse(rest) {
  if (rest.length > 0)
    throw new Failure(`${rest.join(" ")}: is not understood. docs/DEPLOYING.md says what is.`);
}

/** An environment as it is asked for. @param {string} env */
export const asked = (env) => (env === "" ? "" : ` -- --env ${env}`);
