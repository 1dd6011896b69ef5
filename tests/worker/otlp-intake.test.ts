// OpenTelemetry's own exporters, changed in nothing but their URL and their key: what their spans become at an endpoint.
import { type Attributes, type SpanContext, SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter as HttpExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { CANARY } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

// What the package's own types leave to their enum, which is no value here.
const gzip = "gzip" as never;
const BEGAN = Date.parse("2026-11-21T09:00:00.250Z");
const ENDED = BEGAN + 930;

let stack: Stack;
let endpoint: Endpoint;
let key: string;

beforeAll(async () => {
  endpoint = await startEndpoint();
  stack = await startStack();
  const created = await stack.call("POST", "/v1/keys", { name: "exporter", scopes: ["events:write"] });
  key = String(created.data["key"]);
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
});
beforeEach(async () => {
  endpoint.received.length = 0;
  await stack.unsubscribe();
});

const EXPORTERS = {
  protobuf: () => new ProtoExporter(options()),
  "protobuf, gzipped": () => new ProtoExporter({ ...options(), compression: gzip }),
  JSON: () => new HttpExporter(options()),
  "JSON, gzipped": () => new HttpExporter({ ...options(), compression: gzip }),
};
const options = () => ({ url: `${stack.base}/v1/traces`, headers: { authorization: `Bearer ${key}` } });

type Made = { name: string; attributes?: Attributes; events?: [string, Attributes][]; error?: string };

/** Exports spans as an application does, and tells their contexts. */
async function exported(exporter: SpanExporter, spans: Made[]): Promise<SpanContext[]> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": "shop", "deployment.environment.name": "production" }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer("instrumentation");
  const contexts = spans.map(({ name, attributes = {}, events = [], error }) => {
    const span = tracer.startSpan(name, { attributes, startTime: BEGAN });
    for (const [event, values] of events) span.addEvent(event, values, BEGAN + 1);
    if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    span.end(ENDED);
    return span.spanContext();
  });
  await provider.forceFlush();
  await provider.shutdown();
  return contexts;
}

const HELLO = [{ role: "user", content: `Hello ${CANARY}` }];
const HI = { role: "assistant", content: `Hi ${CANARY}` };
const CONVENTIONS: { [name: string]: Made } = {
  "OpenTelemetry, as it is": {
    name: "chat gpt-4o",
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.response.model": "gpt-4o-2024-08-06",
      "gen_ai.response.id": "chatcmpl-1",
      "gen_ai.request.temperature": 0.5,
      "gen_ai.usage.input_tokens": 13,
      "gen_ai.usage.output_tokens": 17,
      "gen_ai.usage.cache_read.input_tokens": 3,
      "gen_ai.usage.cost": 0.0002025,
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.conversation.id": "c-1",
      "user.id": "u-1",
      "gen_ai.input.messages": JSON.stringify([
        { role: "user", parts: [{ type: "text", content: HELLO[0]?.content }] },
      ]),
      "gen_ai.output.messages": JSON.stringify([
        { role: "assistant", parts: [{ type: "text", content: HI.content }], finish_reason: "stop" },
      ]),
    },
  },
  "OpenTelemetry, as it was": {
    name: "openai.chat",
    attributes: {
      "gen_ai.system": "OpenAI",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.response.model": "gpt-4o-2024-08-06",
      "gen_ai.response.id": "chatcmpl-1",
      "gen_ai.request.temperature": 0.5,
      "gen_ai.usage.prompt_tokens": 13,
      "gen_ai.usage.completion_tokens": 17,
      "gen_ai.usage.cache_read_input_tokens": 3,
      "gen_ai.usage.cost": 0.0002025,
      "session.id": "c-1",
      "enduser.id": "u-1",
      "gen_ai.prompt.0.role": "user",
      "gen_ai.prompt.0.content": String(HELLO[0]?.content),
      "gen_ai.completion.0.role": "assistant",
      "gen_ai.completion.0.content": HI.content,
      "gen_ai.completion.0.finish_reason": "stop",
    },
  },
  "OpenTelemetry, with an event for each message": {
    name: "chat gpt-4o",
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.system": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.response.model": "gpt-4o-2024-08-06",
      "gen_ai.response.id": "chatcmpl-1",
      "gen_ai.request.temperature": 0.5,
      "gen_ai.usage.input_tokens": 13,
      "gen_ai.usage.output_tokens": 17,
      "gen_ai.usage.cache_read.input_tokens": 3,
      "gen_ai.usage.cost": 0.0002025,
      "session.id": "c-1",
      "user.id": "u-1",
    },
    events: [
      ["gen_ai.user.message", { content: String(HELLO[0]?.content) }],
      ["gen_ai.choice", { index: 0, finish_reason: "stop", message: JSON.stringify(HI) }],
    ],
  },
  OpenInference: {
    name: "ChatCompletion",
    attributes: {
      "openinference.span.kind": "LLM",
      "llm.provider": "openai",
      "llm.model_name": "gpt-4o-2024-08-06",
      "llm.request.model_name": "gpt-4o",
      "gen_ai.response.id": "chatcmpl-1",
      "llm.invocation_parameters": JSON.stringify({ temperature: 0.5 }),
      "llm.token_count.prompt": 13,
      "llm.token_count.completion": 17,
      "llm.token_count.prompt_details.cache_read": 3,
      "llm.cost.total": 0.0002025,
      "llm.finish_reason": "stop",
      "session.id": "c-1",
      "user.id": "u-1",
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": String(HELLO[0]?.content),
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": HI.content,
    },
  },
};

