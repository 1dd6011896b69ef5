// The fault storm: many events for webhooks of every bad kind, on a platform that fails, is cut off, killed and started anew;
// and then the account of every event for every webhook. Nothing may be lost.
//
//   npm run storm -- --events 10000 --seed 7
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { completed } from "../worker/support/events.ts";
import { killWorkerd, newSecrets, type Stack, startStack, workerds } from "../worker/support/stack.ts";
import { type Fate, fates, insist, wholeHistory } from "./account.ts";
import { newDice } from "./dice.ts";
import { CALM, KINDS, type Kind, startEndpoints } from "./endpoints.ts";

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "1000" },
    seed: { type: "string", default: "7" },
    /** How many seconds pass in one. */
    factor: { type: "string", default: "20000" },
    /** Events a second. */
    rate: { type: "string", default: "50" },
    /** What share of the calls to the platform fail. */
    faults: { type: "string", default: "0.005" },
    /** How many minutes it may take. */
    minutes: { type: "string", default: "15" },
    verbose: { type: "boolean", default: false },
  },
});
const [events, seed, factor, rate] = [options.events, options.seed, options.factor, options.rate].map(
  Number,
) as [number, number, number, number];
const BATCH = 10;
const started = Date.now();
const deadline = started + Number(options.minutes) * 60_000;
const kinds: Kind[] = [...(Object.keys(KINDS) as Kind[]), "tls"];
const say = (text: string) =>
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const clockNow = () => started + (Date.now() - started) * factor;

let stack!: Stack;
let workerdLogs: readonly string[] = [];
const memory: number[] = [];

type Setting = { persist: string; faults: boolean; secrets: ReturnType<typeof newSecrets>; port?: number };

async function start({ persist, faults, secrets, port }: Setting) {
  const calls = faults ? Number(options.faults) : 0;
  // A schedule of its own for each start, or each would fail in the same places.
  const plan = {
    seed: seed + Math.floor(Date.now() - started),
    calls,
    acks: calls,
    batches: calls,
    until: deadline,
  };
  stack = await startStack({
    persist,
    secrets,
    ...(port ? { port } : {}),
    around: readFileSync(new URL("./faults.js", import.meta.url), "utf8"),
    vars: {
      LOG_LEVEL: "warn",
      TEST_CLOCK: `${factor}@${started}`,
      STORM: JSON.stringify(plan),
      DELIVERY_TIMEOUT_MS: "500",
      SLOW_TIMEOUT_MS: "1000",
      RETENTION_DAYS: "366",
      // Delays that are of real time: a second of it is the shortest that a queue knows.
      SLOW_SECONDS: String(factor * 10),
      RETRY_LOST_AFTER_SECONDS: String(factor * 10),
      RECONCILE_AFTER_SECONDS: String(factor * 5),
      RECONCILE_WINDOW_HOURS: "168",
    },
  });
  workerdLogs = stack.logs();
  return stack;
}

/** Sends events at a steady rate, each until it is accepted. Says when each was sent. */
async function send(count: number, sentAt: Map<string, number>) {
  const began = Date.now();
  const calls: Promise<unknown>[] = [];
  for (let sent = 0; sent < count; sent += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - sent) }, () =>
      completed({ request_id: randomUUID() }),
    );
    for (const { request_id } of batch) sentAt.set(request_id, Date.now());
    calls.push(insist(() => stack.send(batch), 120));
    await pause(Math.max(0, began + ((sent + BATCH) / rate) * 1000 - Date.now()));
  }
  await Promise.all(calls);
}

const percentile = (values: number[], share: number) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

/** How long events took to the endpoints that always answer. */
function latencies(endpoints: Awaited<ReturnType<typeof startEndpoints>>, sentAt: Map<string, number>) {
  return CALM.flatMap((kind) =>
    [...endpoints.seen(kind)].map(([id, { at }]) => at - (sentAt.get(id) ?? Number.NaN)),
  ).filter((value) => !Number.isNaN(value));
}

