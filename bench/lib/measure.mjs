// One pass, measured from outside: what it took of each process, and proof that every event arrived as it should.
import { dataOf } from "./client.mjs";
import { cpuMs } from "./proc.mjs";
import { clock, quantile } from "./stats.mjs";

const PAYLOADS_CHECKED = 5;

/** @typedef {import("./events.mjs").Event} Event */
/** @typedef {import("./passes.mjs").Rig & { workerd: number, secrets: import("./signatures.mjs").Secrets | undefined }} Rig */

/**
 * @template T
 * @param {Rig} rig @param {Event[]} events @param {() => Promise<T>} drive
 */
export async function measure(rig, events, drive) {
  await rig.sink.ask({ task: "reset" });
  const before = {
    worker: cpuMs(rig.workerd),
    sink: await rig.sink.ask({ task: "cpu" }),
    driver: process.cpuUsage(),
  };
  const started = clock();
  const driven = await drive();
  const wall = clock() - started;
  const worker = cpuMs(rig.workerd) - before.worker;
  const driver = process.cpuUsage(before.driver);
  const sinkCpu = (await rig.sink.ask({ task: "cpu" })) - before.sink;
  const report = await rig.sink.ask({ task: "report", secrets: rig.secrets });
  await check(rig, events, report);
  return {
    driven,
    /** @type {Map<string, number>} */
    arrived: report.arrived,
    figures: {
      cpuPerDelivery: worker / events.length,
      workerBusy: worker / wall,
      sinkBusy: sinkCpu / wall,
      driverBusy: (driver.user + driver.system) / 1000 / wall,
      duplicates: report.requests - report.arrived.size,
      verified: report.samples.length,
    },
  };
}

/** @param {Event[]} events @param {{ started: number, accepted: number }} driven @param {Map<string, number>} arrived */
export function throughput(events, { started, accepted }, arrived) {
  let last = 0;
  for (const { id } of events) last = Math.max(last, arrived.get(id) ?? Number.POSITIVE_INFINITY);
  return {
    accepted: (events.length * 1000) / (accepted - started),
    delivered: (events.length * 1000) / (last - started),
  };
}

/** @param {Map<string, number>} sent @param {Map<string, number>} arrived */
export function latency(sent, arrived) {
  const spans = [...sent].map(([id, at]) => (arrived.get(id) ?? Number.POSITIVE_INFINITY) - at);
  return { p50: quantile(spans, 0.5), p95: quantile(spans, 0.95), p99: quantile(spans, 0.99) };
}

/**
 * Throws unless all events arrived, nothing else did, the samples verify, and their payload links give what was sent.
 * @param {Rig} rig @param {Event[]} events @param {any} report
 */
async function check(rig, events, report) {
  const byId = new Map(events.map(({ id, json }) => [id, json]));
  const missing = events.filter(({ id }) => !report.arrived.has(id)).length;
  if (missing > 0) throw new Error(`${missing} of ${events.length} events never arrived`);
  if (report.arrived.size !== events.length) throw new Error("something arrived that was not sent");
  if (rig.secrets === undefined) return;
  /** @type {import("./signatures.mjs").Sample[]} */
  const samples = report.samples;
  if (samples.length === 0) throw new Error("no delivery was verified");
  for (const { id, problem } of samples) {
    if (problem !== undefined) throw new Error(`delivery of ${id} is wrong: ${problem}`);
  }
  for (const { id, url } of samples.slice(0, PAYLOADS_CHECKED)) {
    const { pathname, search } = new URL(url);
    const { status, text } = await rig.client.send("GET", pathname + search);
    if (status !== 200) throw new Error(`payload of ${id} answered ${status}`);
    const { request, response } = JSON.parse(byId.get(id) ?? "{}");
    const whole = JSON.parse(text);
    if (JSON.stringify([whole.request, whole.response]) !== JSON.stringify([request, response])) {
      throw new Error(`payload of ${id} is not what was sent`);
    }
  }
}

/** @param {import("./client.mjs").Client} client @param {number} port @returns {Promise<import("./signatures.mjs").Secrets>} */
export async function subscribe(client, port) {
  const body = { destination: `http://127.0.0.1:${port}/hook`, includeData: true };
  return dataOf(await client.send("POST", "/v1/webhooks", JSON.stringify(body)), 200, 201);
}
