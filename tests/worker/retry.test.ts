// Endpoints that fail: what is tried again, with what, and where it ends.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    vars: { RETRY_SCHEDULE: "1,1", PAYLOAD_URL_TTL_SECONDS: "2", DELIVERY_TIMEOUT_MS: "1000" },
  });
});
afterAll(async () => {
  await stack?.stop();
});

async function withEndpoint(
  reply: Parameters<typeof startEndpoint>[0],
  run: (endpoint: Endpoint) => Promise<void>,
  settings: Record<string, unknown> = {},
) {
  const endpoint = await startEndpoint(reply);
  const { id } = await stack.subscribe(endpoint.url, settings);
  try {
    await run(endpoint);
  } finally {
    await stack.call("DELETE", `/v1/webhooks/${id}`);
    await endpoint.stop();
  }
}

it("an endpoint that fails twice gets three attempts, each of them fresh", async () => {
  let calls = 0;
  const endpoint = await startEndpoint((_, response) => {
    calls += 1;
    response.writeHead(calls < 3 ? 500 : 200).end();
  });
  const webhook = await stack.subscribe(endpoint.url);
  await stack.send(completed());
  const attempts = await endpoint.until(3);
  await pause(2500);
  expect(endpoint.received.length).toBe(3);
  const header = (name: string) => attempts.map((attempt) => attempt.headers[name]);
  expect(new Set(header("webhook-id")).size).toBe(1);
  expect(header("webhook-attempt")).toEqual(["1", "2", "3"]);
  expect(new Set(header("webhook-timestamp")).size).toBe(3);
  expect(new Set(attempts.map((attempt) => JSON.parse(attempt.text).request_response_url)).size).toBe(3);
  for (const attempt of attempts) {
    new Webhook(webhook.signing_secret).verify(attempt.text, attempt.headers as Record<string, string>);
  }
  const waits = attempts.slice(1).map((attempt, at) => attempt.at - (attempts[at]?.at ?? 0));
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(900);

  // The newest URL still opens; the first has expired by now.
  const urls = attempts.map((attempt) => JSON.parse(attempt.text).request_response_url as string);
  const expired = await fetch(urls[0] ?? "");
  expect(expired.status).toBe(403);
  expect(await expired.json()).toMatchObject({ data: null });
  await stack.call("DELETE", `/v1/webhooks/${webhook.id}`);
  await endpoint.stop();
});

it("a delivery that always fails is dead in the log, with every attempt", async () => {
  await withEndpoint(
    (_, response) => response.writeHead(503).end("no room"),
    async (endpoint) => {
      await stack.send(completed());
      const attempts = await endpoint.until(3);
      const delivery = await stack.delivery(attempts[0]?.headers["webhook-id"], "dead");
      expect(delivery).toMatchObject({ reason: "exhausted", attempt_count: 3, last_status: 503 });
      expect(delivery["next_attempt_at"]).toBeNull();
      for (const [at, attempt] of delivery.attempts.entries()) {
        expect(attempt).toMatchObject({ number: at + 1, status: 503, reply: "no room", lane: "express" });
        const sent = attempts[at]?.headers["webhook-signature"];
        expect((attempt["signatures"] as Row)["webhook-signature"]).toBe(sent);
      }
      expect(endpoint.received.length).toBe(3);
    },
  );
});

it("Retry-After is waited for in full", async () => {
  let calls = 0;
  await withEndpoint(
    (_, response) => {
      calls += 1;
      response.writeHead(calls === 1 ? 503 : 200, { "retry-after": "3" }).end();
    },
    async (endpoint) => {
      await stack.send(completed());
      const [first, second] = await endpoint.until(2);
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2900);
    },
  );
});

it("redirects are failures and never followed", async () => {
  const target = await startEndpoint();
  await withEndpoint(
    (_, response) => response.writeHead(307, { location: target.url }).end(),
    async (endpoint) => {
      await stack.send(completed());
      await endpoint.until(2);
      expect(target.received.length).toBe(0);
    },
  );
  await target.stop();
});

it("an endpoint that hangs, drips or never ends is cut off at the deadline", async () => {
  const stubborn: Parameters<typeof startEndpoint>[0][] = [
    () => {},
    (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("."), 200);
      response.on("close", () => clearInterval(timer));
    },
  ];
  for (const reply of stubborn) {
    await withEndpoint(
      reply,
      async (endpoint) => {
        await stack.send(completed());
        const [attempt] = await endpoint.until(1);
        const delivery = await stack.delivery(attempt?.headers["webhook-id"], "dead");
        expect(delivery).toMatchObject({ reason: "exhausted", last_failure: "timeout" });
        expect(Number(delivery.attempts[0]?.["latency_ms"])).toBeGreaterThanOrEqual(900);
      },
      { retrySchedule: [] },
    );
  }
});

it("what begins beside one that hangs has the same deadline, and is not cut off with it", async () => {
  const events = Array.from({ length: 5 }, () => completed());
  const hangs = (text: string) => JSON.parse(text).request_id === events[1]?.request_id;
  await withEndpoint(
    ({ text }, response) => {
      if (!hangs(text)) setTimeout(() => response.end("ok"), 700);
    },
    async (endpoint) => {
      await stack.send(events);
      for (const { headers, text } of await endpoint.until(5)) {
        const delivery = await stack.delivery(headers["webhook-id"], hangs(text) ? "dead" : "delivered");
        expect(delivery.attempts).toHaveLength(1);
        if (hangs(text)) expect(delivery).toMatchObject({ last_failure: "timeout" });
      }
    },
    { retrySchedule: [] },
  );
});

it("an answer without an end is taken as soon as enough of it is read", async () => {
  await withEndpoint(
    (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x".repeat(64 * 1024)), 5);
      response.on("close", () => clearInterval(timer));
    },
    async (endpoint) => {
      await stack.send(completed());
      await endpoint.until(1);
      await pause(2500);
      expect(endpoint.received.length).toBe(1);
    },
  );
});

it("a delivery whose subscription is gone is dropped", async () => {
  const endpoint = await startEndpoint((_, response) => response.writeHead(500).end());
  const { id } = await stack.subscribe(endpoint.url);
  await stack.send(completed());
  await endpoint.until(1);
  await stack.call("DELETE", `/v1/webhooks/${id}`);
  await pause(2500);
  expect(endpoint.received.length).toBe(1);
  await endpoint.stop();
});
