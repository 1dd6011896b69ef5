// Helicone's manual loggers, with nothing changed but their endpoint and key; and another Worker that has this one bound.
import { HeliconeManualLogger } from "@helicone/helpers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { CANARY, completed } from "./support/events.ts";
import { hasClients, runClient } from "./support/python.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const REQUEST = { model: "gpt-4o", messages: [{ role: "user", content: `Capital of France? ${CANARY}` }] };
const USAGE = { prompt_tokens: 18, completion_tokens: 7, total_tokens: 25 };
const ANSWER = {
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "gpt-4o-2024-08-06",
  choices: [
    { index: 0, message: { role: "assistant", content: "Paris, on the Seine." }, finish_reason: "stop" },
  ],
  usage: USAGE,
};

/** A Worker that hands on what it is sent. */
const CALLER = `
export default {
  async fetch(request, env) {
    const { headers, body } = request;
    return env.HELIOGRAPH.fetch("https://heliograph/v1/events", { method: "POST", headers, body });
  },
};`;

let stack: Stack;
let endpoint: Endpoint;
let logger: HeliconeManualLogger;
/** What the client complains of: it throws nothing. */
const complaints = vi.spyOn(console, "error");

beforeAll(async () => {
  endpoint = await startEndpoint();
  stack = await startStack({ caller: CALLER });
  logger = new HeliconeManualLogger({
    apiKey: stack.rootKey,
    loggingEndpoint: `${stack.base}/custom/v1/log`,
  });
});
afterAll(async () => {
  complaints.mockRestore();
  await stack?.stop();
  await endpoint?.stop();
});
beforeEach(async () => {
  await stack.unsubscribe();
  endpoint.received.length = 0;
  complaints.mockClear();
  complaints.mockImplementation(() => {});
});
async function delivered(count = 1) {
  const received = await endpoint.until(count);
  return received.map(({ text, headers }) => ({ headers, body: JSON.parse(text) as Row }));
}

/** The pieces that OpenAI's client hands out one by one. */
function pieces() {
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", model: "gpt-4o-2024-08-06" };
  const delta = (content: string) => ({
    ...head,
    choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }],
  });
  return [
    ...["Paris", ", on the ", "Seine."].map(delta),
    { ...head, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { ...head, choices: [], usage: USAGE },
  ];
}

async function* slowly<T>(values: T[]) {
  for (const value of values) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    yield value;
  }
}

