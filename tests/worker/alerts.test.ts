// Alerts on what deliveries come to: real ledgers, an endpoint that fails and recovers, and events that tell of it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, eventually, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { newSecrets, type Row, type Stack, startStack } from "./support/stack.ts";

const secrets = newSecrets();
let persist: string;
let stack: Stack;
let watched: Endpoint;
let watcher: Endpoint;
let isFailing = true;
let id: string;

const start = () => startStack({ persist, secrets, vars: { RECONCILE_AFTER_SECONDS: "3600" } });

beforeAll(async () => {
  persist = await mkdtemp(join(tmpdir(), "heliograph-"));
  watched = await startEndpoint((_, response) => response.writeHead(isFailing ? 500 : 200).end());
  watcher = await startEndpoint();
  stack = await start();
  const told = ["delivery.alert_fired", "delivery.alert_resolved"];
  // It asks for the news of itself, too, and never gets it.
  id = (
    await stack.subscribe(watched.url, { eventTypes: ["request.completed", ...told], retrySchedule: [1] })
  ).id;
  await stack.subscribe(watcher.url, { eventTypes: told, format: "cloudevents" });
});
afterAll(async () => {
  await stack?.stop();
  await Promise.all([watched?.stop(), watcher?.stop()]);
  await rm(persist, { recursive: true, force: true });
});

type Told = { type: string; source: string; subject: string; data: Row };
const told = () => watcher.received.map(({ text }) => JSON.parse(text) as Told);
async function alert(fields: Record<string, unknown>) {
  const answer = await stack.call("POST", "/v1/alerts", { name: "an alert", ...fields });
  expect(answer.status, answer.error).toBe(200);
  return answer.data as Row & { id: string };
}
const show = async (alertId: string) => (await stack.call("GET", `/v1/alerts/${alertId}`)).data;
/** Sends so many events, and waits until all that were ever sent have come to an end. */
async function send(count: number, ended: number) {
  await stack.send(Array.from({ length: count }, () => completed()));
  await eventually(async () => {
    const { data } = await stack.call("GET", `/v1/webhooks/${id}/metrics`);
    const total = data["total"] as Row;
    return Number(total["delivered"]) + Number(total["dead"]) === ended;
  }, `${ended} deliveries to end`);
}

it("fires once at another subscription, and is over once the endpoint has recovered", async () => {
  const rate = await alert({ metric: "success_rate", threshold: 90, webhookId: id, minDeliveries: 3 });
  const few = await alert({ metric: "success_rate", threshold: 90, minDeliveries: 1000 });
  const dead = await alert({ name: "dead letters", metric: "dead", threshold: 2 });
  await send(1, 1);
  await stack.reconcile();
  await pause(300);
  expect(told()).toEqual([]);

  await send(2, 3);
  await stack.reconcile();
  await watcher.until(2);
  await stack.reconcile();
  await pause(500);
  const first = told().sort((one, other) =>
    String(one.data["metric"]).localeCompare(String(other.data["metric"])),
  );
  const common = { subscription_id: id, reason: null, firing_for_ms: null, hours: 1 };
  expect(first).toMatchObject([
    { data: { ...common, alert_id: dead.id, alert: "dead letters", metric: "dead", value: 3, threshold: 2 } },
    {
      data: {
        ...common,
        alert_id: rate.id,
        alert: "an alert",
        metric: "success_rate",
        value: 0,
        threshold: 90,
      },
    },
  ]);
  for (const one of first) {
    expect(one).toMatchObject({ type: "delivery.alert_fired", source: `${stack.base}/orgs/default` });
    expect(one.subject).toBe(`${one.data["alert_id"]}:${id}:${Date.parse(String(one.data["since"]))}`);
  }
  const firing = (await show(rate.id))["firing"] as Row[];
  expect(firing).toEqual([
    { webhookId: id, since: first[1]?.data["since"], value: 0, seenAt: expect.any(String) },
  ]);
  // Seen again since.
  expect(String(firing[0]?.["seenAt"]) > String(firing[0]?.["since"])).toBe(true);
  expect((await show(few.id))["firing"]).toEqual([]);

  isFailing = false;
  await send(40, 43);
  await stack.reconcile();
  const [, , over] = (await watcher.until(3)).map(({ text }) => JSON.parse(text) as Told);
  expect(over).toMatchObject({
    type: "delivery.alert_resolved",
    subject: first[1]?.subject,
    data: {
      alert_id: rate.id,
      reason: "recovered",
      value: expect.closeTo(93.02, 1),
      since: firing[0]?.["since"],
    },
  });
  expect(Number(over?.data["firing_for_ms"])).toBeGreaterThan(0);
  expect((await show(rate.id))["firing"]).toEqual([]);
  expect(await show(dead.id)).toMatchObject({ firing: [{ webhookId: id, value: 3 }] });
  for (const { headers } of watched.received) expect(headers["webhook-event-type"]).toBe("request.completed");
  await stack.call("DELETE", `/v1/alerts/${rate.id}`);
  await stack.call("DELETE", `/v1/alerts/${few.id}`);
});

