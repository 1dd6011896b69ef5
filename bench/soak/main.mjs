// @ts-check
// `npm run soak`: half an hour under a steady load with faults, minute by minute: whether memory, latency and ledgers stay as they are,
// and whether everything arrives. bench/README.md says more.
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { start } from "../lib/child.mjs";
import { connect, dataOf } from "../lib/client.mjs";
import { events } from "../lib/events.mjs";
import { subscribe } from "../lib/measure.mjs";
import { cpuMs, rssMiB } from "../lib/proc.mjs";
import { clock, quantile } from "../lib/stats.mjs";
import { newVars } from "../lib/vars.mjs";
import { inspect } from "../profile/inspector.mjs";
import { startEndpoint } from "./endpoint.mjs";
import { isolatesOf } from "./isolates.mjs";

const SIZE = 1024;
const PER_CALL = 20;
/** As large as a ledger gets here, so that it is full after a few minutes and has to forget. */
const LEDGER_BYTES = 60_000_000;
/** How long what is left may take to arrive, once nothing more is sent: the retries. */
const SETTLE_MS = 120_000;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    rate: { type: "string", default: "500" },
    // What of it the simulated stores make, another Worker on them tells.
    only: { type: "string", default: "heliograph" },
  },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
if (!(minutes > 0) || !(rate > 0)) throw new Error("--minutes and --rate are numbers above 0");

const persist = await mkdtemp(join(tmpdir(), "heliograph-soak-"));
const host = start("../lib/host.mjs");
const endpoint = await startEndpoint();
const vars = newVars({
  ROLES: "dispatcher",
  LEDGER_BYTES: String(LEDGER_BYTES),
  RETRY_SCHEDULE: "2,5,10,20",
  // Each fault is a line otherwise.
  LOG_LEVEL: "error",
  // A fault in a hundred is no failing endpoint, and none that is slow.
  DISABLE_AFTER_SECONDS: "86400",
});
const { url, workerd, inspector } = await host.ask({ side: values.only, vars, persist, inspect: true });
const isolate = await inspect(inspector);
const stores = await isolatesOf(workerd, values.only);
const client = connect(url, vars.ROOT_KEY, 64);

/** A few texts with ids of their own each time: as many events as are wanted, of which none has to be kept. */
const [text = ""] = events(1, SIZE).map(({ json }) => json);
const [head = "", tail = ""] = text.split(/(?<="request_id":")[^"]+/);

async function call() {
  const now = clock();
  const ids = Array.from({ length: PER_CALL }, () => randomUUID());
  for (const id of ids) endpoint.waiting.set(id, { at: now, failed: false });
  dataOf(await client.send("POST", "/v1/events", `[${ids.map((id) => head + id + tail)}]`), 202);
}

/** Bytes of the files below a folder with such a path. @param {string} folder @param {RegExp} path */
async function stored(folder, path = /./) {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const found = path.test(name) ? await stat(join(folder, name)).catch(() => undefined) : undefined;
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}

/** Of the ledgers' databases alone: the bucket has a file for each call, and looking at those takes seconds in the end. */
const ledgerBytes = () => stored(join(persist, "do"), /Ledger/);

/** @param {string} webhook */
async function retriesOf(webhook) {
  return dataOf(await client.send("GET", `/v1/webhooks/${webhook}/metrics`), 200).now.retrying;
}

const mib = (/** @type {number} */ bytes) => (bytes / 1024 ** 2).toFixed(0);

try {
  const { id: webhook } = /** @type {any} */ (await subscribe(client, endpoint.port));
  console.log(
    `${rate} events/s of ${SIZE} bytes, ${PER_CALL} a call, for ${minutes} min; one attempt in 100 fails.\n`,
  );
  console.log(
    "| min | sent | taken | waiting | p50 ms | p95 ms | p99 ms | CPU ms each | workerd MiB | its isolate: heap MiB | buffers MiB | ledger MiB | retrying |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
  /** @type {Promise<void>[]} */
  let calls = [];
  let sent = 0;
  let failure;
  let began = clock();
  for (let minute = 1; minute <= minutes; minute++) {
    // Each does so when it next has something to do, and answers then; an idle one never.
    for (const { ask } of [isolate, ...stores]) void ask("HeapProfiler.collectGarbage");
    const cpu = cpuMs(workerd);
    const before = endpoint.seen.taken;
    while (clock() < began + minute * 60_000) {
      const due = began + (sent * 1000) / rate;
      if (clock() < due) await sleep(Math.max(1, due - clock()));
      calls.push(call().catch((error) => (failure ??= error)));
      sent += PER_CALL;
      if (failure) throw failure;
    }
    const paused = clock();
    await Promise.all(calls);
    calls = [];
    const spans = endpoint.takeSpans();
    const retrying = values.only === "heliograph" ? await retriesOf(webhook) : "";
    const ledgers = await ledgerBytes();
    const heap = await isolate.ask("Runtime.getHeapUsage");
    const taken = endpoint.seen.taken - before;
    const cells = [
      minute,
      sent,
      endpoint.seen.taken,
      endpoint.waiting.size,
      ...[0.5, 0.95, 0.99].map((share) => quantile(spans, share).toFixed(1)),
      ((cpuMs(workerd) - cpu) / taken).toFixed(2),
      rssMiB(workerd).toFixed(0),
      mib(heap.usedSize),
      mib(heap.backingStorageSize ?? Number.NaN),
      mib(ledgers),
      retrying,
    ];
    console.log(`| ${cells.join(" | ")} |`);
    // What was not sent meanwhile is not sent all at once now.
    began += clock() - paused;
  }
  const deadline = clock() + SETTLE_MS;
  while (endpoint.waiting.size > 0 && clock() < deadline) await sleep(500);
  const { seen } = endpoint;
  const [ledgers, all] = [await ledgerBytes(), await stored(persist)];
  console.log(
    `\n${sent} sent, ${seen.taken} taken, ${endpoint.waiting.size} lost, ${seen.again} taken again, ${seen.faults} attempts failed; ` +
      `ledger ${mib(ledgers)} MiB, everything else ${mib(all - ledgers)} MiB.`,
  );
  if (endpoint.waiting.size > 0) process.exitCode = 1;
} finally {
  for (const { close } of [isolate, ...stores]) close();
  client.close();
  endpoint.close();
  await host.stop();
  await rm(persist, { recursive: true, force: true });
}
