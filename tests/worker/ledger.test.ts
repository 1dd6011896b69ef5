// What the ledger is for: once and not twice, nothing lost while nobody is there to take it, and everything sent again that
// somebody asks for.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    vars: { RETRY_SCHEDULE: "1", DELIVERY_TIMEOUT_MS: "1000", SLOW_TIMEOUT_MS: "4000" },
  });
});
afterAll(() => stack?.stop());

type Reply = Parameters<typeof startEndpoint>[0];

/** A subscription with an endpoint of its own, for as long as a test takes. */
async function withWebhook(
  reply: Reply,
  run: (endpoint: Endpoint, id: string) => Promise<void>,
  settings: Record<string, unknown> = {},
) {
  const endpoint = await startEndpoint(reply);
  const { id } = await stack.subscribe(endpoint.url, settings);
  try {
    await run(endpoint, id);
  } finally {
    await stack.call("DELETE", `/v1/webhooks/${id}`);
    await endpoint.stop();
  }
}

const since = "2026-01-01T00:00:00Z";
const requestIds = (endpoint: Endpoint) => endpoint.received.map((one) => JSON.parse(one.text).request_id);

async function recover(id: string, body: Record<string, unknown> = {}) {
  const job = await stack.call("POST", `/v1/webhooks/${id}/recover`, { since, ...body });
  expect(job.status).toBe(202);
  const path = `/v1/jobs/${job.data["id"]}`;
  await expect
    .poll(async () => (await stack.call("GET", path)).data["status"], { timeout: 20_000 })
    .toBe("done");
  return (await stack.call("GET", path)).data;
}

it("the same event posted five times is delivered once", async () => {
  await withWebhook(undefined, async (endpoint) => {
    const event = completed();
    for (let time = 0; time < 5; time += 1) await stack.send(event);
    await stack.send([event, event]);
    await endpoint.until(1);
    await pause(1500);
    expect(endpoint.received.length).toBe(1);
  });
});

it("410 disables: nothing more is sent, what comes is held, and enabling and recovering delivers all of it", async () => {
  let gone = true;
  await withWebhook(
    (_, response) => response.writeHead(gone ? 410 : 200).end(),
    async (endpoint, id) => {
      await stack.send(completed());
      const [attempt] = await endpoint.until(1);
      const dead = await stack.delivery(attempt?.headers["webhook-id"], "dead");
      expect(dead).toMatchObject({ reason: "gone", attempt_count: 1 });
      await expect
        .poll(async () => (await stack.call("GET", `/v1/webhooks/${id}`)).data["status"], { timeout: 10_000 })
        .toBe("disabled");
      const shown = (await stack.call("GET", `/v1/webhooks/${id}`)).data;
      expect(shown["disabledReason"]).toBe("gone");

      const held = Array.from({ length: 20 }, () => completed());
      expect((await stack.send(held)).data).toMatchObject({ accepted: 20, deliveries: 0, held: 20 });
      expect((await stack.call("POST", `/v1/webhooks/${id}/recover`, { since })).status).toBe(409);
      expect((await stack.call("POST", `/v1/deliveries/${dead["id"]}/retry`)).status).toBe(409);
      await pause(1500);
      expect(endpoint.received.length).toBe(1);

      gone = false;
      const enabled = await stack.call("PATCH", `/v1/webhooks/${id}`, { status: "active" });
      expect(enabled.data).toMatchObject({ status: "active", disabledReason: null });
      const job = await recover(id, { states: ["failed", "held"] });
      expect(job).toMatchObject({ queued: 21, progress: 1 });
      await endpoint.until(22);
      await stack.delivery(dead["id"], "delivered");
      expect(new Set(requestIds(endpoint)).size).toBe(21);

      // Once more finds nothing.
      expect(await recover(id, { states: ["failed", "held"] })).toMatchObject({ queued: 0 });
    },
  );
});

it("pausing holds at once, also what is on the queue already", async () => {
  let calls = 0;
  await withWebhook(
    (_, response) => {
      calls += 1;
      response.writeHead(calls === 1 ? 500 : 200).end();
    },
    async (endpoint, id) => {
      await stack.send(completed());
      await endpoint.until(1);
      await stack.call("PATCH", `/v1/webhooks/${id}`, { status: "paused" });
      await pause(2500);
      expect(endpoint.received.length).toBe(1);
    },
  );
});

it("one delivery is sent again, however it stands, under the same id", async () => {
  await withWebhook(undefined, async (endpoint) => {
    await stack.send(completed());
    const [first] = await endpoint.until(1);
    const id = first?.headers["webhook-id"];
    await stack.delivery(id, "delivered");
    expect((await stack.call("POST", `/v1/deliveries/${id}/retry`)).status).toBe(202);
    const [, second] = await endpoint.until(2);
    expect(second?.headers["webhook-id"]).toBe(id);
    expect(second?.headers["webhook-attempt"]).toBe("2");
    expect((await stack.call("POST", "/v1/deliveries/msg_nobody/retry")).status).toBe(404);
  });
});

