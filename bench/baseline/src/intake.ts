// POST /v1/events: parse, check, match, archive, queue. It answers 202 only when both stores have accepted.
import type { MessageSendRequest } from "@cloudflare/workers-types";
import { Segment } from "./archive.js";
import { sha256 } from "./crypto.js";
import type { Delivery, Env, LlmEvent, Subscription } from "./env.js";
import { metadata, truncated } from "./payload.js";
import { data, error, readCapped } from "./reply.js";
import { load, matches } from "./subscriptions.js";

const BODY_CAP = 20 * 1024 * 1024;
const EVENTS_CAP = 1_000;
// What one sendBatch takes: 100 messages and 256 KB, with about 100 bytes a message for the platform itself.
const BATCH_COUNT = 100;
const BATCH_BYTES = 256_000 - 100 * BATCH_COUNT;

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Rejection {
  index: number;
  error: string;
}

export async function intake(request: Request, env: Env, org: string): Promise<Response> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_CAP) return error(413, "body: over 20 MiB");
  const bytes = await readCapped(request.body, BODY_CAP);
  if (bytes === undefined) return error(413, "body: over 20 MiB");

  const rejected: Rejection[] = [];
  let values: unknown[];
  try {
    values = parse(decoder.decode(bytes), request.headers.get("content-type") ?? "", rejected);
  } catch {
    return error(400, "body: not valid JSON");
  }
  if (values.length > EVENTS_CAP) return error(413, `body: over ${EVENTS_CAP} events`);

  const events: LlmEvent[] = [];
  values.forEach((value, index) => {
    if (value === undefined) return;
    const problem = check(value);
    if (problem === undefined) events.push(value as LlmEvent);
    else rejected.push({ index, error: problem });
  });
  if (events.length === 0 && rejected.length > 0)
    return error(400, `[${rejected[0]?.index}] ${rejected[0]?.error}`);

  const segment = new Segment(org, new Date());
  const subscriptions = await load(env, org);
  const deliveries = (
    await Promise.all(events.map((event) => dispatch(event, org, subscriptions, segment)))
  ).flat();
  if (deliveries.length > 0) {
    try {
      await segment.put(env);
      for (const batch of batches(deliveries)) await env.EXPRESS.sendBatch(batch);
    } catch (cause) {
      console.error(JSON.stringify({ level: "error", message: "intake failed", cause: String(cause) }));
      return error(503, "storage or queue is unavailable", { "retry-after": "1" });
    }
  }
  return data({ accepted: events.length, deliveries: deliveries.length, rejected }, 202);
}

/** The events of a body. A line that is no JSON is rejected by itself and leaves a gap at its index. */
function parse(text: string, contentType: string, rejected: Rejection[]): unknown[] {
  if (!contentType.includes("application/x-ndjson")) {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      rejected.push({ index, error: "not valid JSON" });
      return undefined;
    }
  });
}

function check(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "must be an object";
  const event = value as Partial<LlmEvent>;
  if (typeof event.request_id !== "string" || !UUID.test(event.request_id))
    return "request_id: must be a UUID";
  if (typeof event.type !== "string" || event.type === "") return "type: must be a string";
  if (typeof event.created_at !== "string" || Number.isNaN(Date.parse(event.created_at))) {
    return "created_at: must be a date";
  }
  if (event.request === undefined) return "request: is required";
  if (event.response === undefined) return "response: is required";
  return undefined;
}

/** The deliveries of one event. Its bodies are archived once, and only if somebody wants it. */
async function dispatch(
  event: LlmEvent,
  org: string,
  subscriptions: Subscription[],
  segment: Segment,
): Promise<Uint8Array[]> {
  const matched = subscriptions.filter((subscription) => matches(subscription, event));
  if (matched.length === 0) return [];
  const requestJson = JSON.stringify(event.request);
  const responseJson = JSON.stringify(event.response);
  const locator = segment.add(requestJson, responseJson);
  const payload = {
    request_id: event.request_id,
    request_body: truncated(event.request, requestJson),
    response_body: truncated(event.response, responseJson),
    user_id: event.user_id,
    model: event.model,
    provider: event.provider,
    metadata: metadata(event),
  };
  return await Promise.all(
    matched.map(async ({ id: subscription }) => {
      const hash = await sha256(
        `${org}\n${event.id ?? `${event.type}:${event.request_id}`}\n${subscription}`,
      );
      const id = `msg_${hash.subarray(0, 16).toHex()}`;
      const delivery: Delivery = { id, org, subscription, type: event.type, locator, payload };
      return encoder.encode(JSON.stringify(delivery));
    }),
  );
}

/** Messages are sent as bytes: they are serialised once, and their exact size is known. */
function* batches(messages: Uint8Array[]): Generator<MessageSendRequest<Uint8Array>[]> {
  let batch: MessageSendRequest<Uint8Array>[] = [];
  let size = 0;
  for (const body of messages) {
    if (batch.length === BATCH_COUNT || (batch.length > 0 && size + body.byteLength > BATCH_BYTES)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push({ body, contentType: "bytes" });
    size += body.byteLength;
  }
  if (batch.length > 0) yield batch;
}
