// @ts-check
// Child processes: run one to its end, capture one, and never leave one behind.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { root } from "./paths.mjs";

/** @type {Set<import("node:child_process").ChildProcess>} */
const alive = new Set();
let guarded = false;

/**
 * Each child leads a process group of its own, so that one signal reaches whatever it started in turn.
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group: that is what was wanted.
  }
}

function guard() {
  if (guarded) return;
  guarded = true;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      // A script with children of its own to wind down (npm start) listens as well and decides when to exit.
      for (const child of alive) signalGroup(child, signal);
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
    });
  }
  process.on("exit", () => {
    for (const child of alive) signalGroup(child, "SIGKILL");
  });
}

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(line: string) => void} [onLine] gets every line of both outputs (with onText: of the error output)
 * @property {(text: string) => void} [onText] gets standard output as it comes instead of the terminal
 * @property {string} [input] what it reads from standard input; nothing where absent
 */

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>} its exit code; 127 when it could not be started
 */
export function run(command, args, options = {}) {
  guard();
  const { onLine, onText } = options;
  const out = onLine || onText ? "pipe" : "inherit";
  const child = spawn(command, args, {
    cwd: root,
    env: options.env ?? process.env,
    stdio: [options.input === undefined ? "ignore" : "pipe", out, onLine ? "pipe" : "inherit"],
    detached: true,
  });
  alive.add(child);
  // One that ends without reading it says itself why.
  child.stdin?.on("error", () => {}).end(options.input);
  if (onText) child.stdout?.setEncoding("utf8").on("data", onText);
  else if (onLine && child.stdout) eachLine(child.stdout, onLine);
  if (onLine && child.stderr) eachLine(child.stderr, onLine);
  return new Promise((resolve) => {
    child.on("error", () => {
      alive.delete(child);
      resolve(127);
    });
    child.on("close", (code, signal) => {
      alive.delete(child);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * Runs a program and returns what it printed to standard output.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function capture(command, args) {
  /** @type {string[]} */
  const lines = [];
  const code = await run(command, args, { onLine: (line) => lines.push(line) });
  return { code, output: lines.join("\n") };
}

/**
 * @param {NodeJS.ReadableStream} stream
 * @param {(line: string) => void} onLine
 */
export function eachLine(stream, onLine) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (/** @type {string} */ text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line.replace(/\r$/, ""));
  });
  stream.on("end", () => {
    if (rest) onLine(rest);
  });
}
