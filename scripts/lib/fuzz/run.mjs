// @ts-check
// One target, for a while.
import fs from "node:fs";
import path from "node:path";
import { Failure } from "../fail.mjs";
import { at, root } from "../paths.mjs";
import { run } from "../run.mjs";
import { programOf } from "./build.mjs";
import { writeSeeds } from "./seeds.mjs";

/**
 * @typedef {object} Result
 * @property {string} target
 * @property {number} executions
 * @property {number} seconds
 * @property {number} edges of the code that were gone through
 * @property {number} kept inputs that went where none had gone before
 * @property {string} [crash] the file with the input that crashed it
 * @property {string} [said] the panic's words
 */

/** The longest input, in bytes. */
const LONGEST = 4096;
/** What takes longer than this, in seconds, counts as a crash. */
const HANGS = 10;
const MEMORY_MB = 2048;

/**
 * @param {string} target
 * @param {{ seconds: number, runs: number | undefined, fresh: boolean }} limits
 * @returns {Promise<Result>}
 */
export async function fuzz(target, { seconds, runs, fresh }) {
  const corpus = at("fuzz", "corpus", target);
  const artifacts = at("fuzz", "artifacts", target);
  if (fresh) fs.rmSync(corpus, { recursive: true, force: true });
  for (const folder of [corpus, artifacts]) fs.mkdirSync(folder, { recursive: true });
  const { seeds, dictionary } = writeSeeds(target);
  const args = [
    corpus,
    seeds,
    `-max_total_time=${seconds}`,
    `-runs=${runs ?? -1}`,
    `-max_len=${LONGEST}`,
    `-timeout=${HANGS}`,
    `-rss_limit_mb=${MEMORY_MB}`,
    `-artifact_prefix=${artifacts}${path.sep}`,
    "-print_final_stats=1",
    ...(dictionary ? [`-dict=${dictionary}`] : []),
  ];
  console.log(`${target}: ${seconds} s${runs === undefined ? "" : `, at most ${runs} executions`}`);
  /** @type {Result} */
  const result = { target, executions: 0, seconds: 0, edges: 0, kept: 0 };
  const began = Date.now();
  const read = reader(result);
  const code = await run(await programOf(target), args, { onLine: read });
  result.seconds = (Date.now() - began) / 1000;
  if (code === 127) throw new Failure(`The fuzz target ${target} could not be started.`);
  if (code !== 0 && result.crash === undefined) {
    throw new Failure(
      `The fuzz target ${target} ended with ${code}${result.said ? `: ${result.said}` : "."}`,
    );
  }
  return result;
}

/** Reads what libFuzzer tells. @param {Result} result */
function reader(result) {
  let follows = false;
  return (/** @type {string} */ line) => {
    const count = (/** @type {RegExp} */ pattern) => Number(pattern.exec(line)?.[1] ?? Number.NaN);
    const edges = count(/^#\d+\s.* cov: (\d+)/);
    if (edges > result.edges) result.edges = edges;
    const executions = count(/^(?:stat::number_of_executed_units: |#)(\d+)/);
    if (executions > result.executions) result.executions = executions;
    const kept = count(/^stat::new_units_added:\s+(\d+)/);
    if (!Number.isNaN(kept)) result.kept = kept;
    const written = /Test unit written to (.+)$/.exec(line)?.[1];
    // Slow ones are kept for whoever wants to look; they are no crash.
    if (written && !path.basename(written).startsWith("slow-unit-")) {
      result.crash = path.relative(root, written);
    }
    if (follows && result.said !== undefined) result.said = `${result.said} ${line}`.trim();
    follows = /panicked at /.test(line);
    if (follows) result.said = /panicked at (.*)$/.exec(line)?.[1] ?? "";
    if (/^==\d+== ?ERROR: libFuzzer: (?!deadly signal)/.test(line))
      result.said ??= line.replace(/^==\d+== ?/, "");
  };
}
