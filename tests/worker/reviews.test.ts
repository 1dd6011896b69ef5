// What people are to look at: put in the queue by the handler, claimed, labelled, exported, and forgotten.
import { createHmac, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { CANARY } from "./support/events.ts";
import { type Answer, type Row, type Stack, startStack } from "./support/stack.ts";

const KEY = "the-key-of-a-receiver-under-test";
/** Five seconds pass in a tenth of one. */
const PACE = 50;
let stack: Stack;
let files: Endpoint;

const begin = (vars: Record<string, string>, pace: number) =>
  startStack({
    webhookSecrets: [KEY],
    vars: { HANDLERS: "review", TEST_CLOCK: `${pace}@${Date.now()}`, ...vars },
  });

beforeAll(async () => {
  files = await startEndpoint();
  stack = await begin({ REVIEW_EVENTS: "guardrail.*,eval.failed" }, PACE);
});
afterAll(async () => {
  await stack?.stop();
  await files?.stop();
});

/** Delivers an event by Helicone's signature, which has no time in it; the id that the receiver gives it. */
async function deliver(type: string, data: Row, to = stack) {
  const body = JSON.stringify({
    type,
    timestamp: "2026-11-21T09:00:00.000Z",
    data: { request_id: randomBytes(8).toString("hex"), ...data },
  });
  const response = await fetch(`${to.base}/webhook`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "helicone-signature": createHmac("sha256", KEY).update(body).digest("hex"),
    },
  });
  expect(response.status).toBe(200);
  const { id } = ((await response.json()) as Answer).data;
  await eventually(async () => {
    const { data } = await to.call("GET", `/v1/inbox/${id}`);
    return data?.["state"] === "done";
  }, `${id} to be handled`);
  return String(id);
}

const blocked = (more: Row = {}) => deliver("guardrail.blocked", { guardrail: "pii", ...more });
const show = (id: string) => stack.call("GET", `/v1/reviews/${id}`);
const post = (id: string, verb: string, body?: Row) => stack.call("POST", `/v1/reviews/${id}/${verb}`, body);
const ids = (answer: Answer) => (answer.data["reviews"] as Row[]).map((one) => one["id"]);

async function listed(query: string) {
  const answer = await stack.call("GET", `/v1/reviews?limit=200&${query}`);
  expect(answer.status).toBe(200);
  return ids(answer);
}

