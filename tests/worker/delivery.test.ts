// One event from intake to a customer's endpoint: what arrives, and who can verify it.
import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, pause, startEndpoint } from "./support/endpoint.ts";
import { AWKWARD, completed } from "./support/events.ts";
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
beforeEach(async () => {
  endpoint.received.length = 0;
  await stack.unsubscribe();
});

describe("a delivery", () => {
  it("carries Helicone's body and both families of headers", async () => {
    const webhook = await stack.subscribe(endpoint.url);
    const event = completed({ traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });
    const answer = await stack.send(event);
    expect(answer).toMatchObject({
      status: 202,
      data: { accepted: 1, deliveries: 1, rejected: [] },
      error: null,
    });
    const [delivery] = await endpoint.until(1);
    expect(delivery?.method).toBe("POST");
    expect(delivery?.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Heliograph/0.1.0",
      "webhook-event-type": "request.completed",
      "webhook-api-version": "2026-11-21",
      "webhook-attempt": "1",
      traceparent: event.traceparent,
    });
    expect(delivery?.headers["webhook-id"]).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(Object.keys(JSON.parse(delivery?.text ?? ""))).toEqual([
      "request_id",
      "request_body",
      "response_body",
      "user_id",
      "request_response_url",
      "model",
      "provider",
      "metadata",
    ]);
    expect(JSON.parse(delivery?.text ?? "")).toMatchObject({
      request_id: event.request_id,
      request_body: event.request,
      response_body: event.response,
      metadata: {
        cost: 0.00020250000000000002,
        promptTokens: 13,
        completionTokens: 17,
        totalTokens: 30,
        latencyMs: 930,
      },
    });
    expect(webhook.hmac_key).toMatch(/^[0-9a-f]{64}$/);
    expect(webhook.signing_secret).toMatch(/^whsec_/);
  });

  const costs = ["0", "1e-6", "1.5e-6", "0.00020250000000000002", "1e21", "1.0"];
  it.each(costs)("verifies with everybody's libraries, unchanged (cost %s)", async (cost) => {
    const webhook = await stack.subscribe(endpoint.url);
    const event = completed({
      request: { text: AWKWARD, [AWKWARD]: 1.5e-7, 10: "b", 9: "a" },
      response: AWKWARD,
    });
    await stack.send(JSON.stringify(event).replace(/"cost":[^,]*/, `"cost":${cost}`));
    const [delivery] = await endpoint.until(1);
    if (!delivery) throw new Error("no delivery");
    const headers = delivery.headers as Record<string, string>;
    const hex = (body: string | Buffer) => createHmac("sha256", webhook.hmac_key).update(body).digest("hex");

    for (const verifier of [new Webhook(webhook.signing_secret), new SvixWebhook(webhook.signing_secret)]) {
      expect(() => verifier.verify(delivery.text, headers)).not.toThrow();
      expect(() => verifier.verify(`${delivery.text} `, headers)).toThrow();
    }
    expect(headers["helicone-signature"]).toBe(hex(delivery.body));
    expect(headers["x-helicone-signature"]).toBe(hex(delivery.body));
    // Helicone's documented way: over the body parsed and printed again.
    expect(JSON.stringify(JSON.parse(delivery.text))).toBe(delivery.text);
    expect(headers["helicone-signature"]).toBe(hex(JSON.stringify(JSON.parse(delivery.text))));
    expect(JSON.parse(delivery.text).metadata.cost).toBe(Number(cost));
    expect(JSON.parse(delivery.text).response_body).toBe(AWKWARD);
  });

  // From 4 KB on the platform hashes it, and not we.
  it.each([2_000, 4_000, 9_000])("verifies at any length (%d bytes and more)", async (length) => {
    const webhook = await stack.subscribe(endpoint.url, { signatures: ["helicone", "v1", "v1a"] });
    await stack.send(completed({ response: `${AWKWARD}${"é".repeat(length / 2)}` }));
    const [delivery] = await endpoint.until(1);
    if (!delivery) throw new Error("no delivery");
    expect(delivery.body.length).toBeGreaterThan(length);
    const headers = delivery.headers as Record<string, string>;
    expect(() => new Webhook(webhook.signing_secret).verify(delivery.text, headers)).not.toThrow();
    const hex = createHmac("sha256", webhook.hmac_key).update(delivery.body).digest("hex");
    expect(headers["helicone-signature"]).toBe(hex);
    expect(headers["webhook-signature"]).toMatch(/^v1,\S+ v1a,\S+$/);
  });

  it("does not verify with another subscription's secret", async () => {
    await stack.subscribe(endpoint.url);
    const other = await stack.subscribe(`${endpoint.url}/other`);
    await stack.send(completed());
    await endpoint.until(2);
    const [first] = await endpoint.until(1, (one) => one.path === "/hook");
    const headers = first?.headers as Record<string, string>;
    expect(() => new Webhook(other.signing_secret).verify(first?.text ?? "", headers)).toThrow();
  });

  it("goes to those whose type, filter and sample fit, and to nobody else", async () => {
    const filtered = { propertyFilters: [{ key: "Environment", value: "production" }] };
    await stack.subscribe(`${endpoint.url}/all`, { eventTypes: ["*"] });
    await stack.subscribe(`${endpoint.url}/production`, filtered);
    await stack.subscribe(`${endpoint.url}/none`, { sampleRate: 0 });
    const expensive = { filter: { cost: { $gt: 100 }, request: { messages: { role: "user" } } } };
    await stack.subscribe(`${endpoint.url}/expensive`, expensive);
    await stack.subscribe(`${endpoint.url}/evals`, { eventTypes: ["eval.*"], format: "standard" });
    const answer = await stack.send([
      completed(),
      completed({ properties: { environment: "staging" }, cost: 101 }),
      { request_id: "e", type: "eval.failed", data: { score: 0.2 } },
    ]);
    expect(answer.data).toMatchObject({ accepted: 3, deliveries: 6 });
    await endpoint.until(6);
    await pause(300);
    const counts: Record<string, number> = {};
    for (const { path } of endpoint.received) counts[path] = (counts[path] ?? 0) + 1;
    expect(counts).toEqual({ "/hook/all": 3, "/hook/production": 1, "/hook/expensive": 1, "/hook/evals": 1 });
    const failed = endpoint.received.find((one) => one.path === "/hook/evals");
    expect(JSON.parse(failed?.text ?? "")).toMatchObject({
      type: "eval.failed",
      data: { request_id: "e", score: 0.2 },
    });
  });

  it("reaches a subscription that was created just before, and none that was deleted just before", async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await stack.subscribe(`${endpoint.url}/${round}`);
      expect((await stack.send(completed())).data).toMatchObject({ deliveries: 1 });
      await stack.call("DELETE", `/v1/webhooks/${id}`);
      expect((await stack.send(completed())).data).toMatchObject({ deliveries: 0 });
    }
    await endpoint.until(1);
  });

  it("names in a header what was cut, and the marker stands where it was asked for", async () => {
    await stack.subscribe(`${endpoint.url}/cut`);
    await stack.subscribe(`${endpoint.url}/marker`, { oversize: "marker" });
    const request = { text: "ä".repeat(20_000) };
    await stack.send(completed({ request }));
    const [cut] = await endpoint.until(1, (one) => one.path.endsWith("/cut"));
    const [marker] = await endpoint.until(1, (one) => one.path.endsWith("/marker"));
    const kept = JSON.parse(cut?.text ?? "").request_body as string;
    expect(Buffer.byteLength(kept)).toBeGreaterThan(10_236);
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(10_240);
    expect(JSON.stringify(request).startsWith(kept)).toBe(true);
    expect(cut?.headers["webhook-truncated"]).toBe("request_body");
    expect(JSON.parse(marker?.text ?? "").request_body).toMatch(/^Body too large for webhook/);
    expect(marker?.headers["webhook-truncated"]).toBe("request_body");
  });

  it("goes out from NDJSON and from gzip as from JSON", async () => {
    await stack.subscribe(endpoint.url);
    const { gzipSync } = await import("node:zlib");
    const lines = [completed(), completed(), completed()].map((event) => JSON.stringify(event)).join("\n");
    const ndjson = { "content-type": "application/x-ndjson" };
    expect((await stack.call("POST", "/v1/events", lines, ndjson)).data).toMatchObject({ accepted: 3 });
    const zipped = await stack.call("POST", "/v1/events", gzipSync(lines), {
      ...ndjson,
      "content-encoding": "gzip",
    });
    expect(zipped.data).toMatchObject({ accepted: 3, deliveries: 3 });
    const more = [completed(), completed()].map((event) => JSON.stringify(event)).join("\n");
    await stack.call("POST", "/v1/events", gzipSync(more), { ...ndjson, "content-encoding": "gzip" });
    // The same events again are the same deliveries, which are made once.
    const deliveries = await endpoint.until(5);
    expect(new Set(deliveries.map((one) => one.headers["webhook-id"])).size).toBe(5);
  });

  it("a thousand events in one call all arrive", async () => {
    await stack.subscribe(endpoint.url);
    const events = Array.from({ length: 1000 }, () => completed());
    expect((await stack.send(events)).data).toMatchObject({ accepted: 1000, deliveries: 1000 });
    const deliveries = await endpoint.until(1000, undefined, 45);
    const ids = new Set(deliveries.map((one) => JSON.parse(one.text).request_id));
    expect(ids).toEqual(new Set(events.map((event) => event.request_id)));
  });
});

