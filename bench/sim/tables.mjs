// @ts-check
// The tables of docs/SCALING.md.
import { markdown } from "../lib/markdown.mjs";
import { batchMs, consumerRate, ledgerRate } from "./batch.mjs";
import { bill } from "./cost.mjs";
import { simulate } from "./delivery.mjs";
import { OURS } from "./inputs.mjs";
import { keepsAll, reach } from "./ledger.mjs";
import { bundle, flow, manyOrgs, oneWebhook, STEPS } from "./load.mjs";
import { binding, bindsAt, needed, RESOURCES } from "./resources.mjs";

/** @typedef {import("./load.mjs").Load} Load */

/** With so many digits that count. @param {number} value @param {number} [digits] */
const figure = (value, digits = 3) =>
  Number(value.toPrecision(digits)).toLocaleString("en-US", { maximumFractionDigits: 4 });

/** @param {number} dollars */
const money = (dollars) => (dollars < 10 ? `$${dollars.toFixed(2)}` : `$${figure(dollars)}`);

/** @param {number} part of a limit */
const use = (part) => (part > 1 ? `${figure(part, 2)} ×` : `${figure(part * 100, 2)} %`);

/** At what load each limit binds. */
export function limitsTable() {
  const rows = RESOURCES.map((resource) => [
    resource.name,
    `${figure(resource.limit(oneWebhook(1)))} ${resource.unit}`,
    figure(bindsAt(resource, oneWebhook(1))),
    figure(bindsAt(resource, manyOrgs(1))),
  ]);
  return markdown(["resource", "limit", "binds at, one webhook", "binds at, 1,000 orgs"], rows);
}

/** What binds at each step. @param {(events: number) => Load} load */
export function stepsTable(load) {
  const rows = STEPS.map((events) => {
    const [first, ...others] = binding(load(events));
    if (first === undefined) return [];
    const used = `${first.resource.name}, ${use(first.share)}`;
    const kinds = new Set(others.map(({ resource }) => resource.kind));
    kinds.delete(first.resource.kind);
    return [
      figure(events, 6),
      first.share > 1 ? `**${used}**` : used,
      [...kinds].join(", "),
      figure(needed("queues", load(events))),
      figure(needed("ledgers", load(events))),
      figure(needed("histories", load(events))),
      figure(needed("inboxes", load(events))),
    ];
  });
  const heads = ["events/s", "first at its limit", "also over theirs", "express queues"];
  return markdown([...heads, "ledgers a webhook", "histories an org and day", "inbox shards"], rows);
}

/** What a month costs at each step. */
export function costTable() {
  const rows = STEPS.map((events) => {
    const { dollars, total, perMillion } = bill(manyOrgs(events));
    return [
      figure(events, 6),
      money(dollars.requests + dollars.cpuMs),
      money(dollars.queueOperations),
      money(dollars.rowsWritten + dollars.rowsRead),
      money(dollars.objectRequests + dollars.objectDuration),
      money(dollars.objectStorage),
      money(dollars.r2Writes + dollars.r2Reads + dollars.r2Storage),
      money(dollars.kvReads),
      money(total),
      money(perMillion),
      money(bill(oneWebhook(events)).total),
    ];
  });
  const heads = ["events/s", "Worker", "queues", "rows", "objects: requests, duration", "objects: storage"];
  return markdown([...heads, "R2", "KV", "a month", "a million events", "a month, one webhook"], rows);
}

/** What it changes how many events come in a call. */
export function callsTable() {
  const rows = [1, 10, 100, 1000].map((perCall) => {
    const load = manyOrgs(1000, { perCall });
    const at = (/** @type {string} */ name) => {
      const resource = RESOURCES.find((each) => each.name === name);
      return resource ? figure(bindsAt(resource, oneWebhook(1, { perCall }))) : "";
    };
    return [
      perCall,
      money(bill(load).perMillion),
      at("history of an org's day: requests"),
      at("ledger of a webhook: requests"),
      at("ledger of a webhook: its thread"),
      at("reconciler"),
    ];
  });
  const heads = ["events a call", "a million events", "history: requests", "ledger: requests"];
  return markdown([...heads, "ledger: its thread", "reconciler"], rows);
}

