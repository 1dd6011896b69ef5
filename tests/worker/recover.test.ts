// Recoveries and retries that a crash interrupts: the runtime is killed, and its simulated queue forgets all that was on it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { killWorkerd, newSecrets, type Stack, startStack } from "./support/stack.ts";

/** Two stacks, one after the other, on the same stored state and at the same address. */
async function withRestart(
  vars: Record<string, string>,
  run: (first: Stack, restart: () => Promise<Stack>) => Promise<void>,
) {
  const persist = await mkdtemp(join(tmpdir(), "heliograph-"));
  const options = { persist, secrets: newSecrets(), vars: { LOG_LEVEL: "warn", ...vars } };
  const first = await startStack(options);
  let second: Stack | undefined;
  await run(first, async () => {
    killWorkerd();
    await first.stop().catch(() => {});
    second = await startStack(options);
    return second;
  });
  await second?.stop();
  await rm(persist, { recursive: true, force: true });
}

it("5,000 failed deliveries are recovered in spite of a crash, each once or twice", async () => {
  const COUNT = 5000;
  let isWell = false;
  const endpoint = await startEndpoint((_, response) => response.writeHead(isWell ? 200 : 500).end());
  await withRestart({}, async (first, restart) => {
    const { id } = await first.subscribe(endpoint.url, { retrySchedule: [] });
    for (let sent = 0; sent < COUNT; sent += 1000) {
      await first.send(Array.from({ length: 1000 }, () => completed({ request: "r", response: "r" })));
    }
    await endpoint.until(COUNT, undefined, 50);
    const last = endpoint.received.at(-1)?.headers["webhook-id"];
    await first.delivery(last, "dead");
    isWell = true;
    endpoint.received.length = 0;
    const since = "2026-01-01T00:00:00Z";
    const job = await first.call("POST", `/v1/webhooks/${id}/recover`, { since, states: ["failed"] });
    await endpoint.until(1200, undefined, 50);
    const second = await restart();
    const status = async () => (await second.call("GET", `/v1/jobs/${job.data["id"]}`)).data;
    await expect.poll(async () => (await status())["status"], { timeout: 50_000 }).toBe("done");
    const times = () => {
      const counts = new Map<string, number>();
      for (const { headers } of endpoint.received) {
        const delivery = String(headers["webhook-id"]);
        counts.set(delivery, (counts.get(delivery) ?? 0) + 1);
      }
      return counts;
    };
    // What the queue forgot is still dead in the ledger, which is what a second recovery is for.
    if (times().size < COUNT)
      await second.call("POST", `/v1/webhooks/${id}/recover`, { since, states: ["failed"] });
    await expect.poll(() => times().size, { timeout: 50_000 }).toBe(COUNT);
    await pause(1000);
    expect(Math.max(...times().values())).toBeLessThanOrEqual(2);
  });
  await endpoint.stop();
}, 200_000);

it("a retry whose message is lost is queued again by its ledger", async () => {
  let isWell = false;
  const endpoint = await startEndpoint((_, response) => response.writeHead(isWell ? 200 : 500).end());
  await withRestart({ RETRY_SCHEDULE: "3", RETRY_LOST_AFTER_SECONDS: "1" }, async (first, restart) => {
    await first.subscribe(endpoint.url);
    await first.send(completed());
    const [attempt] = await endpoint.until(1);
    const id = attempt?.headers["webhook-id"];
    await first.delivery(id, "retrying");
    isWell = true;
    const second = await restart();
    await endpoint.until(2, undefined, 30);
    expect((await second.delivery(id, "delivered"))["attempt_count"]).toBe(2);
  });
  await endpoint.stop();
});
