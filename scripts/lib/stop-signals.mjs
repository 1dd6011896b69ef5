// @ts-check
// The ways a person, a terminal or a process manager ends `npm start`.

const PARENT_POLL_MS = 500;

/**
 * @returns {AbortSignal} aborted when this process is to end
 */
export function stopSignal() {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => controller.abort());
  // A terminal that is gone must not turn the last words into a crash.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  // npm does not pass every signal on; that it is gone is the only sign then. (The script in package.json says `exec`
  // so that npm, and not a shell that would outlive it, is the parent.)
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) controller.abort();
    }, PARENT_POLL_MS).unref();
  }
  return controller.signal;
}
