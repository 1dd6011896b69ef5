// What deliveries come to: counted by ledgers, asked for as JSON, and told to Prometheus.
import parse from "parse-prometheus-text-format";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { newId, newSecret, signed } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const secret = newSecret();
let stack: Stack;
let endpoint: Endpoint;
let failing: Endpoint;
/** Webhooks: one whose endpoint fails now and then, one that is paused, two that pass events over, one that waits for a retry. */
const ids = { sending: "", paused: "", sampling: "", filtering: "", waiting: "" };

type Numbers = Row & { callback: Row; latency: Row };
type Metrics = {
  since: string;
  until: string;
  total: Numbers;
  groups: { group: string | null; is_rest: boolean; total: Numbers; buckets: Row[] }[];
  now: { retrying: number; oldest_retrying_seconds: number | null; webhooks: Row[] };
};

const metrics = async (path = "/v1/metrics") => {
  const answer = await stack.call("GET", path);
  expect(answer.status, answer.error).toBe(200);
  return answer.data as unknown as Metrics;
};
const of = (id: string, query = "") => metrics(`/v1/webhooks/${id}/metrics${query}`);

const scrape = (key = stack.rootKey) =>
  fetch(`${stack.base}/metrics`, { headers: { authorization: `Bearer ${key}` } });

/** The value of the sample of a family that has these labels. */
function sample(text: string, name: string, labels: Record<string, string>) {
  const family = parse(text).find((one) => one.name === name);
  const found = family?.metrics.filter((one) =>
    Object.entries(labels).every(([label, value]) => one.labels?.[label] === value),
  );
  expect(found, `${name} ${JSON.stringify(labels)}`).toHaveLength(1);
  return Number(found?.[0]?.value);
}

beforeAll(async () => {
  const flaky = new Set<string>();
  endpoint = await startEndpoint(({ text }, response) => {
    const { request_id: id, user_id: user } = JSON.parse(text);
    const fails = user === "fails-once" ? !flaky.has(id) : user === "fails";
    flaky.add(id);
    response.writeHead(fails ? 500 : 200).end();
  });
  failing = await startEndpoint((_, response) => response.writeHead(503).end());
  stack = await startStack({
    webhookSecrets: [secret],
    vars: { RETRY_SCHEDULE: "1", HANDLERS: "log" },
  });
  const subscribe = async (url: string, settings: Record<string, unknown>) =>
    (await stack.subscribe(url, settings)).id;
  ids.sending = await subscribe(endpoint.url, {
    eventTypes: ["request.completed", "eval.failed"],
  });
  ids.paused = await subscribe(endpoint.url, { status: "paused" });
  ids.sampling = await subscribe(endpoint.url, { sampleRate: 0 });
  ids.filtering = await subscribe(endpoint.url, {
    propertyFilters: [{ key: "environment", value: "staging" }],
  });
  ids.waiting = await subscribe(failing.url, { eventTypes: ["guardrail.blocked"], retrySchedule: [3600] });
});
afterAll(async () => {
  await stack?.stop();
  await Promise.all([endpoint?.stop(), failing?.stop()]);
});

it("numbers of a known history are exact, by subscription, model, type and provider", async () => {
  const claude = { model: "claude-sonnet-4", provider: "ANTHROPIC" };
  const graded = completed({ type: "eval.failed" });
  const blocked = completed({ type: "guardrail.blocked" });
  const sent = await stack.send([
    completed(),
    completed(),
    completed(),
    completed({ ...claude, user_id: "fails-once" }),
    completed({ ...claude, user_id: "fails" }),
    graded,
    blocked,
  ]);
  expect(sent.data).toMatchObject({ accepted: 7, deliveries: 7, held: 5 });
  const ended = ({ total }: Metrics) => Number(total["delivered"]) + Number(total["dead"]);
  await eventually(async () => ended(await of(ids.sending)) === 6, "six deliveries to end");
  // The same event once more: it is known, and not sent.
  await stack.send(graded);
  await eventually(async () => (await of(ids.sending)).total["duplicates"] === 1, "the duplicate");
  await eventually(async () => (await of(ids.waiting)).now.retrying === 1, "the failure");

  const { total, groups, now } = await of(ids.sending);
  expect(total).toMatchObject({
    attempts: 8,
    failed_attempts: 3,
    delivered: 5,
    delivered_at_once: 4,
    dead: 1,
    success_rate: 5 / 6,
    attempts_per_delivery: 8 / 6,
    duplicates: 1,
    duplicate_rate: 1 / 7,
    held: 0,
    sampled_out: 0,
    filtered_out: 0,
    callback: { count: 5 },
    latency: { count: 8 },
  });
  // The one that was retried came a second later.
  expect(Number(total.callback["p99_ms"])).toBeGreaterThanOrEqual(1000);
  expect(groups).toHaveLength(1);
  expect(now).toMatchObject({ retrying: 0, oldest_retrying_seconds: null });
  expect(now.webhooks).toMatchObject([{ id: ids.sending, sending: "active" }]);

  const by = async (name: string) =>
    (await of(ids.sending, `?groupBy=${name}`)).groups.map(({ group, total }) => [
      group,
      total["attempts"],
      total["delivered"],
      total["dead"],
      total["duplicates"],
    ]);
  const gpt = [4, 4, 0, 1];
  const claudes = [4, 1, 1, 0];
  expect(new Map((await by("model")).map(([group, ...rest]) => [group, rest]))).toEqual(
    new Map([
      ["gpt-4o", gpt],
      ["claude-sonnet-4", claudes],
    ]),
  );
  expect((await by("provider")).map(([group]) => group).sort()).toEqual(["ANTHROPIC", "OPENAI"]);
  expect(await by("type")).toEqual([
    ["request.completed", 7, 4, 1, 0],
    ["eval.failed", 1, 1, 0, 1],
  ]);
});