function rss() {
  const [pid] = workerds();
  if (pid === undefined) return 0;
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The same webhooks, endpoints that all answer, and a platform that works. */
async function calm() {
  const persist = await mkdtemp(join(tmpdir(), "heliograph-calm-"));
  const endpoints = await startEndpoints(newDice(seed), factor);
  endpoints.state.isHealed = true;
  await start({ persist, faults: false, secrets: newSecrets() });
  for (const kind of kinds) await stack.subscribe(endpoints.healedUrl(kind));
  const sentAt = new Map<string, number>();
  await send(50, new Map());
  await send(Math.min(events, 500), sentAt);
  await until("everything arrives", () => CALM.every((kind) => endpoints.seen(kind).size >= sentAt.size));
  const taken = latencies(endpoints, sentAt);
  await stack.stop();
  await endpoints.stop();
  await rm(persist, { recursive: true, force: true });
  return taken;
}

async function until(what: string, holds: () => boolean | Promise<boolean>) {
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${options.minutes} minutes: ${what}`);
    await pause(250);
  }
}

/** Runs the cron trigger as often as the scaled clock wants it, whatever becomes of it. */
function runCron() {
  const timer = setInterval(() => void stack.reconcile().catch(() => {}), 2000);
  return () => clearInterval(timer);
}

const quiet = async (webhooks: Map<Kind, string>) => {
  for (const id of webhooks.values()) {
    const { data } = await insist(() =>
      stack.call("GET", `/v1/webhooks/${id}/deliveries?state=retrying&limit=1`),
    );
    if ((data["deliveries"] as unknown[]).length > 0) return false;
    // A page may be empty and not the last one.
    if (data["next_cursor"] !== null && data["next_cursor"] !== undefined) {
      const counts = await counted(id);
      if (counts.retrying > 0) return false;
    }
  }
  return true;
};

async function counted(id: string) {
  const counts: Record<Fate, number> = { delivered: 0, retrying: 0, dead: 0, held: 0 };
  for (const fate of (await fates(stack, id, [])).values()) counts[fate] += 1;
  return counts;
}

function days() {
  const named = new Set<string>();
  for (let at = started; at <= clockNow() + 86_400_000; at += 43_200_000)
    named.add(new Date(at).toISOString().slice(0, 10));
  return [...named];
}

const calmly = await calm();
say(`calm: p50 ${percentile(calmly, 0.5)} ms, p99 ${percentile(calmly, 0.99)} ms`);

const persist = await mkdtemp(join(tmpdir(), "heliograph-storm-"));
const endpoints = await startEndpoints(newDice(seed), factor);
const secrets = newSecrets();
await start({ persist, faults: true, secrets });
const port = Number(new URL(stack.base).port);
const webhooks = new Map<Kind, string>();
for (const kind of kinds) {
  const { data } = await insist(() =>
    stack.call("POST", "/v1/webhooks", { destination: endpoints.url(kind) }, { "idempotency-key": kind }),
  );
  webhooks.set(kind, String(data["id"]));
}
const sampler = setInterval(() => memory.push(rss()), 500);
const stopCron = runCron();
const sentAt = new Map<string, number>();
const third = Math.ceil(events / 3);

// Bad endpoints and a failing platform; then the runtime is killed, and later stopped, with everything in the air.
await send(third, sentAt);
const stormy = latencies(endpoints, sentAt);
say(
  `a third is sent; healthy endpoints: p50 ${percentile(stormy, 0.5)} ms, p99 ${percentile(stormy, 0.99)} ms`,
);
const logs: string[] = [];
const restart = async (end: () => Promise<unknown>) => {
  await end();
  logs.push(...workerdLogs);
  await start({ persist, faults: true, secrets, port });
};
const second = send(third, sentAt);
await pause((third / rate / 2) * 1000);
say("kills the runtime");
killWorkerd();
await restart(() => stack.stop().catch(() => {}));
await second;
const last = send(events - 2 * third, sentAt);
await pause((third / rate / 2) * 1000);
say("stops the runtime and starts it anew");
await restart(() => stack.stop());
await last;
say(`${sentAt.size} events are accepted; waits until no retry is left`);
await until(
  "nothing is left to retry",
  async () => Date.now() - endpoints.state.last > 3000 && (await quiet(webhooks)),
);

const history = await wholeHistory(stack, days());
let lost = 0;
for (const kind of kinds) {
  const id = webhooks.get(kind) ?? "";
  const found = await fates(stack, id, history);
  const counts = { delivered: 0, retrying: 0, dead: 0, held: 0, lost: 0 };
  for (const request of sentAt.keys()) counts[found.get(request) ?? "lost"] += 1;
  lost += counts.lost;
  const of = Object.entries(counts).filter(([, count]) => count > 0);
  say(`${kind.padEnd(8)} ${of.map(([fate, count]) => `${count} ${fate}`).join(", ")}`);
}

say("every endpoint is well; enables and recovers");
endpoints.state.isHealed = true;
const taken = (kind: Kind) =>
  [...sentAt.keys()].filter((id) => (endpoints.seen(kind).get(id)?.taken ?? 0) > 0).length;
for (const [kind, id] of webhooks) {
  await insist(() =>
    stack.call("PATCH", `/v1/webhooks/${id}`, { status: "active", destination: endpoints.healedUrl(kind) }),
  );
  await insist(() =>
    stack.call("POST", `/v1/webhooks/${id}/recover`, { since: new Date(started - 1000).toISOString() }),
  );
}
await until("everything is taken", () => kinds.every((kind) => taken(kind) === sentAt.size)).catch(
  (error: Error) => say(error.message),
);
await pause(2000);
clearInterval(sampler);
stopCron();

const all = kinds.flatMap((kind) => [...sentAt.keys()].map((id) => endpoints.seen(kind).get(id)?.taken ?? 0));
const missing = all.filter((times) => times === 0).length;
const twice = all.reduce((sum, times) => sum + Math.max(0, times - 1), 0);
const share = (100 * twice) / all.length;
logs.push(...workerdLogs);
await stack.stop();
await endpoints.stop();
await rm(persist, { recursive: true, force: true });

const unhandled = logs.filter((line) => /unhandled|uncaught|panicked|RuntimeError/i.test(line));
const middle = (values: number[]) => percentile(values, 0.5).toFixed(0);
const [early, late] = [memory.slice(0, memory.length / 3), memory.slice((2 * memory.length) / 3)];
say(
  `${all.length} deliveries: ${lost} lost by the books, ${missing} never taken, ${twice} taken again (${share.toFixed(3)} %)`,
);
say(`busy endpoint asked too soon: ${endpoints.state.tooSoon}; unhandled errors: ${unhandled.length}`);
say(
  `memory of workerd, MiB: ${middle(early)} in the first third, ${middle(late)} in the last, at most ${Math.max(...memory).toFixed(0)}`,
);
for (const line of unhandled.slice(0, 5)) console.log(line);
if (options.verbose) {
  const tally = new Map<string, number>();
  for (const line of logs) {
    const { event, why } = parse(line);
    const key = `${event} ${why}`.slice(0, 150);
    tally.set(key, (tally.get(key) ?? 0) + 1);
  }
  for (const [key, count] of [...tally].toSorted((a, b) => b[1] - a[1]).slice(0, 40))
    console.log(`${count}  ${key}`);
}
const failed = lost + missing + endpoints.state.tooSoon + unhandled.length > 0;
process.exit(failed ? 1 : 0);

function parse(line: string): { event: string; why: string } {
  try {
    return { event: "", why: "", ...JSON.parse(line) };
  } catch {
    return { event: line.slice(0, 100), why: "" };
  }
}
