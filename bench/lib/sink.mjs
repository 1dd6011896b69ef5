// The endpoint that all deliveries go to, in a process of its own: it notes when each request id first arrived, and
// keeps some deliveries whole, to be verified when the pass is over.
import { createServer } from "node:http";
import { serve } from "./child.mjs";
import { verify } from "./signatures.mjs";
import { clock } from "./stats.mjs";

const PREFIX = '{"request_id":"';
const SAMPLE_EVERY = 50;

/** @typedef {{ headers: import("node:http").IncomingHttpHeaders, body: Buffer }} Kept */

/** @type {Map<string, number>} */
let arrived = new Map();
/** @type {Kept[]} */
let kept = [];
let requests = 0;

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const now = clock();
    const first = /** @type {Buffer} */ (chunks[0]);
    // The field is the first one, so nothing needs to be parsed while the clock runs.
    const head = first.toString("latin1", 0, PREFIX.length + 36);
    const id = head.startsWith(PREFIX) ? head.slice(PREFIX.length) : `unreadable-${requests}`;
    if (!arrived.has(id)) arrived.set(id, now);
    if (requests++ % SAMPLE_EVERY === 0) kept.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(200, { "content-length": 2 }).end("ok");
  });
});
// Longer than any pause between two deliveries, so that no connection is closed under a sender.
server.keepAliveTimeout = 60_000;

/** @type {Record<string, (message: any) => any>} */
const tasks = {
  listen: () =>
    new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        resolve({ port: /** @type {import("node:net").AddressInfo} */ (server.address()).port });
      });
    }),
  reset() {
    arrived = new Map();
    kept = [];
    requests = 0;
  },
  count: () => ({ unique: arrived.size, requests }),
  report({ secrets }) {
    const samples = secrets === undefined ? [] : kept.map((sample) => verify(sample, secrets));
    return { arrived, requests, samples };
  },
  cpu() {
    const cpu = process.cpuUsage();
    return (cpu.user + cpu.system) / 1000;
  },
};

serve(
  (message) => tasks[message.task]?.(message),
  () => server.closeAllConnections(),
);
