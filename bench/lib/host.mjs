// A process that runs one Worker in workerd, alone: Miniflare without the parts a request need not pass.
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { serve } from "./child.mjs";
import { freePort } from "./ports.mjs";
import { childNamed } from "./proc.mjs";
import { load } from "./sides.mjs";

/** @type {Miniflare | undefined} */
let miniflare;

serve(
  async ({ side, vars, around, consume = true }) => {
    const { config, modules } = await load(side, around);
    const { modulesRules, ...worker } = unstable_getMiniflareWorkerOptions(config).workerOptions;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        host: "127.0.0.1",
        port: 0,
        log: new Log(LogLevel.WARN),
        // Do not ask the network where this machine is.
        cf: false,
        workers: [
          {
            ...worker,
            ...(consume ? {} : { queueConsumers: {} }),
            name: side,
            modules,
            // From the file and from the bench, and nothing from .dev.vars, which wrangler would add.
            bindings: { ...unstable_readConfig({ config }).vars, ...vars, PUBLIC_URL: url },
            // Requests enter the Worker straight from the socket, not through Miniflare's entry Worker, and leave
            // without their headers being rebuilt on the way out.
            unsafeDirectSockets: [{ host: "127.0.0.1", port }],
            stripCfConnectingIp: false,
          },
        ],
      }),
    );
    await miniflare.ready;
    return { url, workerd: childNamed(process.pid, "workerd") };
  },
  () => miniflare?.dispose(),
);
