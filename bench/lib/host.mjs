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
  async ({ side, vars, around, consume = true, inspect = false, persist }) => {
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
        ...(persist ? { resourcePersistencePath: persist } : {}),
        ...(inspect ? { inspectorPort: await freePort() } : {}),
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
    const inspector = inspect ? await inspectorOf(miniflare, side) : undefined;
    return { url, workerd: childNamed(process.pid, "workerd"), inspector };
  },
  () => miniflare?.dispose(),
);

/** Where the Worker's own isolate is inspected. @param {Miniflare} running @param {string} name */
async function inspectorOf(running, name) {
  const base = await running.getInspectorURL();
  const list = new URL("/json", base);
  list.protocol = "http:";
  const targets = /** @type {{ id: string, webSocketDebuggerUrl: string }[]} */ (
    await (await fetch(list)).json()
  );
  return targets.find(({ id }) => id.includes(name))?.webSocketDebuggerUrl;
}
