// The cost of requests whose gateway did not say it, as it arrives at an endpoint.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Endpoint, type Received, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Stack, startStack } from "./support/stack.ts";

const STATUS = "webhook-cost-status";
const usage = { prompt_tokens: 3021, completion_tokens: 412, prompt_tokens_details: { cached_tokens: 2048 } };

let stack: Stack;
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint();
  stack = await startStack();
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
});
beforeEach(async () => {
  endpoint.received.length = 0;
  await stack.unsubscribe();
});

/** An event that says nothing of its cost. */
const unpriced = (more: Record<string, unknown> = {}) => completed({ cost: null, usage, ...more });

const cost = (delivery: Received | undefined) => JSON.parse(delivery?.text ?? "").metadata.cost;

it("is delivered to the last digit, with word of how it came about", async () => {
  await stack.subscribe(endpoint.url);
  await stack.send(unpriced());
  const [delivery] = await endpoint.until(1);
  expect(delivery?.text).toContain('"metadata":{"cost":0.0091125,"promptTokens":3021,');
  expect(delivery?.headers[STATUS]).toBe("exact");
});

it("can be filtered by, and stands in the standard body too", async () => {
  await stack.subscribe(endpoint.url, { format: "standard", filter: { cost: { $gt: 0.009 } } });
  await stack.send([unpriced({ usage: { prompt_tokens: 1, completion_tokens: 1 } }), unpriced()]);
  const [delivery] = await endpoint.until(1);
  expect(JSON.parse(delivery?.text ?? "").data).toMatchObject({ cost: 0.0091125, cost_status: "exact" });
});

it("stands as it was given", async () => {
  await stack.subscribe(endpoint.url);
  await stack.send(completed({ cost: 12.5, usage }));
  const [delivery] = await endpoint.until(1);
  expect(cost(delivery)).toBe(12.5);
  expect(delivery?.headers[STATUS]).toBeUndefined();
});

it("is absent where it is unknown, zero for a hit in the cache, and both are told", async () => {
  await stack.subscribe(endpoint.url);
  const kinds = [
    ["unknown_model", { model: "my-own-model" }, undefined],
    ["unknown_provider", { provider: "my-own-provider" }, undefined],
    ["no_usage", { usage: null }, undefined],
    ["estimated", { provider: null }, 0.0091125],
    ["cache_hit", { cached: true }, 0],
  ] as const;
  const events = kinds.map(([, more]) => unpriced(more));
  expect(await stack.send(events)).toMatchObject({ status: 202, data: { accepted: kinds.length } });
  const received = await endpoint.until(kinds.length);
  for (const [at, [status, , expected]] of kinds.entries()) {
    const delivery = received.find((one) => one.text.includes(events[at]?.request_id ?? "?"));
    expect(delivery?.headers[STATUS]).toBe(status);
    expect(cost(delivery)).toBe(expected);
  }
  expect(stack.logs().join("\n")).toMatch(/"event":"intake".*"unpriced":3/);
});

it("is the same when the delivery is made again from the archive", async () => {
  const webhook = await stack.subscribe(endpoint.url);
  await stack.call("PATCH", `/v1/webhooks/${webhook.id}`, { status: "paused" });
  await stack.send(unpriced());
  await stack.call("PATCH", `/v1/webhooks/${webhook.id}`, { status: "active" });
  await stack.call("POST", `/v1/webhooks/${webhook.id}/recover`, {
    since: "2026-01-01T00:00:00Z",
    states: ["held"],
  });
  const [delivery] = await endpoint.until(1);
  expect(cost(delivery)).toBe(0.0091125);
  expect(delivery?.headers[STATUS]).toBe("exact");
});