describe("an exporter", () => {
  for (const [encoding, exporter] of Object.entries(EXPORTERS))
    for (const [convention, made] of Object.entries(CONVENTIONS))
      it(`of ${encoding} has a webhook delivered for an LLM call by ${convention}`, async () => {
        await stack.subscribe(endpoint.url);
        const others = [{ name: "GET /", attributes: { "http.request.method": "GET" } }];
        const [context] = await exported(exporter(), [made, ...others]);
        const { traceId, spanId } = context as SpanContext;
        const [delivery] = await endpoint.until(1);
        expect(delivery?.headers).toMatchObject({
          "webhook-event-type": "request.completed",
          traceparent: `00-${traceId}-${spanId}-01`,
        });
        const body = JSON.parse(delivery?.text ?? "");
        expect(body).toEqual({
          request_id: `${traceId}-${spanId}`,
          request_body: { model: "gpt-4o", messages: HELLO, temperature: 0.5 },
          response_body: {
            id: "chatcmpl-1",
            model: "gpt-4o-2024-08-06",
            choices: [{ index: 0, message: HI, finish_reason: "stop" }],
            usage: {
              prompt_tokens: 13,
              completion_tokens: 17,
              prompt_tokens_details: { cached_tokens: 3 },
            },
          },
          user_id: "u-1",
          request_response_url: expect.stringContaining(stack.base),
          model: "gpt-4o-2024-08-06",
          provider: "OPENAI",
          metadata: {
            cost: 0.0002025,
            promptTokens: 13,
            completionTokens: 17,
            totalTokens: 30,
            latencyMs: 930,
          },
        });
        const full = await fetch(body.request_response_url);
        expect(await full.json()).toEqual({ request: body.request_body, response: body.response_body });
        const counted = stack.logs().filter((line) => line.includes('"intake.spans"'));
        expect(JSON.parse(counted.at(-1) ?? "")).toMatchObject({ ignored: 1 });
      });

  it("has errors delivered as such, and properties matched", async () => {
    await stack.subscribe(endpoint.url, {
      eventTypes: ["request.failed"],
      format: "standard",
      propertyFilters: [
        { key: "deployment.environment.name", value: "production" },
        { key: "service.name", value: "shop" },
        { key: "team", value: "search" },
      ],
    });
    const call = (team: string): Made => ({
      name: "chat m",
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "m",
        "helicone.property.team": team,
      },
    });
    const failed = { ...call("search"), error: "overloaded" };
    failed.attributes = { ...failed.attributes, "error.type": "529" };
    await exported(EXPORTERS.protobuf(), [call("search"), { ...call("ads"), error: "x" }, failed]);
    const [delivery] = await endpoint.until(1);
    expect(JSON.parse(delivery?.text ?? "")).toMatchObject({
      type: "request.failed",
      timestamp: new Date(BEGAN).toISOString(),
      data: { status: 529, response_body: { error: { type: "529", message: "overloaded" } } },
    });
    expect(endpoint.received).toHaveLength(1);
  });

  it("that sends the same spans again has them delivered once", async () => {
    await stack.subscribe(endpoint.url);
    const twice: SpanExporter = EXPORTERS.protobuf();
    const both: SpanExporter = {
      export: (spans, done) => twice.export(spans, () => twice.export(spans, done)),
      shutdown: () => twice.shutdown(),
    };
    const made = CONVENTIONS["OpenInference"] as Made;
    const [context] = await exported(both, [made]);
    await endpoint.until(1);
    const id = String(endpoint.received[0]?.headers["webhook-id"]);
    await stack.delivery(id, "delivered");
    await exported(EXPORTERS.protobuf(), [made]);
    await endpoint.until(2);
    const ids = endpoint.received.map(({ text }) => JSON.parse(text).request_id);
    expect(ids.filter((one) => one === `${context?.traceId}-${context?.spanId}`)).toHaveLength(1);
  });
});

