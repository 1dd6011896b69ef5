// @ts-check
// LLM calls as a gateway tells of them: mostly answered, some with tools or as a stream, some failed, blocked or passed on to another
// model. One call may raise several events.
import { randomUUID } from "node:crypto";
import { answer, ask, toolCall } from "./bodies.mjs";
import { OWN_TYPE } from "./scene.mjs";
import { FAILURES, FINDINGS, TALKS, TOOLS } from "./talk.mjs";

/** @typedef {{ type: string, request_id: string } & Record<string, unknown>} Event */
/** @typedef {import("./bodies.mjs").Style} Style */
/**
 * @typedef {object} Model
 * @property {string} name
 * @property {string} provider
 * @property {Style} style
 * @property {number} weight how often it is asked, beside the others
 * @property {number} speed tokens a second
 * @property {number} [flat] US dollars a call, where the gateway says what it cost; else prices are looked up
 */

/** @type {Model[]} */
const MODELS = [
  { name: "gpt-4o-2024-08-06", provider: "OPENAI", style: "openai", weight: 6, speed: 90 },
  { name: "gpt-4o-mini", provider: "OPENAI", style: "openai", weight: 8, speed: 130 },
  { name: "claude-sonnet-4-5", provider: "ANTHROPIC", style: "anthropic", weight: 6, speed: 70 },
  { name: "claude-haiku-4-5", provider: "ANTHROPIC", style: "anthropic", weight: 4, speed: 150 },
  { name: "gemini-2.5-pro", provider: "GOOGLE", style: "google", weight: 3, speed: 80 },
  { name: "gemini-2.5-flash", provider: "GOOGLE", style: "google", weight: 5, speed: 190 },
  // Of these two nobody knows the price: one is told, the other stays unknown.
  { name: "shop-router-7b", provider: "CUSTOM", style: "openai", weight: 1, speed: 60, flat: 0.0004 },
  { name: "shop-embedder", provider: "CUSTOM", style: "openai", weight: 1, speed: 400 },
];
const FALLBACK = /** @type {Model} */ (MODELS[1]);

const TEAMS = ["storefront", "care", "logistics", "platform"];
const USERS = 60;
const SESSIONS = Array.from({ length: 25 }, () => randomUUID());

/** @template T @param {T[]} all @returns {T} */
const one = (all) => /** @type {T} */ (all[Math.floor(Math.random() * all.length)]);
const chance = (/** @type {number} */ share) => Math.random() < share;

/** Heavier ones more often. */
const aModel = () => one(MODELS.flatMap((model) => Array.from({ length: model.weight }, () => model)));

/** Few people make most of the calls. */
const aUser = () => `user-${Math.floor(USERS * Math.random() ** 3) + 1}`;

/** Most take little, some take much. @param {number} usual @param {number} spread */
const around = (usual, spread) =>
  usual * Math.exp(spread * (Math.random() + Math.random() + Math.random() - 1.5));

/** @returns {Event[]} what one call comes to */
export function newCall() {
  const model = aModel();
  const kind = Math.random();
  if (kind < 0.06) return [failed(start(model), model)];
  if (kind < 0.09) return [stopped(start(model))];
  if (kind < 0.12) return fellBack(start(model), model);
  const head = start(model);
  const events = [kind < 0.22 ? withTool(head, model) : answered(head, model)];
  if (kind > 0.98) events.push(flagged(head));
  if (kind > 0.95 && kind < 0.97) events.push(refund(head));
  return events;
}

/** What every event of a call says. @param {Model} model */
function start({ name, provider }) {
  const talk = one(TALKS);
  return {
    talk,
    head: {
      request_id: randomUUID(),
      created_at: new Date().toISOString(),
      user_id: aUser(),
      model: name,
      provider,
      properties: {
        environment: chance(0.85) ? "production" : "staging",
        feature: talk.feature,
        team: one(TEAMS),
        "Helicone-Session-Id": one(SESSIONS),
      },
    },
  };
}

/** @typedef {ReturnType<typeof start>} Start */

/** @param {Model} model @param {string} prompt @param {string} text */
function used({ speed, flat }, prompt, text) {
  const prompt_tokens = Math.round(around(prompt.length / 3 + 900, 1.2));
  const completion_tokens = Math.round(around(text.length / 3 + 180, 1));
  const cached = chance(0.3) ? Math.floor(prompt_tokens / 2) : 0;
  return {
    usage: {
      prompt_tokens,
      completion_tokens,
      total_tokens: prompt_tokens + completion_tokens,
      ...(cached > 0 ? { prompt_tokens_details: { cached_tokens: cached } } : {}),
    },
    latency_ms: Math.round(around(250, 0.8) + (completion_tokens / speed) * 1000),
    ...(flat === undefined ? {} : { cost: flat }),
  };
}

/** @param {Start} start @param {Model} model @returns {Event} */
function answered({ talk, head }, model) {
  const isStream = chance(0.35);
  const use = used(model, talk.system + talk.prompt, talk.answer);
  return {
    type: "request.completed",
    ...head,
    ...use,
    status: 200,
    ...(isStream ? { time_to_first_token_ms: Math.round(around(300, 0.5)) } : {}),
    request: ask(model.style, model.name, talk.system, talk.prompt, isStream),
    response: answer(model.style, model.name, talk.answer, use.usage, isStream),
  };
}

/** @param {Start} start @param {Model} model @returns {Event} */
function withTool({ talk, head }, model) {
  const tool = one(TOOLS);
  const use = used(model, talk.system + tool.prompt, JSON.stringify(tool.input));
  return {
    type: "request.completed",
    ...head,
    ...use,
    status: 200,
    request: ask(model.style, model.name, talk.system, tool.prompt, false, tool),
    response: toolCall(model.style, model.name, tool, use.usage),
  };
}

/** @param {Start} start @param {Model} model @returns {Event} */
function failed({ talk, head }, model) {
  const { status, message } = one(FAILURES);
  return {
    type: "request.failed",
    ...head,
    status,
    latency_ms: Math.round(status === 504 ? around(30_000, 0.1) : around(180, 0.8)),
    request: ask(model.style, model.name, talk.system, talk.prompt, false),
    response: { error: { message, code: status } },
  };
}

/** @param {Start} start @returns {Event} */
const stopped = ({ head }) => ({
  type: "guardrail.blocked",
  ...head,
  data: { ...one(FINDINGS), action: "blocked" },
});

/** @param {Start} start @returns {Event} */
const flagged = ({ head }) => ({
  type: "guardrail.flagged",
  ...head,
  data: { ...one(FINDINGS), action: "masked" },
});

/** @param {Start} start @returns {Event} */
const refund = ({ head }) => ({
  type: OWN_TYPE,
  ...head,
  data: { amount: Math.round(around(4_000, 1)) / 100, currency: "EUR", reason: "delivered late" },
});

/** The same call, answered by another model. @param {Start} start @param {Model} model @returns {Event[]} */
function fellBack({ talk, head }, model) {
  const { status } = one(FAILURES);
  const data = { from: model.name, to: FALLBACK.name, reason: `the provider answered ${status}` };
  const after = { ...head, model: FALLBACK.name, provider: FALLBACK.provider };
  return [{ type: "model_fallback.triggered", ...head, data }, answered({ talk, head: after }, FALLBACK)];
}
