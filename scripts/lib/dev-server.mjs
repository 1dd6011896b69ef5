// @ts-check
// Runs as a process of its own, on the modern Node: wrangler's development server, without its terminal interface.
//
// Why the programmatic interface and not `wrangler dev`: the overriding values arrive over the channel to the parent,
// not in an argument list that everybody sees in `ps` or in a file; the Worker's log lines reach the terminal as they
// are, where the command line tool frames and colours warnings and errors; and the inspector can be off.
import { unstable_startWorker as startWorker } from "wrangler";

/**
 * @typedef {object} ServerOptions
 * @property {string} config
 * @property {string} host
 * @property {number} port
 * @property {string} dataDir
 * @property {Record<string, string>} values win over .dev.vars and wrangler.toml
 */

const DISPOSE_MS = 3_000;

/** @type {Awaited<ReturnType<typeof startWorker>> | undefined} */
let worker;
let stopping = false;

async function stop() {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(0), DISPOSE_MS).unref();
  await worker?.dispose().catch(() => {});
  process.exit(0);
}

/** @param {unknown} error */
function die(error) {
  if (stopping) return;
  const cause = error && typeof error === "object" && "cause" in error ? error.cause : undefined;
  console.error(cause instanceof Error ? cause.message : error instanceof Error ? error.message : error);
  process.exit(1);
}

/** @param {{ level: string, message: string }} log */
function passOn({ level, message }) {
  const stream = level === "error" || level === "warn" ? process.stderr : process.stdout;
  stream.write(`${message}\n`);
}

/** @param {ServerOptions} options @returns {Parameters<typeof startWorker>[0]} */
function input(options) {
  const values = Object.entries(options.values);
  return {
    config: options.config,
    // For wrangler each of the values is a secret: it prints none of them.
    bindings: Object.fromEntries(values.map(([name, value]) => [name, { type: "secret_text", value }])),
    // The parent builds, before it starts this process and again when sources change.
    build: { custom: { command: "" } },
    dev: {
      server: { hostname: options.host, port: options.port, secure: false },
      inspector: false,
      persist: options.dataDir,
      logLevel: "warn",
      // The parent watches, and says when a new build is complete.
      watch: false,
      structuredLogsHandler: passOn,
    },
  };
}

/** @param {ServerOptions} options */
async function serve(options) {
  worker = await startWorker(input(options));
  worker.raw.on("error", die);
  await worker.ready;
  const roles = worker.config.bindings?.ROLES;
  process.send?.({ roles: roles && "value" in roles ? String(roles.value) : "" });
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
// The parent is gone, however it ended.
process.on("disconnect", stop);
let options = /** @type {ServerOptions | undefined} */ (undefined);
process.on("message", (/** @type {ServerOptions | "reload"} */ message) => {
  if (message !== "reload") {
    options = message;
    serve(options).catch(die);
  } else if (options) {
    worker?.setConfig(input(options)).catch((error) => console.error(error.message));
  }
});
