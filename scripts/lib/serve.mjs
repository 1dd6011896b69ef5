// @ts-check
// The Worker from its start to its end, for `npm start`.
import { buildWorker, sizeLine } from "./build.mjs";
import { completeDevVars, readDevVars } from "./dev-vars.mjs";
import { Failure } from "./fail.mjs";
import { waitUntilHealthy } from "./health.mjs";
import { at, dataDir } from "./paths.mjs";
import { HOST, requireFreePort } from "./port.mjs";
import { Server } from "./server.mjs";
import { OVERRIDABLE, overrides, REQUIRED } from "./settings.mjs";
import { stopSignal } from "./stop-signals.mjs";
import { watchSources } from "./watch.mjs";

/**
 * @param {number} port
 * @returns {Promise<number>} the exit code
 */
export async function serve(port) {
  const added = completeDevVars(REQUIRED);
  if (added.length > 0) console.log(`      new in .dev.vars: ${added.join(", ")}`);
  const url = `http://${HOST}:${port}`;
  const given = overrides(process.env);
  const values = { ...(readDevVars().PUBLIC_URL ? {} : { PUBLIC_URL: url }), ...given };
  // They go to the Worker over a channel of its own; nobody else needs them.
  for (const name of OVERRIDABLE) delete process.env[name];
  // The build may have taken minutes.
  await requireFreePort(port);

  const stop = stopSignal();
  const server = new Server({ config: at("wrangler.toml"), host: HOST, port, dataDir, values });
  process.on("exit", () => server.kill());
  const over = new AbortController();
  server.ended.then(() => over.abort());
  const stopped = new Promise((resolve) => stop.addEventListener("abort", resolve));

  if (await waitUntilHealthy(`${url}/healthz`, AbortSignal.any([stop, over.signal]))) {
    announce(url, await server.roles, given);
    const unwatch = watchSources(() => rebuild(server));
    await Promise.race([stopped, server.ended]);
    unwatch();
  }
  if (!stop.aborted) {
    await server.ended;
    throw new Failure("The Workers runtime ended by itself, and nothing of it is left running.");
  }
  await server.stop();
  return 0;
}

/**
 * @param {string} url
 * @param {string} roles
 * @param {Record<string, string>} given
 */
function announce(url, roles, given) {
  const names = Object.keys(given);
  console.log(
    [
      "",
      `Heliograph is ready at ${url}`,
      `  roles      ${roles.replaceAll(",", ", ")}`,
      `  root key   ${given.ROOT_KEY ? "from the environment variable ROOT_KEY" : "ROOT_KEY in .dev.vars"}`,
      ...(names.length > 0 ? [`  this run   ${names.join(", ")} from the environment`] : []),
      "  stop       Ctrl-C",
      "",
    ].join("\n"),
  );
}

/** @param {Server} server */
async function rebuild(server) {
  try {
    if (await buildWorker()) console.log(await sizeLine());
    server.reload();
  } catch (error) {
    // The Worker before the change goes on serving.
    console.error(error instanceof Error ? error.message : error);
  }
}
