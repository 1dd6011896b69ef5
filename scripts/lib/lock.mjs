// @ts-check
// One at a time: a lock file that survives crashes of its holder without blocking the next one.
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const POLL_MS = 150;
const HEARTBEAT_MS = 2_000;
/** After a reboot the holder's process id may be another program's: without a heartbeat it does not count. */
const SILENT_MS = 20_000;

/**
 * @param {string} file
 * @returns {{ text: string, held: boolean } | undefined} undefined when there is no lock
 */
function look(file) {
  try {
    const text = fs.readFileSync(file, "utf8");
    const beats = Date.now() - fs.statSync(file).mtimeMs < SILENT_MS;
    // A file without its line end is a lock being written this very moment.
    return { text, held: beats && (!text.endsWith("\n") || isAlive(Number(text.split(" ")[0]))) };
  } catch {
    return undefined;
  }
}

/**
 * Containers often have nobody who collects dead processes; signals still find those.
 * @param {number} pid
 */
function isZombie(pid) {
  try {
    return / [ZX] /.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/, ""));
  } catch {
    return false;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * Removes a lock whose holder is gone. Renaming first tells who of several waiters removes it; a lock that changed
 * hands in between is put back.
 * @param {string} file
 * @param {string} seen
 */
function evict(file, seen) {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
    if (fs.readFileSync(aside, "utf8") !== seen) fs.linkSync(aside, file);
    fs.unlinkSync(aside);
  } catch {
    // Another waiter was quicker.
  }
}

/**
 * @param {string} file
 * @param {string} mine
 */
function acquire(file, mine) {
  try {
    fs.writeFileSync(file, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when somebody else holds the lock; may throw to give up
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const mine = `${process.pid} ${randomUUID()}\n`;
  let waited = false;
  while (!acquire(file, mine)) {
    const other = look(file);
    if (other?.held) {
      if (!waited) onWait?.();
      waited = true;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    } else if (other) {
      evict(file, other.text);
    }
  }
  const release = () => {
    if (look(file)?.text === mine) fs.rmSync(file, { force: true });
  };
  const heartbeat = setInterval(() => {
    const now = new Date();
    fs.utimes(file, now, now, () => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off("exit", release);
    release();
  }
}
