// What handlers count of deliveries, and whom they tell when it is too much.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, eventually, pause, startEndpoint } from "./support/endpoint.ts";
import { CANARY } from "./support/events.ts";
import { newId, newSecret, signed } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const secret = newSecret();
const alertSecret = newSecret();
let stack: Stack;
let slack: Endpoint;
let pager: Endpoint;

beforeAll(async () => {
  [slack, pager] = await Promise.all([startEndpoint(), startEndpoint()]);
  stack = await startStack({
    webhookSecrets: [secret],
    email: "ALERT_EMAIL",
    vars: {
      HANDLERS: "spend,latency,tokens,usage,alert",
      BUDGETS: JSON.stringify([{ name: "small", limit: 1, window: "month" }]),
      USER_LIMITS: '{"requests":3}',
      SIGNATURE_ALERT: '{"failures":5,"minutes":5}',
      ALERT_SLACK_URL: slack.url,
      ALERT_URL: pager.url,
      ALERT_SECRET: alertSecret,
      ALERT_EMAIL_FROM: "alerts@example.com",
      ALERT_EMAIL_TO: "team@example.com",
    },
  });
});
afterAll(async () => {
  await stack?.stop();
  await Promise.all([slack?.stop(), pager?.stop()]);
});
beforeEach(() => {
  slack.received.length = 0;
  pager.received.length = 0;
});

async function deliver(payload: Row, more: Record<string, string> = {}) {
  const body = JSON.stringify(payload);
  const id = newId();
  const at = new Date();
  const response = await fetch(`${stack.base}/webhook`, {
    method: "POST",
    body,
    headers: {
      ...signed(secret, body, id, at),
      ...more,
    },
  });
  return { id, status: response.status };
}

const request = (more: Row = {}): Row => ({
  request_id: randomBytes(8).toString("hex"),
  request_body: { model: "gpt-4o", messages: [{ role: "user", content: CANARY }] },
  response_body: { usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 } },
  model: "gpt-4o",
  provider: "OPENAI",
  ...more,
});
const total = async (about: string) =>
  ((await stack.call("GET", `/v1/insights/${about}`)).data?.["total"] ?? {}) as Row;
const first = async (about: string) =>
  ((await stack.call("GET", `/v1/insights/${about}`)).data["groups"] as Row[])[0];
const event = (type: string, data: Row): Row => ({ type, timestamp: new Date().toISOString(), data });
const texts = () => slack.received.map((one) => JSON.parse(one.text)["text"] as string);
const counters = async () => {
  const { data } = await stack.call("GET", "/v1/insights/counters");
  const rows = data["counters"] as { name: string; count: number }[];
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
};

describe("requests", () => {
  it("are counted once each by cost, latency, tokens and user; what is not known counts as nothing", async () => {
    await deliver(
      request({
        metadata: { cost: 0.25, promptTokens: 5, completionTokens: 7, latencyMs: 900 },
        user_id: "u-1",
      }),
    );
    // Tokens of the body itself, where the gateway tells none.
    const twice = request({ user_id: "u-1" });
    await deliver(twice);
    await deliver(event("guardrail.passed", { request_id: "g" }));
    await eventually(async () => (await total("spend"))["requests"] === 2, "two requests to be counted");
    expect(await total("spend")).toMatchObject({ requests: 2, cost: 0.25, unknown: 1 });
    expect(await first("latency")).toMatchObject({ requests: 1, group: "gpt-4o" });
    expect(await first("tokens")).toMatchObject({ requests: 2, prompt_tokens: 15, completion_tokens: 27 });
    const users = (await stack.call("GET", "/v1/insights/users")).data["users"] as Row[];
    expect(users).toMatchObject([{ requests: 2 }]);
  });

  it("over a budget are told of once, in each of the ways that are set up", async () => {
    for (const cost of [0.6, 0.1]) await deliver(request({ metadata: { cost } }));
    await eventually(() => texts().length === 1, "the first alert");
    expect(texts()[0]).toContain("*budget.threshold_crossed*");
    expect(texts()[0]).toContain("budget: small");
    for (const cost of [0.3, 0.3]) await deliver(request({ metadata: { cost } }));
    await eventually(() => texts().length === 2, "the second alert");
    expect(texts()[1]).toContain("*budget.exceeded*");

    const [call] = pager.received;
    expect(
      new Webhook(alertSecret).verify(call?.text ?? "", call?.headers as Record<string, string>),
    ).toMatchObject({
      type: "alert",
      data: { event_type: "budget.threshold_crossed", subject: "budget.threshold_crossed|budget=small" },
    });
    const mail = () =>
      stack
        .logs()
        .map((line) => line.match(/Text: (\S+\.txt)\b/)?.[1])
        .filter((file) => file !== undefined);
    await eventually(() => mail().length >= 1, "the mail to be written");
    expect(
      mail()
        .map((file) => readFileSync(file, "utf8"))
        .join("\n"),
    ).toContain("budget: small");
  });

  it("of one user beyond the limit are told of without saying who", async () => {
    for (let at = 0; at < 3; at++) await deliver(request({ user_id: "u-secret-2" }));
    await eventually(() => texts().some((text) => text.includes("user.limit_reached")), "the alert");
    expect(texts().join()).not.toContain("u-secret-2");
  });
});

describe("alerts", () => {
  it("about one thing are told once in a while, and about another by themselves", async () => {
    for (const guardrail of ["pii", "pii", "toxicity"]) {
      await deliver(
        event("guardrail.blocked", { request_id: randomBytes(4).toString("hex"), guardrail, reason: "<b>" }),
      );
    }
    await eventually(() => texts().length >= 2, "both alerts");
    await pause(300);
    expect(texts().filter((text) => text.includes("guardrail: pii")).length).toBe(1);
    expect(texts().filter((text) => text.includes("guardrail: toxicity")).length).toBe(1);
    expect(texts().join()).toContain("&lt;b&gt;");
  });

  it("that one way does not take are tried again there alone", async () => {
    let refusals = 1;
    slack.reply = (_, response) => {
      response.writeHead(refusals > 0 ? 503 : 200).end();
      refusals -= 1;
    };
    const { id } = await deliver(event("eval.failed", { request_id: "r", eval: "faithfulness" }));
    await eventually(() => slack.received.length === 2, "the second try");
    await eventually(
      async () => (await stack.call("GET", `/v1/inbox/${id}`)).data?.["state"] === "done",
      "it to be done",
    );
    expect(pager.received.length).toBe(1);
  });
});

describe("counters", () => {
  it("tell of deliveries, handlers and refused signatures; many of these raise an alert", async () => {
    for (let at = 0; at < 6; at++) {
      expect((await deliver(request(), { "webhook-signature": "v1,AAAA" })).status).toBe(401);
    }
    // What was gathered is handed on with a request a few seconds later.
    await eventually(async () => {
      await deliver(request(), { "webhook-signature": "v1,AAAA" });
      await pause(500);
      return texts().some((text) => text.includes("signature.failures"));
    }, "the alert");
    const counted = await counters();
    expect(counted["signature.mismatch"]).toBeGreaterThanOrEqual(5);
    expect(counted["accepted"]).toBeGreaterThanOrEqual(10);
    expect(counted["handler.spend.ok"]).toBeGreaterThanOrEqual(10);
    expect(counted["handler.alert.slack.failed"]).toBe(1);
  });
});