describe("@helicone/helpers", () => {
  it("logs a request, delivered as Helicone would deliver it", async () => {
    await stack.subscribe(endpoint.url, { propertyFilters: [{ key: "environment", value: "production" }] });
    const id = "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11";
    const headers = {
      "Helicone-Request-Id": id,
      "Helicone-User-Id": "u-1",
      "Helicone-Property-Environment": "production",
      "Helicone-Session-Id": "s-1",
    };
    await logger.logRequest(REQUEST, async (recorder) => recorder.appendResults(ANSWER), headers, "OPENAI");
    expect(complaints).not.toHaveBeenCalled();
    const [one] = await delivered();
    expect(one?.body).toEqual({
      request_id: id,
      request_body: REQUEST,
      response_body: ANSWER,
      user_id: "u-1",
      request_response_url: expect.stringContaining("/payloads/"),
      model: "gpt-4o-2024-08-06",
      provider: "OPENAI",
      metadata: expect.objectContaining({
        promptTokens: 18,
        completionTokens: 7,
        totalTokens: 25,
        latencyMs: expect.any(Number),
      }),
    });
    const full = await fetch(String(one?.body["request_response_url"]));
    expect(await full.json()).toEqual({ request: REQUEST, response: ANSWER });
  });

  it("logs a stream, delivered as one response with its usage", async () => {
    await stack.subscribe(endpoint.url, { format: "standard" });
    const builder = logger.logBuilder({ ...REQUEST, stream: true }, { "Helicone-Property-UserId": "u-2" });
    // The type asks for more of a stream than the client does.
    await builder.attachStream(slowly(pieces()) as never);
    await builder.sendLog();
    expect(complaints).not.toHaveBeenCalled();
    const [one] = await delivered();
    expect(one?.body["data"]).toMatchObject({
      user_id: "u-2",
      properties: { userid: "u-2" },
      model: "gpt-4o-2024-08-06",
      status: 200,
      usage: USAGE,
      time_to_first_token_ms: expect.any(Number),
      response_body: ANSWER,
    });
  });

  it("logs server-sent events as they came", async () => {
    await stack.subscribe(endpoint.url);
    const events = [...pieces().map((piece) => JSON.stringify(piece)), "[DONE]"];
    const bytes = events.map((data) => new TextEncoder().encode(`data: ${data}\n\n`));
    await logger.logSingleStream({ ...REQUEST, stream: true }, ReadableStream.from(slowly(bytes)));
    expect(complaints).not.toHaveBeenCalled();
    const [one] = await delivered();
    expect(one?.body).toMatchObject({
      response_body: ANSWER,
      model: "gpt-4o-2024-08-06",
      metadata: { promptTokens: 18, completionTokens: 7 },
    });
  });

  it("logs what failed", async () => {
    await stack.subscribe(endpoint.url, { eventTypes: ["request.failed"], format: "standard" });
    const builder = logger.logBuilder(REQUEST);
    builder.setError(new Error(`upstream connect error ${CANARY}`));
    await builder.sendLog();
    expect(complaints).not.toHaveBeenCalled();
    const [one] = await delivered();
    expect(one?.body).toMatchObject({
      type: "request.failed",
      data: {
        model: "gpt-4o",
        status: 500,
        response_body: expect.stringContaining("upstream connect error"),
      },
    });
    expect(one?.body["data"]).not.toHaveProperty("usage");
  });

  it("makes a request of each call, and one of those with the same id", async () => {
    await stack.subscribe(endpoint.url);
    const log = (headers: Record<string, string>) =>
      logger.logSingleRequest(REQUEST, JSON.stringify(ANSWER), {
        additionalHeaders: headers,
        latencyMs: 930,
      });
    for (const headers of [{ "Helicone-Request-Id": "one" }, { "Helicone-Request-Id": "one" }, {}, {}])
      await log(headers as Record<string, string>);
    await log({ "Helicone-Request-Id": "last" });
    await endpoint.until(1, ({ text }) => text.includes('"last"'));
    const all = await delivered(4);
    const ids = all.map(({ body }) => String(body["request_id"]));
    expect(ids.filter((id) => id === "one")).toHaveLength(1);
    expect(new Set(ids).size).toBe(4);
    expect(ids.filter((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).toHaveLength(2);
    for (const { body } of all) expect((body["metadata"] as Row)["latencyMs"]).toBe(930);
  });

  it("is told what is wrong in its own words", async () => {
    const log = { providerRequest: { json: REQUEST }, providerResponse: { status: "200" } };
    expect(await stack.call("POST", "/oai/v1/log", log)).toMatchObject({
      status: 400,
      error: "providerResponse.status: must be a number, not a string",
      field: "providerResponse.status",
    });
    expect(await stack.call("POST", "/oai/v1/log", [log])).toMatchObject({
      status: 400,
      error: "body: must be one log, as a JSON object",
    });
    expect(await stack.call("POST", "/other/v1/log", log)).toMatchObject({ status: 404 });
    expect(await stack.call("GET", "/custom/v1/log")).toMatchObject({ status: 405 });
    const other = new HeliconeManualLogger({ apiKey: "wrong", loggingEndpoint: stack.base });
    await other.logRequest(REQUEST, async (recorder) => recorder.appendResults(ANSWER));
    expect(complaints).toHaveBeenCalledWith(expect.stringContaining("log endpoint"), "Unauthorized");
  });
});

describe.skipIf(!hasClients)("helicone-helpers for Python", () => {
  it("logs a request and a stream", async () => {
    await stack.subscribe(endpoint.url);
    // It prints what it has to complain of.
    expect(await runClient("helicone_calls.py", [stack.base, stack.rootKey])).toBe("");
    const bodies = (await delivered(2)).map(({ body }) => body);
    expect(bodies).toHaveLength(2);
    for (const body of bodies) {
      expect(body).toMatchObject({
        user_id: "u-python",
        model: "gpt-4o-2024-08-06",
        metadata: { promptTokens: 5, completionTokens: 2 },
        response_body: { choices: [{ message: { role: "assistant", content: "Paris." } }] },
      });
      expect(body["response_body"]).not.toHaveProperty("_type");
    }
    expect(bodies.map((body) => body["provider"] ?? null).sort()).toEqual(["OPENAI", null]);
  });
});

describe("another Worker", () => {
  it("hands events in through a service binding", async () => {
    await stack.subscribe(endpoint.url);
    const headers = { authorization: `Bearer ${stack.rootKey}`, "content-type": "application/json" };
    const event = completed();
    const answer = await stack.ask({ method: "POST", headers, body: JSON.stringify(event) });
    expect(answer.status).toBe(202);
    expect(JSON.parse(answer.text).data).toMatchObject({ accepted: 1, deliveries: 1 });
    const [one] = await delivered();
    expect(one?.body).toMatchObject({ request_id: event.request_id, request_body: event["request"] });
    const refused = await stack.ask({ method: "POST", headers: { authorization: "Bearer no" }, body: "{}" });
    expect(refused.status).toBe(401);
  });
});
