// A deployment with something to see on each page: endpoints that take deliveries, one that fails, and what came of it.
import { type Endpoint, eventually, startEndpoint } from "../../worker/support/endpoint.ts";
import { completed } from "../../worker/support/events.ts";
import { newSecret } from "../../worker/support/sign.ts";
import { type Row, type Stack, startStack } from "../../worker/support/stack.ts";

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** How many events it takes to fill it. */
const EVENTS = 12;

export async function openStage() {
  const secret = newSecret();
  const stack: Stack = await startStack({
    webhookSecrets: [secret],
    limits: { LOGIN: 1000 },
    // The first retry comes while somebody looks, the second does not.
    vars: { RETRY_SCHEDULE: "3600,7200", HANDLERS: "log,spend,latency,tokens,usage" },
  });
  const good: Endpoint = await startEndpoint();
  const bad: Endpoint = await startEndpoint((_, response) => response.writeHead(503).end("overloaded"));
  const stop = async () => {
    await stack.stop();
    await Promise.all([good.stop(), bad.stop()]);
  };

  /** What the settings list: a key, rules, alerts, and a type of the org's own, whose texts people choose. */
  async function settle(texts: string[]) {
    const create = async (method: string, path: string, body: unknown) => {
      const { status, data, error } = await stack.call(method, path, body);
      if (status !== 200) throw new Error(`${method} ${path}: ${error}`);
      return String(data["id"]);
    };
    const ids = { key: "", rule: "", alert: "", type: "refund.proposed" };
    for (const [at, name] of texts.entries()) {
      ids.key = await create("POST", "/v1/keys", { name, scopes: ["webhooks:read"] });
      ids.rule = await create("POST", "/v1/rules", {
        name,
        metric: "cost",
        per: "user",
        threshold: at + 0.001,
      });
      ids.alert = await create("POST", "/v1/alerts", { name, metric: "dead", threshold: at + 1 });
    }
    const description = texts.join(" ");
    const schema = { type: "object", properties: { amount: { type: "number", description } } };
    await create("PUT", `/v1/event-types/${ids.type}`, { description, schema });
    return ids;
  }

  /** An empty stage would have every test pass: so there are subscriptions in each state, and deliveries of them. */
  async function fill() {
    const billing = await stack.subscribe(good.url, { description: "Billing" });
    const alerting = await stack.subscribe(bad.url, { description: "Alerting" });
    await stack.subscribe(good.url, { description: "Staging", status: "paused" });
    await stack.subscribe(`${stack.base}/webhook`, { description: "Our receiver", signing_secret: secret });
    const rows = Array.from({ length: EVENTS }, (_, at) =>
      completed({
        request_id: `req-${at}`,
        user_id: `user-${at % 3}`,
        created_at: new Date(Date.now() - at * 60_000).toISOString(),
      }),
    );
    const { status, error } = await stack.send(rows);
    if (status !== 202) throw new Error(`events refused: ${error}`);
    await good.until(EVENTS);
    const settled = async (id: string, state: string) => {
      const { data } = await stack.call("GET", `/v1/webhooks/${id}/deliveries?state=${state}&limit=100`);
      return data["deliveries"] as Row[];
    };
    await eventually(async () => (await settled(billing.id, "delivered")).length === EVENTS, "deliveries");
    await eventually(async () => (await settled(alerting.id, "retrying")).length === EVENTS, "failures");
    const of = async (id: string, state: string) => String((await settled(id, state))[0]?.["id"]);
    return {
      ...(await settle(["For the dashboard"])),
      webhook: billing.id,
      failing: alerting.id,
      delivery: await of(billing.id, "delivered"),
      failure: await of(alerting.id, "retrying"),
      request: "req-0",
    };
  }

  return { stack, good, bad, settle, fill, stop };
}

/** What is on a stage that was filled, by its ids. */
export type Filled = Awaited<ReturnType<Stage["fill"]>>;