it("a new webhook gets what was archived before it, where it asks for it", async () => {
  await withWebhook(undefined, async (first) => {
    const wanted = completed({ properties: { team: "late" } });
    await stack.send([wanted, completed()]);
    await first.until(2);
    await withWebhook(
      undefined,
      async (second, id) => {
        expect(await recover(id, { states: ["missing"] })).toMatchObject({ queued: 1 });
        await second.until(1);
        expect(requestIds(second)).toEqual([wanted.request_id]);
      },
      { propertyFilters: [{ key: "team", value: "late" }] },
    );
  });
});

it("an endpoint that hangs moves to the slow lane and holds nobody up", async () => {
  let hangs = true;
  await withWebhook(
    (_, response) => {
      if (!hangs) response.end();
    },
    async (slow) => {
      await withWebhook(undefined, async (healthy) => {
        await stack.send(Array.from({ length: 50 }, () => completed()));
        await healthy.until(50, undefined, 15);
        const began = Date.now();
        await stack.send(completed());
        await healthy.until(51, undefined, 15);
        // The deadline of the express lane is one second here.
        expect(Date.now() - began).toBeLessThan(8000);
        hangs = false;
        const [stuck] = await slow.until(1);
        expect(stuck).toBeDefined();
        await expect
          .poll(() => stack.logs().some((line) => line.includes("delivery.diverted")), { timeout: 10_000 })
          .toBe(true);
        // What had not been tried yet arrives by the slow lane.
        await expect.poll(() => new Set(requestIds(slow)).size, { timeout: 60_000 }).toBe(51);
      });
    },
  );
});

it("a rate limit is kept, and costs no attempt", async () => {
  await withWebhook(
    undefined,
    async (endpoint) => {
      await stack.send(Array.from({ length: 12 }, () => completed()));
      const all = await endpoint.until(12, undefined, 30);
      expect(new Set(all.map((one) => one.headers["webhook-attempt"]))).toEqual(new Set(["1"]));
      const times = all.map((one) => one.at).sort((one, other) => one - other);
      // A second's worth at once and then four a second.
      expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1800);
    },
    { rateLimit: 4 },
  );
});

it("tells those who ask of what was given up, and never the one that it is about", async () => {
  await withWebhook(
    (_, response) => response.writeHead(410).end(),
    async (failing, id) => {
      await withWebhook(
        undefined,
        async (watcher) => {
          await stack.send(completed());
          const told = await watcher.until(2);
          const bodies = told.map((one) => JSON.parse(one.text) as Row & { data: Row });
          expect(bodies.map((body) => body["type"]).sort()).toEqual([
            "delivery.exhausted",
            "endpoint.disabled",
          ]);
          for (const body of bodies) expect(JSON.stringify(body)).toContain(id);
          await pause(1000);
          expect(failing.received.length).toBe(1);
        },
        { eventTypes: ["endpoint.*", "delivery.*"], format: "standard" },
      );
    },
    { eventTypes: ["request.completed", "endpoint.*", "delivery.*"] },
  );
  const forged = await stack.send({ type: "endpoint.disabled", request_id: "forged" });
  expect(forged).toMatchObject({ status: 400, error: expect.stringContaining("type: ") });
});

it("lists deliveries in pages and by state", async () => {
  await withWebhook(undefined, async (endpoint, id) => {
    await stack.send(Array.from({ length: 25 }, () => completed()));
    await endpoint.until(25);
    const path = `/v1/webhooks/${id}/deliveries`;
    await expect
      .poll(async () => ((await stack.call("GET", `${path}?limit=200`)).data["deliveries"] as Row[]).length)
      .toBe(25);
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const { data } = await stack.call("GET", `${path}?limit=10${cursor}`);
      seen.push(...(data["deliveries"] as Row[]).map((one) => one["id"]));
      cursor = data["next_cursor"] ? `&cursor=${data["next_cursor"]}` : "";
    } while (cursor);
    expect(new Set(seen).size).toBe(25);
    expect(seen.length).toBe(25);
    expect((await stack.call("GET", `${path}?state=dead`)).data["deliveries"]).toEqual([]);
    for (const wrong of [
      "limit=0",
      "limit=201",
      "limit=%2B5",
      "cursor=x",
      "cursor=%2B1.0",
      "state=lost",
      "since=now",
      "page=2",
    ]) {
      const [name] = wrong.split("=");
      const refused = await stack.call("GET", `${path}?${wrong}`);
      expect(refused).toMatchObject({ status: 400, field: name });
    }
  });
});
