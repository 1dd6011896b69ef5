// The console's Events and Receiver pages, on what a real history, real ledgers and a real receiver hold.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formToken, loggedIn, type Visitor, words } from "./support/console.ts";
import { eventually } from "./support/endpoint.ts";
import { CANARY, completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const KEY = "the-key-of-a-receiver-under-test";
const DAY = 86_400_000;
/** What would run, load or hide, were it not text. */
const EVIL = `<script>alert(1)</script><img src=x onerror=alert(1)>"'\u202E\u0000`;
const AWKWARD_ID = "a/b?c#d%e é\u202E<b>";
let stack: Stack;
let me: Visitor;
const webhooks: Record<string, string> = {};

const newKey = async (scopes: string[], org = "default") => {
  const made = await stack.call("POST", "/v1/keys", { name: "for the console", scopes, org });
  expect(made.status, made.error).toBe(200);
  return String(made.data["key"]);
};
const page = (id: string) => `/console/events/${encodeURIComponent(id)}`;
/** What no page may hold as it came. */
const HOSTILE = ["<script>alert", "<img src=x", "\u202e", "\u0000"];
const isInert = (text: string, where = "") => {
  for (const evil of HOSTILE)
    expect(text.includes(evil), `${where} holds ${JSON.stringify(evil)}`).toBe(false);
};

async function deliver(type: string, data: Row) {
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
  const signature = createHmac("sha256", KEY).update(body).digest("hex");
  const headers = { "content-type": "application/json", "helicone-signature": signature };
  const response = await fetch(`${stack.base}/webhook`, { method: "POST", body, headers });
  expect(response.status).toBe(200);
  return String(((await response.json()) as { data: Row }).data["id"]);
}

beforeAll(async () => {
  stack = await startStack({
    offline: true,
    webhookSecrets: [KEY],
    // What archive lacks is a bucket, and what forward lacks is somebody to forward to.
    vars: { HANDLERS: "spend,latency,tokens,usage,review,forward", FORWARD_URL: "http://forward.example/in" },
    limits: { LOGIN: 1000 },
  });
  const made = async (name: string, settings: Row) => {
    const { id } = await stack.subscribe("https://hooks.example.com/in", { description: name, ...settings });
    webhooks[name] = id;
  };
  await made("All", { eventTypes: ["request.*"] });
  await made("Guardrails", { eventTypes: ["guardrail.*"] });
  await made("None of it", { sampleRate: 0 });
  await made("Staging", { propertyFilters: [{ key: "environment", value: "staging" }] });
  await made("Expensive", { filter: { cost: { $gt: 1 } } });
  const at = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  const sent = await stack.send([
    completed({ request_id: "plain", created_at: at(30), trace_id: "4bf92f3577b34da6a3ce929d0e0e4736" }),
    completed({
      request_id: "failed",
      created_at: at(20),
      status: 503,
      model: "claude-sonnet-4",
      user_id: "bob",
    }),
    completed({
      request_id: AWKWARD_ID,
      created_at: at(10),
      user_id: EVIL,
      model: EVIL,
      properties: { "<b>evil</b>": EVIL },
      request: { messages: [{ role: "user", content: EVIL + CANARY }] },
      response: {
        choices: [{ message: { role: "assistant", content: `${EVIL}${"word ".repeat(250_000)}` } }],
      },
    }),
    ...Array.from({ length: 60 }, (_, n) =>
      completed({ request_id: `many-${n}`, created_at: at(100 + n), model: "many" }),
    ),
  ]);
  expect(sent.status, sent.error).toBe(202);
  me = await loggedIn(stack);
});
afterAll(() => stack?.stop());

describe("the list", () => {
  it("finds by what is typed", async () => {
    const found = async (query: string) =>
      [
        ...(await me.get(`/console/events?${query}`)).text.matchAll(
          /<span class="under">((?:plain|failed|many-\d+))</g,
        ),
      ].map(([, id]) => id);
    expect(await found("user=bob")).toEqual(["failed"]);
    expect(await found("model=CLAUDE")).toEqual(["failed"]);
    expect(await found("status=5xx")).toEqual(["failed"]);
    expect(await found("id=plain")).toEqual(["plain"]);
    expect(await found("id=plain&scored=yes")).toEqual([]);
    expect(
      await found(
        `property=environment&value=production&until=${new Date().toISOString().slice(0, 19)}&model=gpt`,
      ),
    ).toEqual(["plain"]);
    expect(words(await me.get("/console/events?user=nobody"))).toContain("No request is like that");
  });

  it("goes on behind a full page", async () => {
    const first = await me.get("/console/events?model=many");
    const next =
      /href="([^"]*cursor=[^"]*)" rel="next"/.exec(first.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const second = await me.get(next);
    const all = [first, second].map(({ text }) => [...text.matchAll(/>many-(\d+)</g)].map(([, n]) => n));
    expect(all.map((ids) => ids.length)).toEqual([50, 10]);
    expect(new Set(all.flat()).size).toBe(60);
    expect(words(second)).toContain("Newest");
  });

  it("says at the field what is wrong, and keeps what was typed", async () => {
    const ours = await me.get("/console/events?status=ok&user=%22bob");
    expect(ours.text).toMatch(/id="status-error">must be a status/);
    expect(ours.text).toContain('value="&quot;bob"');
    const theirs = await me.get(`/console/events?model=${"x".repeat(2000)}`);
    expect(theirs.text).toContain('id="model-error"');
    expect((await me.get("/console/events?cursor=x")).status).toBe(400);
  });

  it("is there for keys that may read requests, of their org", async () => {
    const cannot = await loggedIn(stack, await newKey(["webhooks:read"]));
    expect((await cannot.get("/console/events")).status).toBe(403);
    await stack.call("POST", "/v1/orgs", { id: "acme" });
    const other = await loggedIn(stack, await newKey(["requests:read", "webhooks:read"], "acme"));
    expect(words(await other.get("/console/events"))).toContain("No requests yet");
    for (const path of [page("plain"), `${page("plain")}/exchange`])
      expect((await other.get(path)).status, path).toBe(404);
    expect((await stack.call("GET", "/v1/request/plain/webhooks")).status).toBe(200);
    const authorization = `Bearer ${await newKey(["requests:read"], "acme")}`;
    expect((await stack.call("GET", "/v1/request/plain/webhooks", undefined, { authorization })).status).toBe(
      403,
    );
  });
});

describe("a request", () => {
  it("shows its facts, and why each subscription gets it or does not", async () => {
    let text = "";
    await eventually(async () => {
      text = words(await me.get(page("plain")));
      return text.includes("delivered");
    }, "the delivery");
    for (const part of [
      "4bf92f3577b34da6a3ce929d0e0e4736",
      "prompt 13, completion 17",
      "Type not wanted: request.completed is none of guardrail.*",
      "Not in the sample of 0 %",
      "Property environment is not staging",
      "filter.cost.$gt : it has another value",
    ])
      expect(text).toContain(part);
    expect(text).not.toContain(CANARY);
    const { data } = await stack.call("GET", "/v1/request/plain/webhooks");
    const verdicts = data["webhooks"] as unknown as {
      webhook_id: string;
      why: Row | null;
      delivery: Row | null;
    }[];
    const all = verdicts.find((one) => one.webhook_id === webhooks["All"]);
    expect(all).toMatchObject({ why: null, delivery: { state: "delivered", webhook_id: webhooks["All"] } });
    expect((await me.get(page("plain"))).text).toContain(`/console/deliveries/${all?.delivery?.["id"]}`);
    // A subscription that was changed since has its delivery still.
    await stack.call("PATCH", `/v1/webhooks/${webhooks["All"]}`, { eventTypes: ["eval.*"] });
    const changed = words(await me.get(page("plain")));
    expect(changed).toContain("Matched when the event came. Now: Type not wanted");
    await stack.call("PATCH", `/v1/webhooks/${webhooks["All"]}`, { eventTypes: ["request.*"] });
  });

  it("shows what was asked and answered to whoever asks for it", async () => {
    expect(words(await me.get(`${page("plain")}/exchange`))).toContain(`Hello ${CANARY}`);
    const part = await me.get(`${page("plain")}/exchange`, { "hx-request": "true" });
    expect(part.text).not.toContain("<html");
    expect(words(part)).toContain(`Hi ${CANARY}`);
    const whole =
      /href="(\/payloads[^"]+|http[^"]+\/payloads[^"]+)"/.exec(part.text)?.[1]?.replaceAll("&amp;", "&") ??
      "";
    expect((await fetch(new URL(whole, stack.base))).status).toBe(200);
    const blind = await loggedIn(stack, await newKey(["requests:read"]));
    const seen = await blind.get(page("plain"));
    expect(seen.status).toBe(200);
    expect(words(seen)).not.toContain("Type not wanted");
  });

  it("is text, whatever it holds", async () => {
    for (const path of ["/console/events", page(AWKWARD_ID), `${page(AWKWARD_ID)}/exchange`]) {
      const { status, text } = await me.get(path);
      expect(status, path).toBe(200);
      isInert(text, path);
      expect(text, path).toContain("⟨U+202E⟩");
    }
    const long = words(await me.get(`${page(AWKWARD_ID)}/exchange`));
    expect(long).toContain("1.3 MB");
    expect(long).toContain("This is the first 100.");
  });

  it("takes scores and feedback", async () => {
    const say = (what: string, fields: Record<string, string>) =>
      me.send(`${page("plain")}/${what}`, fields, page("plain"));
    expect(words(await me.follow(await say("score", { name: "accuracy", value: "95" })))).toContain(
      "accuracy 95",
    );
    expect(words(await me.follow(await say("score", { name: "polite", value: "Yes" })))).toContain(
      "polite yes",
    );
    expect(words(await me.follow(await say("feedback", { rating: "false" })))).toContain(
      "Feedback Not liked",
    );
    const wrong = await say("score", { name: "accuracy", value: "0.95" });
    expect(words(wrong)).toContain("must be a whole number or a boolean");
    expect(wrong.text).toContain('value="0.95"');
    const reads = await loggedIn(stack, await newKey(["requests:read"]));
    expect((await reads.get(page("plain"))).text).not.toContain("/score");
    const sent = await reads.send(`${page("plain")}/score`, { name: "x", value: "1" });
    expect(sent.status).toBe(403);
    expect((await me.get(page("nothing"))).status).toBe(404);
  });
});

