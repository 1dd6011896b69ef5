// LiteLLM's own `generic_api` callback: calls of a real LiteLLM to a provider made here, on their way to an endpoint.
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, type Received, startEndpoint } from "./support/endpoint.ts";
import { hasClients, runClient } from "./support/python.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const PATH = "/v1/intake/litellm";
const ANSWER = "Paris, on the Seine.";
const USAGE = {
  prompt_tokens: 18,
  completion_tokens: 7,
  total_tokens: 25,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
};
let stack: Stack;
let endpoint: Endpoint;
let provider: Endpoint;
/** Ids are told apart, as a provider's are. */
let answered = 0;

beforeAll(async () => {
  endpoint = await startEndpoint();
  provider = await startEndpoint(chat);
  stack = await startStack();
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
  await provider?.stop();
});
beforeEach(async () => {
  await stack.unsubscribe();
  endpoint.received.length = 0;
});

/** OpenAI's chat completions, as far as it takes: whole, streamed, and refused. */
function chat({ text }: Received, response: ServerResponse) {
  const { model, stream } = JSON.parse(text);
  answered += 1;
  const head = {
    id: `chatcmpl-${answered}`,
    created: 1795251600,
    model: model === "gpt-4o" ? "gpt-4o-2024-08-06" : model,
  };
  const json = { "content-type": "application/json" };
  if (model === "broken") {
    const error = { message: "slow down", type: "rate_limit_error", code: "rate_limit" };
    response.writeHead(429, json).end(JSON.stringify({ error }));
    return;
  }
  if (!stream) {
    const choices = [{ index: 0, message: { role: "assistant", content: ANSWER }, finish_reason: "stop" }];
    const body = { ...head, object: "chat.completion", choices, usage: USAGE };
    response.writeHead(200, json).end(JSON.stringify(body));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const piece = (choices: unknown[], usage: unknown = null) =>
    response.write(
      `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices, usage })}\n\n`,
    );
  for (const content of ["Paris", ", on the ", "Seine."])
    piece([{ index: 0, delta: { role: "assistant", content }, finish_reason: null }]);
  piece([{ index: 0, delta: {}, finish_reason: "stop" }]);
  piece([], USAGE);
  response.end("data: [DONE]\n\n");
}

const all = () => stack.subscribe(endpoint.url, { eventTypes: ["*"], format: "standard" });

/** What came, in the order in which it happened. */
async function delivered(count: number) {
  const received = await endpoint.until(count);
  const events = received.map(
    ({ text }) => JSON.parse(text) as { type: string; timestamp: string; data: Row },
  );
  return events.sort((one, other) => one.timestamp.localeCompare(other.timestamp));
}

describe.skipIf(!hasClients)("a real LiteLLM", () => {
  it("has its calls delivered, field by field", async () => {
    await all();
    const upstream = new URL(provider.url).origin;
    await runClient("litellm_calls.py", [stack.base + PATH, stack.rootKey, upstream]);
    // Five in an array and the fallback that they tell of, two as lines, two by themselves.
    const events = await delivered(10);
    const of = (type: string) => events.filter((event) => event.type === type).map(({ data }) => data);
    const completed = of("request.completed");
    expect(completed).toHaveLength(8);

    const [first, streamed, unheard, backup] = completed;
    expect(first).toMatchObject({
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user_id: "end-user-1",
      properties: { tags: "a,b", call_type: "acompletion" },
      model: "gpt-4o-2024-08-06",
      provider: "openai",
      outcome: "success",
      cost: 0.00011000000000000002,
      usage: {
        prompt_tokens: 18,
        completion_tokens: 7,
        total_tokens: 25,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
      latency_ms: expect.any(Number),
      trace_id: "trace-7",
      response_id: "chatcmpl-1",
      api_base: `${upstream}/v1`,
      request_body: {
        model: "gpt-4o",
        messages: [{ role: "user", content: "Capital of France?" }],
        temperature: 0.2,
      },
      response_body: { choices: [{ message: { content: ANSWER } }] },
    });
    expect(first).not.toHaveProperty("time_to_first_token_ms");
    expect(streamed).toMatchObject({
      usage: { prompt_tokens: 18, completion_tokens: 7 },
      cost: 0.00011000000000000002,
      time_to_first_token_ms: expect.any(Number),
      request_body: { stream: true },
      response_body: { choices: [{ message: { content: ANSWER } }] },
    });
    // LiteLLM knows no price for it and writes 0.
    expect(unheard).toMatchObject({ model: "unheard-of", usage: { prompt_tokens: 18 } });
    expect(unheard).not.toHaveProperty("cost");

    expect(of("request.failed")).toEqual([
      expect.objectContaining({
        model: "broken",
        status: 429,
        response_body: { error: expect.objectContaining({ type: "RateLimitError", code: "429" }) },
      }),
    ]);
    expect(of("request.failed")[0]).not.toHaveProperty("usage");
    expect(of("model_fallback.triggered")).toEqual([
      expect.objectContaining({
        request_id: backup?.["request_id"],
        from: "primary",
        to: "backup",
        reason: "the provider answered 429",
        attempts: 1,
      }),
    ]);
    const users = completed.slice(4).map((data) => data["user_id"]);
    expect(users).toEqual(["ndjson", "ndjson", "single", "single"]);
    expect(new Set(completed.map((data) => data["request_id"])).size).toBe(8);
  });
});

describe("payloads", () => {
  const payload = (more: Row = {}): Row => ({
    litellm_call_id: "call-1",
    status: "success",
    model: "gpt-4o",
    startTime: 1795251600.5,
    ...more,
  });

  it("raise what their guardrails did, once however often they are posted", async () => {
    await all();
    const guardrail = {
      guardrail_name: "pii",
      guardrail_status: "guardrail_intervened",
      guardrail_response: "quotes the request",
    };
    const blocked = payload({ status: "failure", guardrail_information: [guardrail] });
    for (let times = 0; times < 2; times += 1) {
      const answer = await stack.call("POST", PATH, [blocked]);
      expect(answer).toMatchObject({ status: 202, data: { accepted: 2, rejected: [] } });
    }
    await stack.call("POST", PATH, payload({ litellm_call_id: "call-2" }));
    const last = (received: Received) => received.text.includes("call-2");
    await endpoint.until(1, last);
    const events = await delivered(3);
    expect(events.map(({ type }) => type).sort()).toEqual([
      "guardrail.blocked",
      "request.completed",
      "request.failed",
    ]);
    const { data } = events.find(({ type }) => type === "guardrail.blocked") ?? {};
    expect(data).toMatchObject({ request_id: "call-1", guardrail: "pii", action: "blocked" });
    expect(JSON.stringify(data)).not.toContain("quotes");
  });

  it("are judged one by one, and what is wrong is named as LiteLLM names it", async () => {
    const several = [payload(), payload({ status: null }), null];
    expect(await stack.call("POST", PATH, several)).toMatchObject({
      status: 202,
      data: {
        accepted: 1,
        rejected: [
          { index: 1, error: expect.stringContaining("status: must be success or failure") },
          { index: 2, error: "must be a JSON object, not null" },
        ],
      },
    });
    const wrong = await stack.call("POST", PATH, payload({ startTime: "now" }));
    expect(wrong).toMatchObject({ status: 400, error: "startTime: must be a number, not a string" });
    const lines = `${JSON.stringify(payload())}\n${JSON.stringify(payload({ litellm_call_id: 5 }))}`;
    expect(await stack.call("POST", PATH, lines, { "content-type": "application/json" })).toMatchObject({
      status: 202,
      data: { accepted: 1, rejected: [{ index: 1, error: expect.stringContaining("litellm_call_id:") }] },
    });
    expect(await stack.call("POST", PATH, "no JSON")).toMatchObject({ status: 400 });
  });

  it("take a key that may write events", async () => {
    const { data } = await stack.call("POST", "/v1/keys", { name: "reads", scopes: ["webhooks:read"] });
    const authorization = `Bearer ${data["key"]}`;
    expect(await stack.call("POST", PATH, payload(), { authorization })).toMatchObject({ status: 403 });
    expect(await stack.call("POST", PATH, payload(), { authorization: "" })).toMatchObject({ status: 401 });
    expect(await stack.call("GET", PATH)).toMatchObject({ status: 405 });
  });
});
