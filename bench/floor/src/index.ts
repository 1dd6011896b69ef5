// No parsing, no matching, no signature: one R2 put and one sendBatch per request, one POST per message. It is no
// Worker anybody could use; it marks how low the figures can go under this bench.
import type { MessageBatch, Queue, R2Bucket } from "@cloudflare/workers-types";

interface Env {
  ARCHIVE: R2Bucket;
  EXPRESS: Queue<Uint8Array>;
}

// About what a webhook of two truncated bodies holds.
const MESSAGE_BYTES = 22_000;
const BATCH_BYTES = 246_000;

const encoder = new TextEncoder();
let destination = "";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (new URL(request.url).pathname === "/v1/webhooks") {
      ({ destination } = (await request.json()) as { destination: string });
      return Response.json({ data: { hmac_key: "", signing_secret: "" }, error: null });
    }
    const text = await request.text();
    await env.ARCHIVE.put(`archive/${crypto.randomUUID()}`, text);
    // The bench's own events all begin alike, so that they can be told apart without being parsed.
    const parts = text.replace(/^\[|\]$/g, "").split(/,(?=\{"request_id":)/);
    const messages = parts.map((part) => encoder.encode(part.slice(0, MESSAGE_BYTES)));
    const most = Math.min(
      100,
      Math.floor(BATCH_BYTES / Math.max(...messages.map((body) => body.byteLength))),
    );
    for (let i = 0; i < messages.length; i += most) {
      await env.EXPRESS.sendBatch(
        messages.slice(i, i + most).map((body) => ({ body, contentType: "bytes" })),
      );
    }
    return Response.json(
      { data: { accepted: parts.length, deliveries: parts.length, rejected: [] }, error: null },
      { status: 202 },
    );
  },

  async queue(batch: MessageBatch<Uint8Array>): Promise<void> {
    const messages = batch.messages.values();
    const lane = async () => {
      for (const message of messages) {
        const headers = { "content-type": "application/json" };
        const response = await fetch(destination, {
          method: "POST",
          headers,
          body: message.body as BodyInit,
        });
        await response.text();
        message.ack();
      }
    };
    await Promise.all(Array.from({ length: 6 }, lane));
  },
};
