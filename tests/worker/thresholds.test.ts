// Rules of an org: counted in its own object, crossed once in a window, raised as events that anybody may subscribe to.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

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
afterEach(async () => {
  await stack.unsubscribe();
  for (const { id } of (await stack.call("GET", "/v1/rules")).data as unknown as Row[])
    await stack.call("DELETE", `/v1/rules/${id}`);
  endpoint.received.length = 0;
});

const now = () => new Date().toISOString();
const request = (more: Record<string, unknown>) => completed({ created_at: now(), ...more });
async function rule(fields: Record<string, unknown>) {
  const answer = await stack.call("POST", "/v1/rules", { name: "a rule", ...fields });
  expect(answer.status, answer.error).toBe(200);
  return answer.data as Row & { id: string };
}
const bodies = () => endpoint.received.map((one) => JSON.parse(one.text));

describe("a rule on cost", () => {
  it("raises one event a window for each user that comes to it, and tells how far the others are", async () => {
    const users = { big: randomUUID(), small: randomUUID() };
    const { id } = await rule({ metric: "cost", per: "user", threshold: 0.5 });
    await stack.subscribe(endpoint.url, { eventTypes: ["cost.*"] });
    const spend = (user_id: string, cost: number) => request({ user_id, cost });
    await stack.send([spend(users.big, 0.2), spend(users.small, 0.1), spend(users.big, 0.2)]);
    await pause(300);
    expect(endpoint.received).toHaveLength(0);
    await stack.send([spend(users.big, 0.2), spend(users.small, 0.1)]);
    await endpoint.until(1);
    // More of it is no news.
    await stack.send(spend(users.big, 5));
    await pause(500);
    expect(bodies()).toMatchObject([
      {
        type: "cost.threshold_crossed",
        data: {
          rule_id: id,
          rule: "a rule",
          metric: "cost",
          per: "user",
          key: users.big,
          user_id: users.big,
          value: 0.6,
          threshold: 0.5,
          requests: 3,
          unknown_cost_requests: 0,
          window: "day",
          window_start: `${now().slice(0, 10)}T00:00:00.000Z`,
        },
      },
    ]);
    const { data } = await stack.call("GET", `/v1/rules/${id}`);
    expect(data["current"]).toEqual([
      { key: users.big, value: 5.6, requests: 4, unknownCostRequests: 0, crossed: true },
      { key: users.small, value: 0.2, requests: 2, unknownCostRequests: 0, crossed: false },
    ]);
  });

  it("counts a call that is repeated once, and what costs nobody knows what by itself", async () => {
    const model = randomUUID();
    const { id } = await rule({ metric: "cost", per: "model", threshold: 100 });
    const unknown = request({ model });
    delete unknown["cost"];
    const call = [request({ model, cost: 1 }), unknown];
    await stack.send(call);
    await stack.send(call);
    const { data } = await stack.call("GET", `/v1/rules/${id}`);
    const one = { key: model, value: 1, requests: 2, unknownCostRequests: 1, crossed: false };
    expect(data["current"]).toContainEqual(one);
  });

  it("is a budget where it says so", async () => {
    await rule({ metric: "cost", window: "month", threshold: 0.001, budget: true });
    await stack.subscribe(endpoint.url, { eventTypes: ["budget.exceeded"], format: "cloudevents" });
    await stack.send(request({ cost: 3 }));
    const [delivered] = await endpoint.until(1);
    expect(JSON.parse(delivered?.text ?? "")).toMatchObject({
      specversion: "1.0",
      type: "budget.exceeded",
      data: { metric: "cost", per: "org", key: null, window: "month" },
    });
  });
});

describe("rules on rates, latencies and guardrails", () => {
  it("say something once there is enough of it", async () => {
    const model = randomUUID();
    const per = { per: "model", window: "hour" };
    await rule({ metric: "error_rate", threshold: 50, minRequests: 4, ...per });
    await rule({ metric: "latency_p95", threshold: 5000, minRequests: 4, ...per });
    await rule({ metric: "guardrail_count", threshold: 2, ...per });
    await stack.subscribe(endpoint.url, {
      eventTypes: ["error_rate.*", "latency.*", "guardrail.threshold_crossed"],
      filter: { model },
    });
    const failing = () => request({ model, type: "request.failed", status: 500, latency_ms: 9000 });
    await stack.send([failing(), failing(), request({ model, latency_ms: 9000 })]);
    await stack.send(request({ model, type: "guardrail.blocked", data: { guardrail: "pii" } }));
    await pause(400);
    expect(endpoint.received).toHaveLength(0);
    await stack.send([
      request({ model, latency_ms: 9000 }),
      request({ model, type: "guardrail.blocked", data: { guardrail: "pii" } }),
    ]);
    await endpoint.until(3);
    const told = bodies().map(({ type, data }) => [type, data.key, data.value]);
    expect(told.sort()).toEqual([
      ["error_rate.threshold_crossed", model, 50],
      ["guardrail.threshold_crossed", model, 2],
      ["latency.threshold_crossed", model, expect.closeTo(8600, -3)],
    ]);
  });
});

describe("rules", () => {
  it("are listed, changed and deleted, and what is wrong with one is named", async () => {
    const { id } = await rule({ metric: "cost", threshold: 1 });
    expect((await stack.call("PATCH", `/v1/rules/${id}`, { threshold: 2, name: "another" })).data).toEqual({
      id,
      name: "another",
      metric: "cost",
      per: "org",
      window: "day",
      threshold: 2,
      minRequests: 20,
      budget: false,
      score: null,
      direction: "below",
      eventType: "cost.threshold_crossed",
    });
    for (const [body, field] of [
      [{}, "metric"],
      [{ metric: "cost", name: "n" }, "threshold"],
      [{ metric: "cost", name: "n", threshold: 1, per: "team" }, "per"],
      [{ metric: "score", name: "n", threshold: 1 }, "score"],
    ] as const) {
      expect(await stack.call("POST", "/v1/rules", body)).toMatchObject({ status: 400, field });
    }
    expect(await stack.call("PATCH", `/v1/rules/${id}`, { threshold: -1 })).toMatchObject({
      status: 400,
      field: "threshold",
    });
    expect(await stack.call("GET", "/v1/rules/rule_none")).toMatchObject({ status: 404 });
    expect(await stack.call("DELETE", `/v1/rules/${id}`)).toMatchObject({ status: 200 });
    expect(await stack.call("DELETE", `/v1/rules/${id}`)).toMatchObject({ status: 404 });
  });

  it("of one org see nothing of another", async () => {
    const { id } = await rule({ metric: "cost", threshold: 0.5 });
    await stack.call("POST", "/v1/orgs", { id: "acme" });
    const scopes = ["events:write", "webhooks:read", "webhooks:write"];
    const { data } = await stack.call("POST", "/v1/keys", { name: "k", org: "acme", scopes });
    const headers = { authorization: `Bearer ${data["key"]}` };
    expect(await stack.call("GET", `/v1/rules/${id}`, undefined, headers)).toMatchObject({ status: 404 });
    expect((await stack.call("GET", "/v1/rules", undefined, headers)).data).toEqual([]);
    const before = (await stack.call("GET", `/v1/rules/${id}`)).data["current"];
    await stack.call("POST", "/v1/events", request({ cost: 9 }), headers);
    expect((await stack.call("GET", `/v1/rules/${id}`)).data["current"]).toEqual(before);
  });
});