it("remembers what fires, and tells that it is over when the alert is deleted", async () => {
  await stack.stop();
  stack = await start();
  const before = watcher.received.length;
  const [dead] = (await stack.call("GET", "/v1/alerts")).data as unknown as (Row & { id: string })[];
  expect(await show(dead?.id ?? "")).toMatchObject({ metric: "dead", firing: [{ webhookId: id }] });
  await stack.reconcile();
  await pause(300);
  expect(watcher.received).toHaveLength(before);
  // It was the last one, so no run of the cron looks at the org any more.
  const deleted = await stack.call("DELETE", `/v1/alerts/${dead?.id}`);
  expect(deleted.data).toEqual({ id: dead?.id, deleted: true });
  await watcher.until(before + 1);
  expect(told().at(-1)).toMatchObject({
    type: "delivery.alert_resolved",
    data: { alert_id: dead?.id, reason: "alert_deleted", value: null },
  });
  expect((await stack.call("GET", `/v1/alerts/${dead?.id}`)).status).toBe(404);
});

it("alerts are listed and changed, by their own org, and what is wrong with one is named", async () => {
  const { id: alertId } = await alert({ metric: "oldest_retrying", threshold: 900 });
  const patch = { threshold: 600, name: "old", webhookId: id };
  const changed = await stack.call("PATCH", `/v1/alerts/${alertId}`, patch);
  const whole = {
    id: alertId,
    name: "old",
    metric: "oldest_retrying",
    threshold: 600,
    webhookId: id,
    hours: 1,
    minDeliveries: 20,
  };
  expect(changed.data).toEqual(whole);
  expect((await stack.call("GET", "/v1/alerts")).data).toEqual([whole]);
  for (const [body, field] of [
    [{}, "metric"],
    [{ metric: "dead", name: "n" }, "threshold"],
    [{ metric: "dead", name: "n", threshold: 1, hours: 25 }, "hours"],
    [{ metric: "dead", name: "n", threshold: 1, webhookId: "sub_nobody" }, "webhookId"],
    [{ metric: "dead", name: "n", threshold: 1, direction: "below" }, "direction"],
  ] as const) {
    const refused = await stack.call("POST", "/v1/alerts", body);
    expect(refused, field).toMatchObject({ status: 400, code: "invalid_field", field });
  }
  const astray = await stack.call("PATCH", `/v1/alerts/${alertId}`, { webhookId: "sub_nobody" });
  expect(astray).toMatchObject({ status: 400, field: "webhookId" });

  await stack.call("POST", "/v1/orgs", { id: "acme", name: "Acme" });
  const scopes = ["webhooks:read"];
  const { data } = await stack.call("POST", "/v1/keys", { name: "k", org: "acme", scopes });
  const asAcme = { authorization: `Bearer ${data["key"]}` };
  expect((await stack.call("GET", "/v1/alerts", undefined, asAcme)).data).toEqual([]);
  expect((await stack.call("GET", `/v1/alerts/${alertId}`, undefined, asAcme)).status).toBe(404);
  expect((await stack.call("POST", "/v1/alerts", {}, asAcme)).status).toBe(403);
  expect((await stack.call("PUT", "/v1/alerts", {})).status).toBe(405);
  expect((await stack.call("POST", `/v1/alerts/${alertId}`, {})).status).toBe(405);
  expect((await stack.call("DELETE", "/v1/alerts/alert_nobody")).status).toBe(404);
});