it("what is held, passed over or due again is counted with its subscription", async () => {
  const numbers = async (id: string) => {
    const { total } = await of(id);
    return [
      total["attempts"],
      total["held"],
      total["sampled_out"],
      total["filtered_out"],
      total["success_rate"],
    ];
  };
  // Types that a webhook does not want are no loss of its.
  expect(await numbers(ids.paused)).toEqual([0, 5, 0, 0, null]);
  expect(await numbers(ids.sampling)).toEqual([0, 0, 5, 0, null]);
  expect(await numbers(ids.filtering)).toEqual([0, 0, 0, 5, null]);
  const { total, now } = await of(ids.waiting);
  expect(total).toMatchObject({ attempts: 1, failed_attempts: 1, success_rate: null });
  expect(now.retrying).toBe(1);
  expect(now.oldest_retrying_seconds).toBeGreaterThanOrEqual(0);
  expect(now.oldest_retrying_seconds).toBeLessThan(600);
});

it("an org's numbers are the sums of its subscriptions'", async () => {
  const { total, now, groups } = await metrics("/v1/metrics?groupBy=webhook");
  expect(total).toMatchObject({
    attempts: 9,
    delivered: 5,
    dead: 1,
    held: 5,
    sampled_out: 5,
    filtered_out: 5,
  });
  expect(groups.map(({ group }) => group).sort()).toEqual(Object.values(ids).sort());
  expect(now.retrying).toBe(1);
  expect(now.webhooks.map(({ id }) => id)).toEqual(Object.values(ids));
  expect(now.webhooks[1]).toMatchObject({ sending: "paused", oldest_retrying_seconds: null });
  const days = await metrics("/v1/metrics?step=day&groupBy=model&limit=1");
  expect(days.total).toEqual(total);
  expect(days.groups.map(({ is_rest }) => is_rest)).toEqual([false, true]);
  const past = await metrics("/v1/metrics?since=2026-01-01&until=2026-01-02");
  expect(past).toMatchObject({
    since: "2026-01-01T00:00:00.000Z",
    until: "2026-01-02T00:00:00.000Z",
    groups: [],
  });
});

it("Prometheus is told the same", async () => {
  const response = await scrape();
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  const value = (name: string, labels: Record<string, string>) =>
    sample(text, `heliograph_${name}`, { org: "default", ...labels });
  const requests = { webhook: ids.sending, type: "request.completed" };
  expect(value("attempts_total", { ...requests, outcome: "delivered" })).toBe(4);
  expect(value("attempts_total", { ...requests, outcome: "failed" })).toBe(3);
  expect(value("deliveries_total", { ...requests, outcome: "dead" })).toBe(1);
  expect(value("deliveries_at_once_total", requests)).toBe(3);
  expect(value("duplicates_total", { webhook: ids.sending, type: "eval.failed" })).toBe(1);
  expect(value("held_total", { webhook: ids.paused })).toBe(5);
  expect(value("passed_over_total", { webhook: ids.sampling, reason: "sample" })).toBe(5);
  expect(value("passed_over_total", { webhook: ids.filtering, reason: "filter" })).toBe(5);
  const models = { model: "claude-sonnet-4", provider: "ANTHROPIC" };
  expect(value("model_deliveries_total", { ...models, outcome: "dead" })).toBe(1);
  expect(value("retrying", { webhook: ids.waiting })).toBe(1);
  expect(value("retrying_oldest_age_seconds", {})).toBeLessThan(600);
  expect(value("webhook_sending", { webhook: ids.paused })).toBe(0);
  expect(sample(text, "heliograph_webhooks_unread", {})).toBe(0);
  // No label says where a webhook leads.
  expect(text).not.toContain("127.0.0.1");

  // The parser takes the durations of all webhooks for one, so it is given one.
  const own = text.split("\n").filter((line) => line.startsWith("#") || line.includes(ids.sending));
  const durations = parse(`${own.join("\n")}\n`).find(
    ({ name }) => name === "heliograph_callback_duration_seconds",
  );
  expect(durations?.type).toBe("HISTOGRAM");
  const buckets = durations?.metrics[0]?.buckets ?? {};
  expect(buckets["+Inf"]).toBe("5");
  const counts = Object.entries(buckets).sort(
    ([one], [other]) => Number(one.replace("+Inf", "Infinity")) - Number(other.replace("+Inf", "Infinity")),
  );
  expect(counts.map(([, count]) => Number(count))).toEqual(
    counts.map(([, count]) => Number(count)).sort((one, other) => one - other),
  );
});

