// What an org keeps of its requests, and for how long.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completed } from "./support/events.ts";
import { type Stack, startStack } from "./support/stack.ts";

const DAY = 86_400_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

let stack: Stack;

const settings = (body: unknown) => stack.call("PATCH", "/v1/settings", body);
const query = (body: unknown) => stack.call("POST", "/v1/request/query", body);

beforeAll(async () => {
  stack = await startStack({ offline: true });
});
afterAll(async () => {
  await stack?.stop();
});

describe("an org keeps", () => {
  const unmatched = () => completed({ type: "request.completed" });
  const find = async (id: string) => (await stack.call("GET", `/v1/request/${id}`)).status;
  const rows = async () =>
    (await stack.history(`default/${dayOf(Date.now())}`, { Page: { after_seq: 0, limit: 1000 } })).rows;

  beforeAll(() => stack.subscribe("https://hooks.example.com/in", { eventTypes: ["request.failed"] }));

  it("what matched, and nothing is stored of what did not", async () => {
    const before = (await rows()).length;
    const [failed, other] = [completed({ type: "request.failed" }), unmatched()];
    await stack.send(other);
    expect((await rows()).length).toBe(before);
    await stack.send(failed);
    expect([await find(failed.request_id), await find(other.request_id)]).toEqual([200, 404]);
  });

  it("what matched, of which a table is made when it is asked for, step by step", async () => {
    const failed = () => completed({ type: "request.failed", cost: 7 });
    for (let call = 0; call < 6; call += 1) await stack.send(Array.from({ length: 1000 }, failed));
    const filter = { request_response_rmt: { cost: { equals: 7 } } };
    const count = () => stack.call("POST", "/v1/request/count/query", { filter });
    expect(await count()).toMatchObject({ status: 200, data: 6000 });
    await stack.send(failed());
    expect(await count()).toMatchObject({ data: 6001 });
  });

  it("everything, where it wants so", async () => {
    await settings({ retain: "all" });
    const event = unmatched();
    const answer = await stack.send([event, completed({ type: "guardrail.blocked" })]);
    expect(answer.data).toMatchObject({ accepted: 2, deliveries: 0, held: 0 });
    const path = `/v1/request/${event.request_id}?includeBody=true`;
    const found = await stack.call("GET", path);
    expect(found.data).toMatchObject({ request_body: event["request"] });
  });

  it("nothing, where it wants so, and delivers all the same", async () => {
    await settings({ retain: "none" });
    const before = (await rows()).length;
    const [failed, other] = [completed({ type: "request.failed" }), unmatched()];
    expect((await stack.send([failed, other])).data).toMatchObject({ accepted: 2, deliveries: 1 });
    const noted = (await rows()).slice(before);
    expect(noted).toMatchObject([{ index: { events: [{ request: failed.request_id }] } }]);
    expect(JSON.stringify(noted)).not.toContain("facts");
    expect(await find(failed.request_id)).toBe(404);
    expect(await query({})).toMatchObject({ data: [] });
    await settings({ retain: "matched" });
    expect(await find(failed.request_id)).toBe(404);
  });

  it("its days for as long as it says, and lets go of older ones at once", async () => {
    const note = (ago: number) => {
      const at = Date.now() - ago * DAY;
      const facts = { created_at: at };
      const event = {
        id: `e${ago}`,
        type: "request.completed",
        request: `old-${ago}`,
        place: [0, 9, 0, 9],
        facts,
      };
      const index = { at, base_url: "", subscriptions: [], events: [event] };
      const command = { Append: { key: `archive/default/${ago}`, at, events: [1], days: 20 } };
      return stack.history(`default/${dayOf(at)}`, command, [JSON.stringify(index)]);
    };
    await settings({ retentionDays: 20 });
    await note(15);
    await note(5);
    expect([await find("old-15"), await find("old-5")]).toEqual([200, 200]);
    await settings({ retentionDays: 10 });
    expect([await find("old-15"), await find("old-5")]).toEqual([404, 200]);
    const gone = dayOf(Date.now() - 15 * DAY);
    const page = { Page: { after_seq: 0, limit: 1 } };
    expect((await stack.history(`default/${gone}`, page)).rows).toEqual([]);
    await settings({ retentionDays: null });
    expect(await find("old-15")).toBe(404);
  });
});
