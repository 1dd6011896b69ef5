// The queue's consumer: six deliveries at a time, each signed afresh, and what becomes of it decided per message.
import type { Message, MessageBatch } from "@cloudflare/workers-types";
import { sign, textKey, webhookKey } from "./crypto.js";
import type { Delivery, Env, Subscription } from "./env.js";
import { webhookBody } from "./payload.js";
import { load } from "./subscriptions.js";

const CONCURRENCY = 6;
const DEADLINE_MS = 10_000;
const REPLY_CAP = 4_096;
const RETRY_SECONDS = [5, 30, 120, 600, 3_600, 14_400, 43_200];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export async function deliverAll(batch: MessageBatch<Uint8Array>, env: Env): Promise<void> {
  const messages = batch.messages.values();
  // Six loops share one iterator: whichever is free takes the next message.
  const lane = async () => {
    for (const message of messages) await deliver(message, env);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
}

async function deliver(message: Message<Uint8Array>, env: Env): Promise<void> {
  try {
    const delivery = JSON.parse(decoder.decode(message.body)) as Delivery;
    const subscription = (await load(env, delivery.org)).find(({ id }) => id === delivery.subscription);
    // Deleted since it was queued: nobody waits for it.
    if (subscription === undefined) return message.ack();
    const outcome = await attempt(delivery, subscription, message.attempts, env);
    if (outcome === "delivered") return message.ack();
    console.warn(
      JSON.stringify({ level: "warn", delivery: delivery.id, attempt: message.attempts, outcome }),
    );
    const delaySeconds = RETRY_SECONDS[message.attempts - 1];
    if (delaySeconds !== undefined) return message.retry({ delaySeconds });
    await env.EXPRESS_DEAD.send(message.body, { contentType: "bytes" });
    message.ack();
  } catch (cause) {
    console.error(JSON.stringify({ level: "error", message: message.id, cause: String(cause) }));
    message.retry({ delaySeconds: RETRY_SECONDS[0] });
  }
}

/** One POST with its deadline: "delivered", or why it was not. */
async function attempt(
  delivery: Delivery,
  subscription: Subscription,
  number: number,
  env: Env,
): Promise<string> {
  const now = Date.now();
  const timestamp = Math.floor(now / 1000);
  const body = await webhookBody(env, subscription, delivery, now);
  const bytes = encoder.encode(body);
  const [helicone, standard] = await Promise.all([
    textKey(subscription.hmac_key).then((key) => sign(key, bytes)),
    webhookKey(subscription.signing_secret).then((key) => sign(key, `${delivery.id}.${timestamp}.${body}`)),
  ]);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), DEADLINE_MS);
  try {
    const response = await fetch(subscription.destination, {
      method: "POST",
      redirect: "manual",
      signal: abort.signal,
      headers: {
        "content-type": "application/json",
        "user-agent": "Baseline/0.1.0",
        "helicone-signature": helicone.toHex(),
        "x-helicone-signature": helicone.toHex(),
        "webhook-id": delivery.id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": `v1,${standard.toBase64()}`,
        "webhook-event-type": delivery.type,
        "webhook-api-version": "1",
        "webhook-attempt": String(number),
      },
      body: bytes,
    });
    await readReply(response);
    return response.ok ? "delivered" : `status ${response.status}`;
  } catch (cause) {
    return abort.signal.aborted ? "timeout" : `failed: ${cause}`;
  } finally {
    clearTimeout(timer);
  }
}

/** Reads the reply as far as it is kept, so that the connection can be used again, and drops the rest. */
async function readReply(response: Response): Promise<void> {
  if (response.body === null) return;
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length >= REPLY_CAP) break;
  }
}
