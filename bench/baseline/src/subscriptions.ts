// Who wants which events. The truth lies in KV, one value per org; an isolate reads it at most every few seconds.
import type { Env, LlmEvent, Subscription } from "./env.js";
import { data, error } from "./reply.js";

const MEMO_MS = 5_000;

const memo = new Map<string, { until: number; subscriptions: Subscription[] }>();

export async function load(env: Env, org: string): Promise<Subscription[]> {
  const kept = memo.get(org);
  if (kept !== undefined && kept.until > Date.now()) return kept.subscriptions;
  const subscriptions = (await env.SUBSCRIPTIONS.get<Subscription[]>(`subscriptions:${org}`, "json")) ?? [];
  memo.set(org, { until: Date.now() + MEMO_MS, subscriptions });
  return subscriptions;
}

export async function create(request: Request, env: Env, org: string): Promise<Response> {
  const body = (await request.json().catch(() => undefined)) as
    | {
        destination?: unknown;
        includeData?: boolean;
        eventTypes?: string[];
        config?: Partial<Pick<Subscription, "sampleRate" | "propertyFilters">>;
      }
    | undefined;
  if (typeof body?.destination !== "string" || !URL.canParse(body.destination)) {
    return error(400, "destination: must be a URL");
  }
  const subscription: Subscription = {
    id: crypto.randomUUID(),
    destination: body.destination,
    includeData: body.includeData ?? true,
    eventTypes: body.eventTypes ?? ["request.completed"],
    sampleRate: body.config?.sampleRate ?? 100,
    propertyFilters: body.config?.propertyFilters ?? [],
    hmac_key: crypto.getRandomValues(new Uint8Array(32)).toHex(),
    signing_secret: `whsec_${crypto.getRandomValues(new Uint8Array(32)).toBase64()}`,
  };
  memo.delete(org);
  const all = [...(await load(env, org)), subscription];
  await env.SUBSCRIPTIONS.put(`subscriptions:${org}`, JSON.stringify(all));
  memo.delete(org);
  const { id, hmac_key, signing_secret } = subscription;
  return data({ id, hmac_key, signing_secret });
}

export function matches(subscription: Subscription, event: LlmEvent): boolean {
  return (
    subscription.eventTypes.includes(event.type) &&
    subscription.propertyFilters.every(({ key, value }) => event.properties?.[key] === value) &&
    sampled(subscription, event)
  );
}

/** Drawn from the ids, so that a replay draws the same. */
function sampled({ id, sampleRate }: Subscription, { request_id }: LlmEvent): boolean {
  if (sampleRate >= 100) return true;
  let hash = 0x811c9dc5;
  const text = `${id}:${request_id}`;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return ((hash >>> 0) / 2 ** 32) * 100 < sampleRate;
}