it("the receiver's numbers stand beside them", async () => {
  const exchange = await startEndpoint((_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end('{"request":{},"response":{}}'),
  );
  const deliver = async (id: string, more: Record<string, string> = {}) => {
    const body = JSON.stringify({ request_id: id, request_response_url: exchange.url, model: "gpt-4o" });
    const headers = { ...signed(secret, body, id), ...more };
    return (await fetch(`${stack.base}/webhook`, { method: "POST", body, headers })).status;
  };
  const id = newId();
  expect(await deliver(newId(), { "webhook-signature": "v1,AAAA" })).toBe(401);
  expect(await deliver(id)).toBe(200);
  const value = async (name: string, labels: Record<string, string> = {}) => {
    const text = await (await scrape()).text();
    const family = parse(text).find((one) => one.name === `heliograph_receiver_${name}`);
    const found = family?.metrics.find((one) =>
      Object.entries(labels).every(([label, wanted]) => one.labels?.[label] === wanted),
    );
    return found && (found.value ?? found.count);
  };
  const handled = { handler: "log", outcome: "ok" };
  await eventually(async () => (await value("handled_total", handled)) === "1", "it to be handled");
  expect(await value("accepted_total")).toBe("1");
  expect(await value("fetches_total", { outcome: "full" })).toBe("1");
  expect(await value("refused_total", { reason: "mismatch" })).toBe("1");
  expect(await value("handler_duration_seconds", { handler: "log" })).toBe("1");
  await exchange.stop();
});

it("another org sees its own alone, and nobody sees any without a key that may read", async () => {
  await stack.call("POST", "/v1/orgs", { id: "acme", name: "Acme" });
  const issue = async (scopes: string[]) =>
    String((await stack.call("POST", "/v1/keys", { name: "k", org: "acme", scopes })).data["key"]);
  const reader = await issue(["webhooks:read"]);
  const authorization = (key: string) => ({ authorization: `Bearer ${key}` });
  const created = await stack.call(
    "POST",
    "/v1/webhooks",
    { destination: endpoint.url },
    authorization(await issue(["webhooks:write"])),
  );
  const theirs = String(created.data["id"]);
  const read = (path: string) => stack.call("GET", path, undefined, authorization(reader));
  const { total, now } = (await read("/v1/metrics")).data as unknown as Metrics;
  expect(total).toMatchObject({ attempts: 0, held: 0, success_rate: null });
  expect(now.webhooks.map(({ id }) => id)).toEqual([theirs]);
  expect((await read(`/v1/webhooks/${ids.sending}/metrics`)).status).toBe(404);

  const own = await (await scrape(reader)).text();
  expect(sample(own, "heliograph_webhook_sending", { org: "acme", webhook: theirs })).toBe(1);
  expect(own).not.toContain('org="default"');
  expect(own).not.toContain("heliograph_receiver");
  // The root key's scrape has both.
  const all = await (await scrape()).text();
  expect(sample(all, "heliograph_webhook_sending", { org: "acme", webhook: theirs })).toBe(1);
  expect(sample(all, "heliograph_webhook_sending", { org: "default", webhook: ids.sending })).toBe(1);

  const writer = await issue(["events:write"]);
  for (const path of ["/v1/metrics", `/v1/webhooks/${theirs}/metrics`, "/metrics"]) {
    expect((await stack.call("GET", path, undefined, authorization(writer))).status, path).toBe(403);
    expect((await stack.call("GET", path, undefined, { authorization: "" })).status, path).toBe(401);
    expect((await stack.call("POST", path, {})).status, path).toBe(405);
  }
});

it("what is wrong with a question is named", async () => {
  for (const [query, field] of [
    ["groupBy=user", "groupBy"],
    ["step=minute", "step"],
    ["since=yesterday", "since"],
    ["since=2026-11-02&until=2026-11-01", "until"],
    ["step=hour&since=2026-01-01&until=2026-06-01", "since"],
    ["limit=0", "limit"],
    ["model=gpt-4o", "model"],
  ]) {
    const answer = await stack.call("GET", `/v1/metrics?${query}`);
    expect(answer, query).toMatchObject({ status: 400, code: "invalid_field", field });
  }
  expect(await stack.call("GET", `/v1/webhooks/${ids.sending}/metrics?groupBy=webhook`)).toMatchObject({
    status: 400,
    field: "groupBy",
  });
  expect((await stack.call("GET", "/v1/webhooks/sub_nobody/metrics")).status).toBe(404);
});
