// @ts-check
// Calls of wrangler, which knows who is logged in and which account is meant.
import { stripVTControlCharacters } from "node:util";
import { Failure } from "../fail.mjs";
import { at, stateDir, toolEnv } from "../paths.mjs";
import { QUIET } from "../quiet.mjs";
import { run } from "../run.mjs";

/** @typedef {{ config: string, env: string }} Place the file that describes deployments, and the environment in it; "" is its top level */
/** @typedef {{ code: number, output: string, text: string }} Said what it wrote to standard output, and all that it wrote */

/** Each call reads 15 MB of JavaScript, and compiles them once. */
const CACHE = { NODE_COMPILE_CACHE: `${stateDir}/compile-cache` };

/** @param {Place} place */
const where = ({ config, env }) => ["--config", config, `--env=${env}`];

const environment = () => toolEnv({ ...QUIET, ...CACHE, NO_COLOR: "1", FORCE_COLOR: "0" });

const program = at("node_modules", ".bin", "wrangler");

/**
 * Makes a call and keeps what it says.
 * @param {Place} place
 * @param {string[]} args
 * @param {string} [input]
 * @returns {Promise<Said>}
 */
export async function call(place, args, input) {
  let output = "";
  /** @type {string[]} */
  const errors = [];
  const code = await run(program, [...args, ...where(place)], {
    env: environment(),
    onText: (text) => (output += text),
    onLine: (line) => errors.push(line),
    ...(input === undefined ? {} : { input }),
  });
  output = stripVTControlCharacters(output);
  return { code, output, text: `${output}\n${stripVTControlCharacters(errors.join("\n"))}`.trim() };
}

/**
 * Makes a call whose words are for whoever sits there.
 * @param {Place} place
 * @param {string[]} args
 */
export async function show(place, args) {
  const code = await run(program, [...args, ...where(place)], { env: toolEnv({ ...QUIET, ...CACHE }) });
  // It said why.
  if (code !== 0) throw new Failure("", code);
}

/**
 * @param {string[]} args
 * @param {Said} said
 */
export function failed(args, said) {
  // Before it, wrangler warns of bindings that a role has no use for.
  const error = said.text.indexOf("✘ [ERROR]");
  const why = said.text.slice(Math.max(error, 0));
  return new Failure(`${why}\nwrangler ${args.join(" ")} failed (see above).`, said.code);
}
