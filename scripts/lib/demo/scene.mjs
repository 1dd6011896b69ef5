// @ts-check
// What the demo sets up before there is traffic: subscriptions, rules and an event type. A second run finds them and goes on with them.

/** @typedef {import("./api.mjs").Api} Api */
/** @typedef {import("./endpoints.mjs").Endpoints} Endpoints */
/** @typedef {import("./endpoints.mjs").Kind} Kind */
/**
 * @typedef {object} Subscription
 * @property {string} key how a later run knows it
 * @property {Kind} to
 * @property {string} description
 * @property {Record<string, unknown>} [settings]
 */

/** The name in a subscription's metadata by which the demo knows its own. */
const MARK = "heliograph-demo";
const RULES = "Demo: ";
export const OWN_TYPE = "demo.refund_proposed";

/** @type {Subscription[]} */
const SUBSCRIPTIONS = [
  { key: "billing", to: "healthy", description: "Billing: every request" },
  {
    key: "quality",
    to: "healthy",
    description: "Quality sampling: a quarter of production",
    settings: {
      sampleRate: 25,
      propertyFilters: [{ key: "environment", value: "production" }],
      format: "standard",
    },
  },
  {
    key: "safety",
    to: "healthy",
    description: "Safety: guardrails, fallbacks and evals",
    settings: {
      eventTypes: ["guardrail.*", "model_fallback.triggered", "eval.failed"],
      format: "cloudevents",
    },
  },
  {
    key: "operations",
    to: "healthy",
    description: "On call: endpoints, budgets and failed requests",
    settings: {
      eventTypes: [
        "request.failed",
        "endpoint.*",
        "delivery.exhausted",
        "cost.threshold_crossed",
        "error_rate.threshold_crossed",
        "guardrail.threshold_crossed",
      ],
      format: "standard",
      headers: { "x-routing-key": "on-call" },
    },
  },
  {
    key: "finance",
    to: "healthy",
    description: "Finance: refunds, without what was said",
    settings: { eventTypes: [OWN_TYPE], format: "standard", fields: { bodies: "none" } },
  },
  {
    key: "review",
    to: "slow",
    description: "Expensive requests, for review (slow)",
    settings: { filter: { cost: { $gt: 0.006 } }, timeoutMs: 3000, retrySchedule: [2, 5, 10] },
  },
  {
    key: "warehouse",
    to: "flaky",
    description: "Data warehouse (one in five fails)",
    settings: { eventTypes: ["request.*"], sampleRate: 50, retrySchedule: [1, 2, 5, 10] },
  },
  {
    key: "crm",
    to: "down",
    description: "Old CRM (down)",
    settings: { sampleRate: 12, retrySchedule: [2, 5] },
  },
  {
    key: "partner",
    to: "busy",
    description: "Partner with a quota",
    settings: { sampleRate: 35, retrySchedule: [2, 4, 8] },
  },
  { key: "retired", to: "gone", description: "Retired integration (410 Gone)" },
  {
    key: "staging",
    to: "healthy",
    description: "Staging (paused)",
    settings: { status: "paused", sampleRate: 50 },
  },
];

const NEW_RULES = [
  { name: "half a dollar a day", metric: "cost", threshold: 0.5 },
  { name: "a user's day", metric: "cost", per: "user", threshold: 0.1, budget: true },
  {
    name: "a tenth of a model's requests fail",
    metric: "error_rate",
    per: "model",
    window: "hour",
    threshold: 10,
  },
  { name: "five blocked in an hour", metric: "guardrail_count", window: "hour", threshold: 5 },
  { name: "faithful answers", metric: "score", score: "faithfulness", threshold: 60 },
];

const REFUND = {
  description: "An assistant proposes to give money back.",
  schema: {
    type: "object",
    required: ["amount", "currency"],
    properties: {
      amount: { type: "number", exclusiveMinimum: 0 },
      currency: { type: "string", pattern: "^[A-Z]{3}$" },
      reason: { type: "string", maxLength: 200 },
    },
  },
};

/**
 * @param {Api} api
 * @param {Endpoints} endpoints
 * @param {string | undefined} receiverSecret
 * @returns {Promise<string>} what was done
 */
export async function setUpAll(api, endpoints, receiverSecret) {
  await api.call("PUT", `/v1/event-types/${OWN_TYPE}`, REFUND);
  const rules = await own(api, "/v1/rules");
  for (const rule of NEW_RULES) {
    const name = RULES + rule.name;
    if (!rules.some((known) => known.name === name)) await api.call("POST", "/v1/rules", { ...rule, name });
  }
  const known = await own(api, "/v1/webhooks");
  let made = 0;
  for (const { key, to, description, settings = {} } of SUBSCRIPTIONS) {
    // Ports differ from run to run, and a run begins with endpoints that nobody has given up.
    const now = { destination: endpoints.url(to), status: settings.status ?? "active" };
    const found = known.find(({ metadata }) => metadata[MARK] === key);
    if (found) await api.call("PATCH", `/v1/webhooks/${found.id}`, now);
    else
      await api.call("POST", "/v1/webhooks", { ...settings, ...now, description, metadata: { [MARK]: key } });
    made += found ? 0 : 1;
  }
  made += await setUpReceiver(api, known, receiverSecret);
  const all = SUBSCRIPTIONS.length + (receiverSecret ? 1 : 0);
  return `${all} subscriptions (${made} new) and ${NEW_RULES.length} rules stand`;
}

/**
 * A subscription of the deployment's own receiver, where it is known what that verifies with.
 * @param {Api} api
 * @param {import("./api.mjs").Data[]} known
 * @param {string | undefined} secret
 * @returns {Promise<number>} how many were made
 */
async function setUpReceiver(api, known, secret) {
  if (!secret) return 0;
  const found = known.find(({ metadata }) => metadata[MARK] === "receiver");
  if (found) {
    const { signing_secret } = await api.call("GET", `/v1/webhooks/${found.id}/secret`);
    if (signing_secret === secret) return 0;
    // The receiver has another one since.
    await api.call("DELETE", `/v1/webhooks/${found.id}`);
  }
  await api.call("POST", "/v1/webhooks", {
    destination: `${api.base}/webhook`,
    description: "This deployment's receiver",
    metadata: { [MARK]: "receiver" },
    eventTypes: ["*"],
    sampleRate: 40,
    signing_secret: secret,
  });
  return 1;
}

/**
 * The demo's own of what a path lists.
 * @param {Api} api
 * @param {"/v1/webhooks" | "/v1/rules"} path
 * @returns {Promise<import("./api.mjs").Data[]>}
 */
async function own(api, path) {
  const all = /** @type {import("./api.mjs").Data[]} */ (await api.call("GET", path));
  return all.filter(({ name, metadata }) =>
    path === "/v1/rules" ? name.startsWith(RULES) : metadata?.[MARK] !== undefined,
  );
}

/**
 * @param {Api} api
 * @returns {Promise<string>} what was done
 */
export async function removeAll(api) {
  const counts = [];
  for (const path of /** @type {const} */ (["/v1/webhooks", "/v1/rules"])) {
    const all = await own(api, path);
    for (const { id } of all) await api.call("DELETE", `${path}/${id}`);
    counts.push(all.length);
  }
  await api.ask("DELETE", `/v1/event-types/${OWN_TYPE}`);
  return `Deleted ${counts[0]} subscriptions, ${counts[1]} rules and the demo's event type. The history stays; npm run reset forgets it.`;
}
