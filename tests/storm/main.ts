// The fault storm: many events for webhooks of every bad kind, on a platform that fails, is cut off, killed and started anew;
// and then the account of every event for every webhook. Nothing may be lost.
//
//   npm run storm -- --events 10000 --seed 7
import { randomUUID } from "node:crypto";
import { completed } from "../worker/support/events.ts";
import { killWorkerd } from "../worker/support/stack.ts";
import { type Fate, fates, wholeHistory } from "./account.ts";
import { newDice } from "./dice.ts";
import { CALM, type Endpoints, KINDS, type Kind, startEndpoints } from "./endpoints.ts";
import { options } from "./options.ts";
import { deadline, insist, openStage, pause, type Stage, started } from "./stage.ts";

const BATCH = 10;
const kinds: Kind[] = [...(Object.keys(KINDS) as Kind[]), "tls"];

const say = (text: string) =>
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);

/** Sends events at a steady rate, each call until it is accepted, and notes when each was sent first. */
async function send(stage: Stage, count: number, sentAt: Map<string, number>, rate = options.rate) {
  const began = Date.now();
  const calls: Promise<unknown>[] = [];
  for (let sent = 0; sent < count; sent += BATCH) {
    const size = Math.min(BATCH, count - sent);
    const batch = Array.from({ length: size }, () => completed({ request_id: randomUUID() }));
    for (const { request_id } of batch) sentAt.set(request_id, Date.now());
    calls.push(insist(() => stage.stack().send(batch)));
    await pause(Math.max(0, began + ((sent + BATCH) / rate) * 1000 - Date.now()));
  }
  await Promise.all(calls);
}

async function until(what: string, holds: () => boolean | Promise<boolean>) {
  while (!(await holds())) {
    if (Date.now() > deadline) {
      say(`not within ${options.minutes} minutes: ${what}`);
      return;
    }
    await pause(500);
  }
}

/** Before anything is measured: the runtime compiles while it runs, and slow endpoints have to show that they are. */
const WARM_UP = 50;

/** Events a second where time is measured: far from what the machine can do, or queues would be all that is measured. */
const MEASURED_RATE = 20;

/** How long events took to the endpoints that always answer, in milliseconds: the middle, and what 99 % took at most. */
function latency(endpoints: Endpoints, sentAt: Map<string, number>) {
  const all = CALM.flatMap((kind) =>
    [...endpoints.seen(kind)].map(([id, { at }]) => at - (sentAt.get(id) ?? Number.NaN)),
  );
  const sorted = all.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const part = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { p50: part(0.5), p99: part(0.99), text: `p50 ${part(0.5)} ms, p99 ${part(0.99)} ms` };
}

async function subscribe(stage: Stage, url: (kind: Kind) => string) {
  const webhooks = new Map<Kind, string>();
  for (const kind of kinds) {
    // Not twice, though the first answer may be lost.
    const once = { "idempotency-key": kind };
    const { data } = await insist(() =>
      stage.stack().call("POST", "/v1/webhooks", { destination: url(kind) }, once),
    );
    webhooks.set(kind, String(data["id"]));
  }
  return webhooks;
}

/** How long events take by the real clock, where all is well or nothing is. */
async function measure(isWell: boolean) {
  const endpoints = await startEndpoints(newDice(options.seed), 1);
  endpoints.state.isHealed = isWell;
  const stage = await openStage(isWell ? 0 : options.faults, 1);
  await subscribe(stage, isWell ? endpoints.healedUrl : endpoints.url);
  const sentAt = new Map<string, number>();
  await send(stage, WARM_UP, new Map(), MEASURED_RATE);
  await pause(2000);
  await send(stage, Math.min(options.events, 400), sentAt, MEASURED_RATE);
  const arrived = (kind: Kind) => [...sentAt.keys()].every((id) => endpoints.seen(kind).has(id));
  await until("everything arrives", () => CALM.every(arrived));
  await stage.close();
  endpoints.stop();
  return latency(endpoints, sentAt);
}

const calm = await measure(true);
say(`all is well: ${calm.text}`);
const rough = await measure(false);
say(`bad endpoints, failing platform: ${rough.text} to the endpoints that always answer`);

