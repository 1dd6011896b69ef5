// Data points for the Analytics Engine: what a batch of deliveries came to is written once, and nothing hangs on it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, startStack } from "./support/stack.ts";

/** Around the Worker: tells what the consumers of queues write, before the simulator takes it or, where it is to fail, instead. */
const around = (fails: boolean) => `
import { WorkerEntrypoint } from "cloudflare:workers";
import Worker from "./index.js";
export * from "./index.js";

export default class extends WorkerEntrypoint {
  fetch(request) {
    return new Worker(this.ctx, this.env).fetch(request);
  }

  queue(batch) {
    const dataset = this.env.ANALYTICS;
    const writeDataPoint = (point) => {
      if (${fails}) throw new Error("no points today");
      console.log(JSON.stringify({ event: "point", ...point }));
      dataset.writeDataPoint(point);
    };
    const env = new Proxy(this.env, {
      get: (target, name) => name === "ANALYTICS" ? { writeDataPoint } : target[name],
    });
    return new Worker(this.ctx, env).queue(batch);
  }
}`;

type Point = { indexes: string[]; blobs: string[]; doubles: number[] };
const points = (lines: string[]) =>
  lines.map((line) => JSON.parse(line) as Row & Point).filter(({ event }) => event === "point");
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint(({ text }, response) =>
    response.writeHead(JSON.parse(text).user_id === "fails" ? 500 : 200).end(),
  );
});
afterAll(() => endpoint?.stop());

it("what deliveries came to is written by webhook, type, provider and model", async () => {
  const stack = await startStack({ analytics: true, around: around(false) });
  const { id } = await stack.subscribe(endpoint.url, { retrySchedule: [1] });
  const claude = { model: "claude-sonnet-4", provider: "ANTHROPIC", user_id: "fails" };
  await stack.send([completed(), completed(), completed(claude)]);
  const sums = (model: string) => {
    const own = points(stack.logs()).filter(({ blobs }) => blobs[4] === model);
    return own.reduce(
      (sum, { doubles }) => sum.map((one, at) => one + (doubles[at] ?? 0)),
      Array(17).fill(0),
    );
  };
  await eventually(() => sums("claude-sonnet-4")[4] === 1, "the one that fails to be given up");
  const [gpt, failed] = [sums("gpt-4o"), sums("claude-sonnet-4")];
  // Attempts, failed ones, taken, taken at once, given up.
  expect(gpt.slice(0, 5)).toEqual([2, 0, 2, 2, 0]);
  expect(failed.slice(0, 5)).toEqual([2, 2, 0, 0, 1]);
  // Both callbacks took less than half a minute, and none was counted of what failed.
  expect([gpt[16], failed[16], failed[6]]).toEqual([2, 0, 0]);
  for (const { indexes, blobs, doubles } of points(stack.logs())) {
    expect(indexes).toEqual([id]);
    expect(blobs.slice(0, 3)).toEqual(["default", id, "request.completed"]);
    expect([blobs.length, doubles.length]).toEqual([5, 17]);
  }
  await stack.stop();
});

it("a delivery is delivered where nothing can be written, and where nothing is bound", async () => {
  const failing = await startStack({ analytics: true, around: around(true) });
  const unbound = await startStack();
  for (const stack of [failing, unbound]) {
    await stack.subscribe(endpoint.url);
    const before = endpoint.received.length;
    await stack.send(completed());
    const received = await endpoint.until(before + 1);
    await stack.delivery(received.at(-1)?.headers["webhook-id"], "delivered");
  }
  const lost = (lines: string[]) => lines.filter((line) => line.includes('"analytics.lost"')).length;
  await eventually(() => lost(failing.logs()) === 1, "the loss to be logged");
  expect(lost(unbound.logs())).toBe(0);
  await Promise.all([failing.stop(), unbound.stop()]);
});
