// How long a Worker takes to load: its modules compiled, its top level run; and then to give its first answer. Cloudflare refuses a Worker
// whose top level takes more than a second, and what it takes is what the first request of a new isolate waits for.
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { markdown } from "./markdown.mjs";
import { load } from "./sides.mjs";
import { clock, spread } from "./stats.mjs";
import { newVars } from "./vars.mjs";

// Loads the Worker when it is told to: by then the process is up, and so is the connection.
const AROUND = `
let worker;
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/nothing") return new Response("ok");
    if (pathname === "/load") {
      worker = (await import("./index.js")).default;
      return new Response("ok");
    }
    return typeof worker === "function" ? new worker(ctx, env).fetch(request) : worker.fetch(request, env, ctx);
  },
};`;

/** @typedef {import("./options.mjs").Side} Side */
/** @typedef {{ nothing: number, load: number, first: number, next: number }} Times in ms */

/** @param {Side[]} sides @param {number} rounds */
export async function startUp(sides, rounds) {
  const rows = sides.map((side) => ({ side, times: /** @type {Times[]} */ ([]) }));
  for (let round = 1; round <= rounds; round++) {
    for (const { side, times } of rows) times.push(await once(side));
  }
  return rows;
}

/** @param {Side} side @returns {Promise<Times>} */
async function once(side) {
  const { config, modules } = await load(side);
  const { modulesRules, durableObjects, queueConsumers, ...worker } =
    unstable_getMiniflareWorkerOptions(config).workerOptions;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      log: new Log(LogLevel.WARN),
      cf: false,
      workers: [
        {
          ...worker,
          name: side,
          modules: [{ type: "ESModule", path: "around.js", contents: AROUND }, ...modules],
          bindings: newVars({ ROLES: "dispatcher" }),
        },
      ],
    }),
  );
  try {
    const base = await miniflare.ready;
    const ask = async (/** @type {string} */ path) => {
      const began = clock();
      const response = await fetch(new URL(path, base));
      await response.arrayBuffer();
      return clock() - began;
    };
    // The second, so that connecting is in none of them.
    await ask("/nothing");
    const nothing = await ask("/nothing");
    const loaded = (await ask("/load")) - nothing;
    return {
      nothing,
      load: loaded,
      first: (await ask("/healthz")) - nothing,
      next: (await ask("/healthz")) - nothing,
    };
  } finally {
    await miniflare.dispose();
  }
}

/** @param {Awaited<ReturnType<typeof startUp>>} rows */
export function startUpTable(rows) {
  return markdown(
    ["", "loading", "first answer", "next one"],
    rows.map(({ side, times }) => [
      side,
      spread(
        times.map(({ load }) => load),
        1,
      ),
      spread(
        times.map(({ first }) => first),
        1,
      ),
      spread(
        times.map(({ next }) => next),
        1,
      ),
    ]),
  );
}
