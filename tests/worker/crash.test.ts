// A crash between accept and delivery. The simulated queue lives in memory and forgets with the process, which the real one
// does not: so the message is taken off the queue as it stood there, the whole runtime is killed, and the message is put
// back. What this proves is our part: that message and stored state are enough, and nothing was held in memory.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";
import { startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { killWorkerd, startStack } from "./support/stack.ts";

/** Around the Worker: the first run of the consumer ends when it sends something, which is after its claim. */
const AROUND = `
import { WorkerEntrypoint } from "cloudflare:workers";
import Worker from "./index.js";
export * from "./index.js";

const reach = globalThis.fetch;
let isFirst = true;

export default class extends WorkerEntrypoint {
  fetch(request) {
    return new Worker(this.ctx, this.env).fetch(request);
  }

  async queue(batch) {
    const run = () => new Worker(this.ctx, this.env).queue(batch);
    globalThis.fetch = reach;
    if (!isFirst) return run();
    isFirst = false;
    const ended = new Promise((_, refuse) => {
      globalThis.fetch = () => {
        refuse(new Error("the consumer ends"));
        return new Promise(() => {});
      };
    });
    await Promise.race([run(), ended]);
  }
}`;

it("an event that was accepted is delivered after workerd was killed", async () => {
  const persist = await mkdtemp(join(tmpdir(), "heliograph-"));
  const [endpoint, collector] = [await startEndpoint(), await startEndpoint()];
  const before = await startStack({
    persist,
    collect: { url: collector.url, queues: ["heliograph-express"] },
  });
  const webhook = await before.subscribe(endpoint.url);
  const event = completed({ request: { text: "x".repeat(50_000) } });
  expect((await before.send(event)).status).toBe(202);
  const [queued] = await collector.until(1);
  expect(killWorkerd()).toBe(1);
  await before.stop().catch(() => {});
  expect(endpoint.received).toEqual([]);

  const after = await startStack({ persist, secrets: before.secrets });
  await after.enqueue(queued?.text ?? "");
  const [delivery] = await endpoint.until(1);
  const headers = delivery?.headers as Record<string, string>;
  expect(() => new Webhook(webhook.signing_secret).verify(delivery?.text ?? "", headers)).not.toThrow();
  const { request_id, request_response_url } = JSON.parse(delivery?.text ?? "");
  expect(request_id).toBe(event.request_id);
  // The address of before is in the message; a deployment's does not change.
  const url = request_response_url.replace(before.base, after.base);
  expect(await (await fetch(url)).json()).toEqual({ request: event.request, response: event.response });

  await after.stop();
  await Promise.all([endpoint.stop(), collector.stop()]);
  await rm(persist, { recursive: true, force: true });
});

it("what a consumer claimed that has ended is sent once the queue hands it out again, not when the lease ends", async () => {
  const endpoint = await startEndpoint();
  const stack = await startStack({ around: AROUND });
  const webhook = await stack.subscribe(endpoint.url);
  await stack.send([completed(), completed()]);
  const received = await endpoint.until(2);
  const ids = received.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect((await stack.delivery(id, "delivered")).webhook_id).toBe(webhook.id);
  await stack.stop();
  await endpoint.stop();
});

it("a message that nobody can read is put aside and stops nobody", async () => {
  const endpoint = await startEndpoint();
  const stack = await startStack();
  await stack.subscribe(endpoint.url);
  await stack.enqueue("not a delivery");
  await stack.send(completed());
  await endpoint.until(1);
  await expect.poll(() => stack.logs().filter((line) => line.includes("delivery.poison")).length).toBe(1);
  await stack.stop();
  await endpoint.stop();
});