describe("the receiver", () => {
  it("shows what was counted, and leaves the unknown unknown", async () => {
    expect(words(await me.get("/console/receiver?range=today"))).toContain("No requests were counted");
    const now = Date.now();
    const one = {
      delivery_id: "",
      at: now,
      model: "gpt-4o",
      prompt_tokens: 100,
      completion_tokens: 50,
      latency_ms: 1000,
    };
    const want = ["spend", "latency", "tokens", "usage"];
    const observations = [
      { ...one, delivery_id: "m1", cost: 250_000_000, user: "ann", want },
      { ...one, delivery_id: "m2", cost: 500_000_000, at: now - 2 * DAY, model: EVIL, user: EVIL, want },
      { ...one, delivery_id: "m3", user: "who knows", model: "untold", want },
    ];
    await stack.insights({ Observe: { now, observations, counters: [["signature.no_match", 7]] } });
    const shown = await me.get("/console/receiver?range=30d");
    const text = words(shown);
    for (const part of [
      "$0.7500",
      "1 of unknown cost",
      "Latency by day",
      "no_match 7",
      "gpt-4o $0.2500 33.3 %",
      "untold – –",
    ])
      expect(text).toContain(part);
    isInert(shown.text);
    expect(words(await me.get("/console/receiver?range=today"))).toContain("$0.2500");
  });

  it("lists what handlers gave up, and runs them again", async () => {
    const reads = await loggedIn(stack, await newKey(["webhooks:read"]));
    const plain = await reads.get("/console/receiver");
    expect(words(plain)).toContain("may not read what requests have cost");
    expect(formToken(plain)).not.toBe("");
    const id = await deliver("request.completed", { request_id: "poison", model: EVIL });
    await eventually(
      async () => (await stack.call("GET", `/v1/inbox/${id}`)).data?.["state"] !== undefined,
      "the delivery",
    );
    const states = await Promise.all(
      ["dead", "open", "done"].map(
        async (state) => (await me.get(`/console/receiver/inbox?state=${state}`)).text,
      ),
    );
    expect(states.filter((text) => text.includes(id))).toHaveLength(1);
    const retried = await me.send(`/console/receiver/inbox/${id}/retry`, {}, "/console/receiver");
    expect(retried.status).toBe(303);
    expect((await reads.send(`/console/receiver/inbox/${id}/retry`, {})).headers.get("location")).toBe(
      "/console/receiver/inbox",
    );
    expect((await me.get("/console/receiver/inbox?state=what")).status).toBe(400);
    expect((await me.send("/console/receiver/inbox/..%2F..%2Fkeys/retry")).status).toBe(404);
  });

  it("has reviews claimed, labelled and given back", async () => {
    const id = await deliver("guardrail.blocked", { request_id: EVIL, model: EVIL, guardrail: EVIL });
    await eventually(async () => (await stack.call("GET", `/v1/reviews/${id}`)).status === 200, "the review");
    const path = `/console/receiver/reviews/${id}`;
    for (const place of ["/console/receiver", "/console/receiver/reviews", path])
      isInert((await me.get(place)).text, place);
    const say = (fields: Record<string, string>) => me.send(path, fields, path);
    expect((await say({ do: "claim" })).text).toContain('id="reviewer-error"');
    expect(words(await me.follow(await say({ do: "claim", reviewer: "ann" })))).toContain("claimed by ann");
    const refused = await me.follow(await say({ do: "label", label: "safe", reviewer: "bob" }));
    expect(words(refused)).toContain("somebody else has claimed this review");
    expect(words(await me.follow(await say({ do: "release", reviewer: "ann" })))).toContain(
      "It was given back",
    );
    const wrong = await say({ do: "label", label: "Not Safe", comment: "why" });
    expect(wrong.text).toContain('id="label-error"');
    expect(wrong.text).toContain(">why</textarea>");
    expect(
      words(
        await me.follow(await say({ do: "label", label: "unsafe", comment: EVIL.replace("\u0000", "") })),
      ),
    ).toContain("unsafe");
    expect(words(await me.get("/console/receiver/reviews?state=labelled"))).toContain("unsafe");
    expect((await me.get("/console/receiver/reviews/msg_none")).status).toBe(404);
  });

  it("is its deployer's alone", async () => {
    const other = await loggedIn(stack, await newKey(["requests:read", "webhooks:read"], "acme"));
    for (const path of ["", "/inbox", "/reviews"])
      expect((await other.get(`/console/receiver${path}`)).status, path).toBe(404);
  });
});