describe("the full exchange", () => {
  it("of 5 MB arrives whole through the signed URL", async () => {
    await stack.subscribe(endpoint.url);
    const request = { text: `${AWKWARD}${"x".repeat(2_500_000)}` };
    const response = { text: `${"y".repeat(2_500_000)}${AWKWARD}` };
    const other = completed({ request: "before", response: "after" });
    const another = completed({ request: "before", response: "after" });
    await stack.send([other, completed({ request, response }), another]);
    const deliveries = await endpoint.until(3);
    const big = deliveries
      .map((one) => JSON.parse(one.text) as Row)
      .find((body) => body["request_body"] !== "before");
    const fetched = await fetch(String(big?.["request_response_url"]));
    expect(fetched.status).toBe(200);
    expect(fetched.headers.get("content-type")).toBe("application/json");
    expect(await fetched.json()).toEqual({ request, response });
  });

  it("is refused for a URL with one character changed, without a hint of existence", async () => {
    await stack.subscribe(endpoint.url);
    await stack.send(completed());
    const [delivery] = await endpoint.until(1);
    const url: string = JSON.parse(delivery?.text ?? "").request_response_url;
    expect((await fetch(url)).status).toBe(200);
    const start = url.indexOf("/payloads/") + "/payloads/".length;
    const refusals = new Set<string>();
    for (let at = start; at < url.length; at += 7) {
      const changed = url.slice(0, at) + (url[at] === "0" ? "1" : "0") + url.slice(at + 1);
      const response = await fetch(changed);
      expect(response.status, changed).toBe(403);
      refusals.add(await response.text());
    }
    // The same words for an object that never was: nothing tells the one from the other.
    const absent = await fetch(
      `${stack.base}/payloads/default/2020-01-01/00/x?offset=0&length=1&expires=9999999999&signature=${"0".repeat(64)}`,
    );
    expect(absent.status).toBe(403);
    refusals.add(await absent.text());
    expect(refusals.size).toBe(1);
    expect(JSON.parse([...refusals][0] ?? "")).toMatchObject({
      data: null,
      error: expect.stringContaining("not valid"),
    });
  });
});
