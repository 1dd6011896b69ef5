// A process of our own: started with one message, asked by messages, and gone when we are.
import { fork } from "node:child_process";
import { once } from "node:events";
import { statfsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ANSWER_MS = 60_000;
const SCRATCH_BYTES = 2 * 1024 ** 3;

/** @typedef {{ ask: (message: object, withinMs?: number) => Promise<any>, stop: () => Promise<void>, pid: number }} Child */

/**
 * Where the simulated stores keep their files: in memory if there is room, so that the disk's syncs, which stand for
 * nothing in production, are not what is measured.
 */
function scratch() {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    return bavail * bsize > SCRATCH_BYTES ? { TMPDIR: "/dev/shm" } : {};
  } catch {
    return {};
  }
}

/** @param {string} file beside this one @returns {Child} */
export function start(file) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    serialization: "advanced",
    // Wrangler's own news are not ours.
    env: { WRANGLER_LOG: "warn", WRANGLER_SEND_METRICS: "false", ...process.env, ...scratch() },
  });
  const gone = once(child, "exit");
  /** @type {Map<number, { resolve: (value: any) => void, reject: (reason: Error) => void }>} */
  const asked = new Map();
  let last = 0;
  child.on("message", (/** @type {{ to: number, answer?: any, error?: string }} */ { to, answer, error }) => {
    const waiting = asked.get(to);
    asked.delete(to);
    if (error === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(error));
  });
  child.on("exit", (code) => {
    for (const { reject } of asked.values()) reject(new Error(`${file} ended with ${code}`));
    asked.clear();
  });
  return {
    pid: child.pid ?? 0,
    ask(message, withinMs = ANSWER_MS) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${file} gave no answer in time`)), withinMs);
        /** @template T @param {(value: T) => void} settle @returns {(value: T) => void} */
        const inTime = (settle) => (value) => {
          clearTimeout(timer);
          settle(value);
        };
        asked.set(id, { resolve: inTime(resolve), reject: inTime(reject) });
        child.send({ id, ...message });
      });
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // A child ends by itself when the channel closes; killing is for one that cannot.
      child.disconnect();
      const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/**
 * The child's half: answers each message with what `handle` returns.
 * @param {(message: any) => any} handle @param {() => unknown} end
 */
export function serve(handle, end) {
  process.on("message", async (/** @type {{ id: number }} */ message) => {
    try {
      process.send?.({ to: message.id, answer: await handle(message) });
    } catch (cause) {
      process.send?.({ to: message.id, error: cause instanceof Error ? cause.stack : String(cause) });
    }
  });
  process.on("disconnect", async () => {
    await end();
    process.exit(0);
  });
  // Ctrl-C reaches the whole group; the parent decides when we end.
  process.on("SIGINT", () => {});
}