const SPAN = {
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spanId: "00f067aa0ba902b7",
  startTimeUnixNano: `${BEGAN}000000`,
  endTimeUnixNano: `${ENDED}000000`,
  attributes: [{ key: "gen_ai.operation.name", value: { stringValue: "chat" } }],
};

/** What is answered to a body, and its type. */
async function answer(
  body: string | Uint8Array<ArrayBuffer>,
  type = "application/json",
  authorization = `Bearer ${key}`,
) {
  const headers = { "content-type": type, authorization };
  const response = await fetch(`${stack.base}/v1/traces`, { method: "POST", headers, body });
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    headers: response.headers,
    bytes,
  };
}

const call = (...spans: Row[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

describe("an export", () => {
  it("with a span that is wrong names its field, and takes the others", async () => {
    await stack.subscribe(endpoint.url);
    const wrong = {
      ...SPAN,
      attributes: [...SPAN.attributes, { key: "user.id", value: { arrayValue: {} } }],
    };
    const { status, bytes } = await answer(call(wrong, { ...SPAN, traceId: CANARY }, SPAN));
    expect(status).toBe(200);
    expect(JSON.parse(bytes.toString())).toEqual({
      partialSuccess: {
        rejectedSpans: "2",
        errorMessage:
          'resourceSpans[0].scopeSpans[0].spans[0].attributes["user.id"]: must be a string, not an array; ' +
          "resourceSpans[0].scopeSpans[0].spans[1].traceId: must be 16 bytes (32 hex characters in JSON), not all of them 0",
      },
    });
    await endpoint.until(1);
  });

  it("without LLM calls, or without anything, is taken", async () => {
    for (const body of [call({ ...SPAN, attributes: [] }), call(), "{}"])
      expect(await answer(body)).toMatchObject({ status: 200, bytes: Buffer.from("{}") });
    const empty = await answer(new Uint8Array(), "application/x-protobuf");
    expect(empty).toMatchObject({ status: 200, type: "application/x-protobuf", bytes: Buffer.alloc(0) });
  });

  it("that is none is refused in its own encoding, with what is wrong and where", async () => {
    const json = await answer('{"resourceSpans":[{"scopeSpans":{}}]}');
    expect(json).toMatchObject({ status: 400, type: "application/json" });
    expect(JSON.parse(json.bytes.toString())).toEqual({
      code: 3,
      message: "body: resourceSpans[0].scopeSpans: must be a list",
    });
    const protobuf = await answer(new Uint8Array([0x0a, 0x05, 0x12]), "application/x-protobuf");
    const message = "body: is not protobuf: it is cut short";
    expect(protobuf).toMatchObject({
      status: 400,
      type: "application/x-protobuf",
      bytes: Buffer.from([0x08, 3, 0x12, message.length, ...Buffer.from(message)]),
    });
    expect(await answer(call(), "text/plain")).toMatchObject({ status: 415, type: "application/json" });
    expect(await answer("x".repeat(20 * 1024 * 1024 + 1))).toMatchObject({ status: 413 });
  });

  it("needs a key, and the scope of events", async () => {
    for (const authorization of ["", "Bearer wrong"]) {
      const refused = await answer(call(SPAN), "application/json", authorization);
      expect(refused).toMatchObject({ status: 401 });
      expect(refused.headers.get("www-authenticate")).toBe("Bearer");
      expect(JSON.parse(refused.bytes.toString())).toMatchObject({ code: 16 });
    }
    const reader = await stack.call("POST", "/v1/keys", { name: "reader", scopes: ["webhooks:read"] });
    expect(await answer(call(SPAN), "application/json", `Bearer ${reader.data["key"]}`)).toMatchObject({
      status: 403,
    });
  });

  it("is to be sent again where it could not be kept", async () => {
    const broken = await startStack({ without: ["EXPRESS"], secrets: stack.secrets });
    try {
      await broken.subscribe(endpoint.url);
      const response = await fetch(`${broken.base}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${broken.rootKey}` },
        body: call(SPAN),
      });
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("5");
      expect(await response.json()).toMatchObject({ code: 14 });
    } finally {
      await broken.stop();
    }
  });
});
