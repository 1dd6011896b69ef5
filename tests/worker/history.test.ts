// The history: what was accepted and matched is noted, whoever it was for, and nothing is queued that is not.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, eventually, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Stack, startStack } from "./support/stack.ts";

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
  endpoint.received.length = 0;
});

const today = () => `default/${new Date().toISOString().slice(0, 10)}`;
const newest = async () => (await stack.history(today(), { Latest: { events: 1 } })).rows[0];

describe("an event", () => {
  it("is held for a paused subscription and delivered to an active one", async () => {
    const paused = await stack.subscribe(`${endpoint.url}/paused`, { status: "paused" });
    const active = await stack.subscribe(`${endpoint.url}/active`);
    const event = completed({ traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });
    const answer = await stack.send(event);
    expect(answer).toMatchObject({
      status: 202,
      data: { accepted: 1, deliveries: 1, held: 1, rejected: [] },
    });
    await endpoint.until(1);
    await pause(500);
    expect(endpoint.received.map((one) => one.path)).toEqual(["/hook/active"]);
    const row = await newest();
    expect(row).toMatchObject({ events: 1, key: expect.stringMatching(/^archive\/default\//) });
    expect(row?.index).toEqual({
      at: row?.["at"],
      base_url: stack.base,
      subscriptions: [paused.id, active.id],
      events: [
        {
          id: `request.completed:${event.request_id}`,
          type: "request.completed",
          request: event.request_id,
          user: "u-1",
          model: "gpt-4o",
          provider: "OPENAI",
          trace: event["traceparent"],
          place: [0, expect.any(Number), expect.any(Number), expect.any(Number)],
          queued: [1],
          held: [0],
          facts: {
            created_at: Date.parse(String(event["created_at"])),
            status: 200,
            cost: event["cost"],
            latency_ms: 930,
            tokens: { prompt: 13, completion: 17, total: 30 },
            properties: { environment: "production" },
          },
        },
      ],
    });
    expect(stack.logs().some((line) => line.includes('"intake"') && line.includes('"held":1'))).toBe(true);
  });

  it("that nobody is sent is held all the same", async () => {
    await stack.subscribe(endpoint.url, { status: "paused" });
    const events = [completed(), completed({ type: "eval.failed" }), completed()];
    expect((await stack.send(events)).data).toMatchObject({ accepted: 3, deliveries: 0, held: 2 });
    const row = await newest();
    expect(row?.index["events"]).toMatchObject(
      [events[0], events[2]].map((event) => ({ request: event?.request_id, held: [0] })),
    );
  });

  it("that nobody matches leaves nothing", async () => {
    await stack.subscribe(endpoint.url, { eventTypes: ["eval.failed"] });
    const before = await newest();
    expect((await stack.send(completed())).data).toMatchObject({ accepted: 1, deliveries: 0, held: 0 });
    expect(await newest()).toEqual(before);
  });
});

describe("a day", () => {
  const append = (name: string, at: number, bodies: string[]) =>
    stack.history(name, { Append: { key: `k-${at}`, at, events: bodies.map(() => 2) } }, bodies);
  const all = (name: string) => stack.history(name, { Page: { after_seq: 0, limit: 100 } });

  it("is read page by page and from its end", async () => {
    const now = Date.now();
    for (const at of [now, now + 1, now + 2]) await append("acme/read", at, [`{"n":${at - now}}`]);
    const first = await stack.history("acme/read", { Page: { after_seq: 0, limit: 2 } });
    expect(first).toMatchObject({
      more: true,
      rows: [{ seq: 1 }, { seq: 2, key: `k-${now + 1}`, at: now + 1 }],
    });
    const rest = await stack.history("acme/read", { Page: { after_seq: 2, limit: 2 } });
    expect(rest).toMatchObject({ more: false, rows: [{ seq: 3, index: { n: 2 } }] });
    const last = await stack.history("acme/read", { Latest: { events: 3 } });
    expect(last).toMatchObject({ more: true, rows: [{ seq: 3 }, { seq: 2 }] });
    const before = await stack.history("acme/read", { Latest: { events: 3, before_seq: 2 } });
    expect(before).toMatchObject({ more: false, rows: [{ seq: 1 }] });
  });

  it("answers in pages that stay small", async () => {
    const body = JSON.stringify("x".repeat(1_400_000));
    for (let at = 0; at < 7; at += 1) await append("acme/large", Date.now(), [body]);
    const page = await all("acme/large");
    expect([page.rows.length, page.more]).toEqual([5, true]);
    expect((await stack.history("acme/large", { Page: { after_seq: 5, limit: 100 } })).rows).toHaveLength(2);
  });

  it("that is no longer kept drops itself", async () => {
    const days = (count: number) => Date.now() - count * 24 * 60 * 60 * 1000;
    await append("acme/young", days(29), ["{}"]);
    await append("acme/old", days(32), ["{}"]);
    await eventually(async () => (await all("acme/old")).rows.length === 0, "the old day is gone");
    expect((await all("acme/young")).rows).toHaveLength(1);
  });
});

describe("without", () => {
  it.each(["HISTORY", "ARCHIVE"])("%s no event is accepted and none is delivered", async (binding) => {
    const lacking = await startStack({ without: [binding] });
    await lacking.subscribe(endpoint.url);
    const answer = await lacking.send([completed(), completed()]);
    expect(answer).toMatchObject({ status: 503, data: null, code: "unavailable" });
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    // What matches nothing needs neither.
    expect((await lacking.send(completed({ type: "nobody.wants" }))).status).toBe(202);
    await pause(1000);
    expect(endpoint.received).toEqual([]);
    await lacking.stop();
  });
});