async function exported(query: string) {
  const response = await fetch(`${stack.base}/v1/reviews/export?${query}`, {
    headers: { authorization: `Bearer ${stack.rootKey}` },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  const text = await response.text();
  const lines = text.split("\n").slice(0, -1);
  return {
    lines: lines.map((line) => JSON.parse(line) as Row),
    next: response.headers.get("next-cursor") ?? "",
  };
}

describe("the queue", () => {
  it("has what is to be looked at, with the full exchange, and nothing else", async () => {
    files.reply = (_, response) => {
      response.end(JSON.stringify({ request: { whole: CANARY }, response: [1] }));
    };
    const id = await blocked({
      user_id: "u-1",
      model: "m",
      provider: "OPENAI",
      request_body: "cut",
      request_response_url: `${files.url}?signature=1`,
    });
    const other = await deliver("request.completed", { request_body: {} });
    const flagged = await deliver("request.completed", { properties: { review: true } });
    const disliked = await deliver("feedback.given", { rating: false });
    expect(await listed("")).toEqual([id, flagged, disliked]);
    expect(await show(other)).toMatchObject({ status: 404, error: "review not found" });
    const { data } = await show(id);
    expect(data).toMatchObject({
      id,
      state: "open",
      reason: "event",
      event_type: "guardrail.blocked",
      user_id: "u-1",
      model: "m",
      provider: "OPENAI",
      data: "full",
      claimed_by: null,
      claimed_until: null,
      label: null,
      exchange: {
        event: { guardrail: "pii", user_id: "u-1" },
        request: { whole: CANARY },
        response: [1],
      },
    });
    expect(JSON.stringify(data)).not.toContain("signature");
    expect((await show(flagged)).data).toMatchObject({ reason: "flagged", exchange: { request: null } });
    expect((await show(disliked)).data).toMatchObject({ reason: "feedback" });
  });

  it("has a delivery once, as it was and as it stands, however often it is handled", async () => {
    const id = await blocked({ request_body: "first" });
    await post(id, "label", { label: "ok" });
    // Past the door and the inbox's memory, which files it elsewhere: the handler sees it a second time, with other bodies.
    const message = { v: 1, id, event_type: "guardrail.blocked", received_at: 0, request: "another" };
    const body = { request_body: "second" };
    await stack.enqueue(`${JSON.stringify(message)}\n${JSON.stringify(body)}`, "INBOX");
    await eventually(async () => {
      const { data } = await stack.call("GET", "/v1/inbox?state=done&limit=200");
      return (data["deliveries"] as Row[]).filter((one) => one["id"] === id).length === 2;
    }, "both to be handled");
    expect((await show(id)).data).toMatchObject({ state: "labelled", exchange: { request: "first" } });
  });

  it("is read in pages", async () => {
    for (let at = 0; at < 3; at++) await blocked();
    const all = await listed("state=open");
    const paged: unknown[] = [];
    let cursor: unknown = "";
    for (;;) {
      const query = cursor === "" ? "" : `&cursor=${cursor}`;
      const answer = await stack.call("GET", `/v1/reviews?limit=2${query}`);
      paged.push(...ids(answer));
      cursor = answer.data["next_cursor"];
      if (cursor === null) break;
    }
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThanOrEqual(3);
  });
});

describe("a claim", () => {
  it("keeps others away until it ends by itself", async () => {
    const id = await blocked();
    const claimed = await post(id, "claim", { reviewer: "ada", seconds: 75 });
    expect(claimed).toMatchObject({ status: 200, data: { state: "claimed", claimed_by: "ada" } });
    expect(await post(id, "claim", { reviewer: "bob" })).toMatchObject({ status: 409, code: "conflict" });
    expect(await post(id, "label", { label: "ok", reviewer: "bob" })).toMatchObject({ status: 409 });
    expect(await post(id, "release", { reviewer: "bob" })).toMatchObject({ status: 409 });
    expect(await listed("state=claimed")).toContain(id);
    expect(await listed("state=open")).not.toContain(id);
    // They are one and a half.
    await eventually(async () => (await listed("state=open")).includes(id), "the claim to end");
    expect(await listed("state=claimed")).not.toContain(id);
    expect(await post(id, "claim", { reviewer: "bob" })).toMatchObject({ data: { claimed_by: "bob" } });
    expect(await post(id, "release")).toMatchObject({ status: 200, data: { state: "open" } });
  });

  it("is one reviewer's alone, however many ask at once", async () => {
    const id = await blocked();
    const names = ["ada", "bob", "cyd", "dan", "eve"];
    const answers = await Promise.all(names.map((reviewer) => post(id, "claim", { reviewer })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  });
});

describe("a label", () => {
  it("is exported in the order in which it was given, with the exchange, and again when it is replaced", async () => {
    const before = await exported("limit=200");
    const [first, second] = [await blocked({ request_body: "a\nb" }), await blocked()];
    await post(second, "claim", { reviewer: "ada" });
    const comment = "An example\naddress.";
    expect(await post(second, "label", { label: "false_positive", comment })).toMatchObject({
      status: 200,
      data: { state: "labelled", claimed_by: null, label: { reviewer: "ada", comment } },
    });
    await post(first, "label", { label: "pii", reviewer: "bob" });
    const one = await exported(`limit=1&cursor=${before.next}`);
    expect(one.lines).toMatchObject([
      { id: second, label: { label: "false_positive" }, exchange: { event: { guardrail: "pii" } } },
    ]);
    const rest = await exported(`cursor=${one.next}`);
    expect(rest.lines).toMatchObject([{ id: first, exchange: { request: "a\nb" } }]);
    expect(await exported(`cursor=${rest.next}`)).toEqual({ lines: [], next: rest.next });
    expect(await post(second, "claim", { reviewer: "bob" })).toMatchObject({ status: 409 });
    await post(second, "label", { label: "leak" });
    expect((await exported(`cursor=${rest.next}`)).lines).toMatchObject([
      { id: second, label: { label: "leak", reviewer: null } },
    ]);
    expect(await listed("state=labelled")).toContain(second);
  });

  it("has a moment of its own, also among many at once", async () => {
    const { next } = await exported("limit=200");
    const all = await Promise.all(Array.from({ length: 8 }, () => blocked()));
    await Promise.all(all.map((id) => post(id, "label", { label: "ok" })));
    const { lines } = await exported(`cursor=${next}`);
    expect(lines.map(({ id }) => id).sort()).toEqual([...all].sort());
    expect(new Set(lines.map((line) => (line["label"] as Row)["at"])).size).toBe(all.length);
  });
});

describe("what is refused", () => {
  it("names its field", async () => {
    const id = await blocked();
    for (const [verb, body, field] of [
      ["claim", {}, "reviewer"],
      ["claim", { reviewer: "ada", seconds: 0 }, "seconds"],
      ["claim", { reviewer: "ada", until: 1 }, "until"],
      ["release", { reviewer: 7 }, "reviewer"],
      ["label", {}, "label"],
      ["label", { label: "Bad Label" }, "label"],
      ["label", { label: "ok", comment: "" }, "comment"],
      ["label", { label: "ok", score: 1 }, "score"],
    ] as const)
      expect(await post(id, verb, body as Row), `${verb} ${field}`).toMatchObject({ status: 400, field });
    for (const query of ["state=new", "limit=0", "cursor=x", "order=id"]) {
      const field = query.split("=")[0];
      expect(await stack.call("GET", `/v1/reviews?${query}`)).toMatchObject({ status: 400, field });
      expect(await stack.call("GET", `/v1/reviews/export?${query}`)).toMatchObject({ status: 400, field });
    }
  });

  it("needs the scopes for reading requests and for writing scores", async () => {
    const id = await blocked();
    const { data } = await stack.call("POST", "/v1/keys", { name: "reader", scopes: ["requests:read"] });
    const authorization = `Bearer ${data["key"]}`;
    const call = (method: string, path: string) =>
      stack.call(method, `/v1/reviews${path}`, undefined, { authorization });
    expect((await call("GET", "")).status).toBe(200);
    expect((await call("GET", `/${id}`)).status).toBe(200);
    expect((await call("POST", `/${id}/release`)).status).toBe(403);
    await stack.call("POST", "/v1/orgs", { id: "acme" });
    const scopes = ["requests:read", "scores:write"];
    const other = await stack.call("POST", "/v1/keys", { name: "other", scopes, org: "acme" });
    const foreign = { authorization: `Bearer ${other.data["key"]}` };
    expect((await stack.call("GET", "/v1/reviews", undefined, foreign)).status).toBe(403);
    expect((await fetch(`${stack.base}/v1/reviews/export`)).status).toBe(401);
    expect((await stack.call("POST", "/v1/reviews", {})).status).toBe(405);
    expect((await stack.call("POST", `/v1/reviews/${id}/open`, {})).status).toBe(404);
  });
});

it("forgets what is REVIEW_DAYS old, exchange and all", async () => {
  // Two days pass in 1.7 seconds.
  const brief = await begin({ REVIEW_DAYS: "1" }, 100_000);
  try {
    const id = await deliver("eval.failed", { request_body: {} }, brief);
    const kept = async () => (await (await brief.bucket()).list({ prefix: "reviews/" })).objects.length;
    await eventually(async () => {
      const { status } = await brief.call("GET", `/v1/reviews/${id}`);
      return status === 404 && (await kept()) === 0;
    }, `${id} to be forgotten`);
    expect((await brief.call("GET", "/v1/reviews")).data["reviews"]).toEqual([]);
  } finally {
    await brief.stop();
  }
});
