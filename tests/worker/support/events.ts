// Events as a gateway sends them.
import { randomUUID } from "node:crypto";

/** Stands in every body, and in no log line of any test: `stack.stop` looks. */
export const CANARY = "CANARY-7f3a";

export function completed(
  more: Record<string, unknown> = {},
): Record<string, unknown> & { request_id: string } {
  return {
    request_id: randomUUID(),
    type: "request.completed",
    created_at: "2026-11-21T09:00:00Z",
    user_id: "u-1",
    properties: { environment: "production" },
    model: "gpt-4o",
    provider: "OPENAI",
    status: 200,
    usage: { prompt_tokens: 13, completion_tokens: 17 },
    cost: 0.00020250000000000002,
    latency_ms: 930,
    request: { model: "gpt-4o", messages: [{ role: "user", content: `Hello ${CANARY}` }] },
    response: { id: "chatcmpl-1", choices: [{ message: { role: "assistant", content: `Hi ${CANARY}` } }] },
    ...more,
  };
}

/** Everything that is easily lost between two languages. */
export const AWKWARD = 'ünïcödé 😀 \u2028\u2029 \\ " / \u0001 \u007f <b> 𝔘';
