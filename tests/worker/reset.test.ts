// The WebAssembly instance is lost, as after a panic: the next call gets a fresh one. No way to panic is built in; the test sets
// the mark that the platform's hook sets then. What was under way fails, and nothing that was accepted is lost.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, eventually, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Stack, startStack } from "./support/stack.ts";
import { watch } from "./support/tail.ts";

const AROUND = `
import { WorkerEntrypoint } from "cloudflare:workers";
import Worker from "./index.js";
export * from "./index.js";

export default class extends WorkerEntrypoint {
  fetch(request) {
    if (new URL(request.url).pathname !== "/lose") return new Worker(this.ctx, this.env).fetch(request);
    globalThis.__worker_init_state.criticalError = true;
    return new Response("lost");
  }
  queue(batch) {
    return new Worker(this.ctx, this.env).queue(batch);
  }
}`;

let stack: Stack;
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint();
  stack = await startStack({ around: AROUND });
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
});

const fresh = () => stack.logs().filter((line) => line.includes("Reinitializing")).length;
// Only a call gets a fresh instance, and the log arrives by a pipe: call, and wait for the line.
const lose = async () => {
  const before = fresh();
  expect(await (await fetch(`${stack.base}/lose`)).text()).toBe("lost");
  expect((await stack.call("GET", "/v1/webhooks")).data).toHaveLength(1);
  await eventually(() => fresh() === before + 1, "a fresh instance");
};

it("what is under way fails instead of hanging, and the next call is answered", async () => {
  const webhook = await stack.subscribe(endpoint.url);
  const tail = `${stack.base}/v1/webhooks/${webhook.id}/tail`;
  const watcher = await watch(tail, { authorization: `Bearer ${stack.rootKey}` });
  endpoint.reply = (_, response) => void setTimeout(() => response.end("ok"), 500);
  const under = Array.from({ length: 3 }, () =>
    fetch(`${stack.base}/v1/webhooks/${webhook.id}/test`, {
      method: "POST",
      headers: { authorization: `Bearer ${stack.rootKey}` },
    }),
  );
  await endpoint.until(3);
  await lose();
  for (const { status } of await Promise.all(under)) expect(status).toBe(500);
  // Objects begin anew with what they have stored, and whoever watches one goes on watching.
  endpoint.reply = (_, response) => void response.end("ok");
  expect((await stack.send(completed())).status).toBe(202);
  const told = () => watcher.news.reduce((sum, one) => sum + one.deliveries.length + (one.skipped ?? 0), 0);
  await eventually(() => told() > 0, "it is told");
  watcher.socket.close();
  await stack.unsubscribe();
});

it("what was answered 202 is delivered, however often that happens meanwhile", {
  timeout: 120_000,
}, async () => {
  await stack.subscribe(endpoint.url);
  endpoint.received.length = 0;
  endpoint.reply = (_, response) => void setTimeout(() => response.end("ok"), 100);
  const accepted: string[] = [];
  let isGoing = true;
  const gateways = Array.from({ length: 4 }, async () => {
    while (isGoing) {
      const { request_id } = completed();
      const { status } = await fetch(`${stack.base}/v1/events`, {
        method: "POST",
        headers: { authorization: `Bearer ${stack.rootKey}` },
        body: JSON.stringify(completed({ request_id })),
      });
      if (status === 202) accepted.push(request_id);
      await pause(20);
    }
  });
  for (let times = 0; times < 5; times += 1) {
    await pause(250);
    await lose();
  }
  isGoing = false;
  await Promise.all(gateways);
  expect(accepted.length).toBeGreaterThan(20);
  const delivered = () => new Set(endpoint.received.map(({ text }) => JSON.parse(text).request_id as string));
  const missing = () => accepted.filter((id) => !delivered().has(id)).length;
  // Seconds as a rule; whoever waits for an object that was lost with its instance does so for a minute.
  await eventually(() => missing() === 0, "all that was accepted is delivered", 80);
  // One event, one id, however often it was sent.
  const ids = new Map<string, Set<unknown>>();
  for (const { headers, text } of endpoint.received) {
    const id = String(JSON.parse(text).request_id);
    ids.set(id, (ids.get(id) ?? new Set()).add(headers["webhook-id"]));
  }
  for (const [id, known] of ids) expect(known.size, id).toBe(1);
});