const endpoints = await startEndpoints(newDice(options.seed), options.factor);
const stage = await openStage(options.faults, options.factor);
const webhooks = await subscribe(stage, endpoints.url);
const sentAt = new Map<string, number>();
const third = Math.ceil(options.events / 3);

// Bad endpoints and a failing platform; then the runtime is killed, and later stopped, with everything in the air.
await send(stage, third, sentAt);
const second = send(stage, third, sentAt);
await pause((third / options.rate / 2) * 1000);
say("kills the runtime");
await stage.restart(killWorkerd);
await second;
const last = send(stage, options.events - 2 * third, sentAt);
await pause((third / options.rate / 2) * 1000);
say("stops the runtime");
await stage.restart(() => {});
await last;
say(`${sentAt.size} events are accepted`);

const history = await wholeHistory(stage);
const books = new Map<Kind, Map<string, Fate>>();
await until("every delivery is delivered, dead or held", async () => {
  const open: string[] = [];
  for (const [kind, id] of webhooks) {
    const found = await fates(stage, id, history);
    books.set(kind, found);
    const count = [...found.values()].filter((fate) => fate === "retrying" || fate === "waiting").length;
    if (count > 0) open.push(`${kind} ${count}`);
  }
  if (options.verbose) say(`open: ${open.join(", ")}`);
  if (open.length > 0) await pause(2000);
  return open.length === 0;
});
let lost = 0;
for (const [kind, found] of books) {
  const counts = new Map<string, number>();
  for (const id of sentAt.keys()) {
    const fate = found.get(id) ?? "lost";
    counts.set(fate, (counts.get(fate) ?? 0) + 1);
  }
  lost += ["lost", "waiting", "retrying"].reduce((sum, fate) => sum + (counts.get(fate) ?? 0), 0);
  say(`${kind.padEnd(8)} ${[...counts].map(([fate, count]) => `${count} ${fate}`).join(", ")}`);
}

say("every endpoint is well: enables and recovers");
endpoints.state.isHealed = true;
for (const [kind, id] of webhooks) {
  const change = { status: "active", destination: endpoints.healedUrl(kind) };
  await insist(() => stage.stack().call("PATCH", `/v1/webhooks/${id}`, change));
  const since = new Date(started - 1000).toISOString();
  await insist(() => stage.stack().call("POST", `/v1/webhooks/${id}/recover`, { since }));
}
const times = (kind: Kind) => [...sentAt.keys()].map((id) => endpoints.seen(kind).get(id)?.taken ?? 0);
const untaken = () => kinds.map((kind) => times(kind).filter((count) => count === 0).length);
await until("every event is taken everywhere", () => untaken().every((count) => count === 0));
await pause(2000);
await stage.close();
endpoints.stop();

const all = kinds.flatMap(times);
const missing = untaken().reduce((sum, count) => sum + count, 0);
const again = all.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
const share = (100 * again) / all.length;
const unhandled = stage.logs.filter((line) => /unhandled|uncaught|panicked|RuntimeError/i.test(line));
const memory = stage.memory.filter((value) => !Number.isNaN(value));
const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]?.toFixed(0);
say(
  `${all.length} deliveries: ${lost} lost, ${missing} never taken, ${again} taken again (${share.toFixed(3)} %)`,
);
say(
  `p99 of the endpoints that always answer: ${(rough.p99 / calm.p99).toFixed(2)} times that where all is well`,
);
say(`asked too soon after Retry-After: ${endpoints.state.tooSoon}; unhandled errors: ${unhandled.length}`);
say(
  `memory of the last runtime in MiB: ${median(memory.slice(0, memory.length / 2))} in the first half of its life, ` +
    `${median(memory.slice(memory.length / 2))} in the second, at most ${Math.max(...memory).toFixed(0)}`,
);
for (const line of unhandled.slice(0, 5)) console.log(line);
if (options.verbose) tally(stage.logs);
process.exit(lost + missing + endpoints.state.tooSoon + unhandled.length > 0 ? 1 : 0);

/** What was logged how often. */
function tally(lines: string[]) {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, event = line, why = ""] = /"event":"([^"]*)".*?(?:"why":"([^"]*)")?\}?$/.exec(line) ?? [];
    const key = `${event} ${why}`.slice(0, 120).split("\n")[0] ?? "";
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [key, count] of [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, 40)) {
    console.log(`${String(count).padStart(8)}  ${key}`);
  }
}