/** What it changes how large events are. */
export function sizesTable() {
  const rows = [1, 4, 6, 10, 20, 100].map((kb) => {
    const load = manyOrgs(1000, { bytes: kb * 1000 });
    const { deliveries, messages } = flow(load);
    return [
      `${kb} KB`,
      bundle(load.bytes),
      figure((3000 * messages) / deliveries),
      money(bill(load).perMillion),
    ];
  });
  const heads = ["an event", "deliveries that fit in a message", "queue operations for 1,000 deliveries"];
  return markdown([...heads, "a million events"], rows);
}

/** Up to what rate a ledger keeps everything for its time. */
export function retentionTable() {
  const rows = [3, 7, 14, 30, 90].map((retentionDays) => [
    retentionDays,
    figure(keepsAll(oneWebhook(1, { retentionDays }))),
    money(bill(manyOrgs(1000, { retentionDays })).perMillion),
  ]);
  return markdown(["`RETENTION_DAYS`", "deliveries/s of a webhook", "a million events"], rows);
}

/** @param {number} days */
const time = (days) => (days < 2 ? `${figure(days * 24, 2)} h` : `${figure(days, 2)} days`);

/** How far back a ledger goes. */
export function reachTable() {
  const rows = [1, 2, 3, 10, 30, 100, 300, 1000, 3000].map((rate) => [
    figure(rate, 4),
    time(reach(oneWebhook(rate))),
    time(reach(oneWebhook(rate), OURS.ledger.mostBytes)),
  ]);
  const heads = ["deliveries/s of a webhook", "its log goes back at least"];
  return markdown([...heads, "with `LEDGER_BYTES` at its most"], rows);
}

const USUAL = { webhooks: 100, perCall: 10, endpointMs: 200, size: OURS.batch };
const SCENES = [
  { ...USUAL, name: "100 webhooks, 200 ms" },
  { ...USUAL, name: "one webhook, 200 ms", webhooks: 1 },
  { ...USUAL, name: "100 webhooks, 1 s", endpointMs: 1000 },
  { ...USUAL, name: "100 webhooks, 200 ms, batches of 10 messages", size: 10 },
  { ...USUAL, name: "100 webhooks, 200 ms, one delivery a message", perCall: 1 },
];

/** What the simulation says beside the formula. */
export function queueTable() {
  const rows = SCENES.map(({ name, webhooks, perCall, endpointMs, size }) => {
    const deliveries = size * perCall;
    const formula = Math.min(
      consumerRate(endpointMs, deliveries),
      webhooks * ledgerRate(webhooks === 1 ? deliveries : perCall, endpointMs),
    );
    const length = batchMs(deliveries, endpointMs);
    const at = (/** @type {number} */ rate, /** @type {number} */ warmUp, /** @type {number} */ ms) =>
      simulate({ rate, perCall, webhooks, endpointMs, size, warmUp, ms });
    const full = at(Number.POSITIVE_INFINITY, 2 * length, 2 * length);
    const parts = [0.6, 0.9].map((part) => at(part * full.perSecond, 2 * length, Math.max(10_000, length)));
    const waits = parts.flatMap(({ p50, p99, messages }) => [
      `${figure(p50 / 1000, 2)} / ${figure(p99 / 1000, 2)}`,
      `${figure(messages, 2)} / ${figure(messages * perCall, 2)}`,
    ]);
    return [name, figure(formula), figure(full.perSecond), ...waits];
  });
  const heads = ["endpoints", "formula: deliveries/s", "simulated", "60 %: wait p50 / p99 s", "batch"];
  return markdown([...heads, "90 %: wait p50 / p99 s", "batch"], rows);
}

/** All of them, by the words that say what they are. */
export const tables = () => ({
  "At how many events a second each limit binds": limitsTable(),
  "All events are one webhook's": stepsTable(oneWebhook),
  "A thousand orgs with a webhook each": stepsTable(manyOrgs),
  "What a month costs, a thousand orgs": costTable(),
  "Events a call": callsTable(),
  "An event's size": sizesTable(),
  Retention: retentionTable(),
  "How far back a ledger goes": reachTable(),
  "From the queue to the endpoint, simulated": queueTable(),
});
