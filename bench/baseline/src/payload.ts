// The body of a webhook: Helicone's fields in Helicone's order, large bodies cut, the URL of the whole beside them.
import { hexKey, sign } from "./crypto.js";
import type { Delivery, Env, Json, LlmEvent, Locator, Subscription } from "./env.js";

const BODY_LIMIT = 10_240;
const URL_SECONDS = 1_800;

const encoder = new TextEncoder();
const scratch = new Uint8Array(BODY_LIMIT);

/** The value itself while its JSON fits the limit, else the first bytes of that JSON as a string. */
export function truncated(value: Json, json: string): Json {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (json.length * 3 <= BODY_LIMIT) return value;
  const { read } = encoder.encodeInto(json, scratch);
  return read === json.length ? value : json.slice(0, read);
}

export function metadata(event: LlmEvent): Delivery["payload"]["metadata"] {
  const promptTokens = event.usage?.prompt_tokens ?? 0;
  const completionTokens = event.usage?.completion_tokens ?? 0;
  return {
    cost: event.cost,
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    latencyMs: event.latency_ms,
  };
}

export async function webhookBody(
  env: Env,
  subscription: Subscription,
  delivery: Delivery,
  now: number,
): Promise<string> {
  const { request_id, request_body, response_body, user_id, model, provider, metadata } = delivery.payload;
  if (!subscription.includeData) return JSON.stringify({ request_id, request_body, response_body, user_id });
  return JSON.stringify({
    request_id,
    request_body,
    response_body,
    user_id,
    request_response_url: await signedUrl(env, delivery.locator, now),
    model,
    provider,
    metadata,
  });
}

async function signedUrl(env: Env, { path, offset, length }: Locator, now: number): Promise<string> {
  const expires = Math.floor(now / 1000) + URL_SECONDS;
  const signature = await urlSignature(env, path, offset, length, expires);
  return `${env.PUBLIC_URL}/payloads/${path}?offset=${offset}&length=${length}&expires=${expires}&signature=${signature}`;
}

export async function urlSignature(
  env: Env,
  path: string,
  offset: number,
  length: number,
  expires: number,
): Promise<string> {
  const key = await hexKey(env.URL_SIGNING_KEY);
  return (await sign(key, `${path}\n${offset}\n${length}\n${expires}`)).toHex();
}
