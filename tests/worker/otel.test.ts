// LLM calls on their way to an OpenTelemetry collector, which reads them by the protobuf types that OpenTelemetry publishes.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, eventually, type Received, startEndpoint } from "./support/endpoint.ts";
import { CANARY } from "./support/events.ts";
import { understood } from "./support/otlp.ts";
import { newId, newSecret, signed } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const secret = newSecret();
const PACE = 50;
const BEGIN = Date.now();
const PARENT = { trace_id: "4bf92f3577b34da6a3ce929d0e0e4736", span_id: "00f067aa0ba902b7" };
let stack: Stack;
let collector: Endpoint;

beforeAll(async () => {
  collector = await startEndpoint();
  stack = await startStack({
    webhookSecrets: [secret],
    vars: {
      HANDLERS: "otel",
      OTEL_EXPORTER_OTLP_ENDPOINT: new URL("/otlp/", collector.url).href,
      OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20of-the-collector,x-tenant=a%2Cb",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
      OTEL_USER_KEY: "a key for user ids alone",
      TEST_CLOCK: `${PACE}@${BEGIN}`,
    },
  });
});
afterAll(async () => {
  await stack?.stop();
  await collector?.stop();
});
beforeEach(() => {
  collector.reply = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end('{"partialSuccess":{}}');
  };
});

async function deliver(type: string, data: Row) {
  const id = newId();
  const at = BEGIN + (Date.now() - BEGIN) * PACE;
  const event = { request_id: id, ...data };
  const body = JSON.stringify({ type, timestamp: "2026-11-21T09:00:00.000Z", data: event });
  const response = await fetch(`${stack.base}/webhook`, {
    method: "POST",
    body,
    headers: {
      ...signed(secret, body, id, new Date(at)),
    },
  });
  expect(response.status).toBe(200);
  return id;
}

const completed = (more: Row = {}) =>
  deliver("request.completed", {
    user_id: "u-1",
    model: "gpt-4o-2024-08-06",
    provider: "OPENAI",
    status: 200,
    cost: 0.0002025,
    usage: { prompt_tokens: 13, completion_tokens: 17 },
    latency_ms: 930,
    request_body: { model: "gpt-4o", messages: [{ role: "user", content: CANARY }] },
    response_body: { choices: [] },
    ...more,
  });

async function settled(id: string, state: string) {
  let found: Row = {};
  await eventually(async () => {
    found = (await stack.call("GET", `/v1/inbox/${id}`)).data ?? {};
    return found["state"] === state;
  }, `${id} to be ${state}`);
  return (found["handlers"] as { otel: Row }).otel;
}

type Attribute = { key: string; value: Row };
type Span = { traceId: string; spanId: string; parentSpanId?: string; name: string; attributes: Attribute[] };
type Point = { attributes: Attribute[]; count: string; sum: number };

const path = (one: Received) => one.path.replace("/otlp", "");
/** Everything that came to a path, read by the published types. */
const heard = (of: string) =>
  collector.received.filter((one) => path(one) === of).map((one) => understood(of, one.text) as Row);
const attribute = (list: Attribute[], name: string) => list.find(({ key }) => key === name)?.value;

/** The spans about a request. */
function spansOf(id: string) {
  const spans = heard("/v1/traces").flatMap((body) => {
    const [{ scopeSpans }] = body["resourceSpans"] as [{ scopeSpans: { spans: Span[] }[] }];
    return scopeSpans.flatMap((one) => one.spans);
  });
  return spans.filter((span) => attribute(span.attributes, "helicone.request_id")?.["stringValue"] === id);
}

/** The points of a metric for a model. */
function pointsOf(metric: string, model: string) {
  const points = heard("/v1/metrics").flatMap((body) => {
    const [{ scopeMetrics }] = body["resourceMetrics"] as [
      { scopeMetrics: { metrics: { name: string; histogram: { dataPoints: Point[] } }[] }[] },
    ];
    const metrics = scopeMetrics.flatMap((one) => one.metrics).filter((one) => one.name === metric);
    return metrics.flatMap((one) => one.histogram.dataPoints);
  });
  return points.filter(
    (point) => attribute(point.attributes, "gen_ai.response.model")?.["stringValue"] === model,
  );
}

describe("what is sent", () => {
  it("is understood to the last field, and holds no body and no user id", async () => {
    const ids = await Promise.all([
      completed(PARENT),
      completed({ usage: {}, cost: null, latency_ms: null, model: null }),
      completed({ status: 503, provider: "AZURE" }),
      deliver("request.failed", { error: "of the gateway's own" }),
    ]);
    for (const id of ids) expect(await settled(id, "done")).toMatchObject({ attempts: 1 });
    for (const one of collector.received) {
      expect(understood(path(one), one.text)).toEqual(JSON.parse(one.text));
      expect(one.text).not.toContain(CANARY);
      expect(one.text).not.toContain("u-1");
      expect(one.headers).toMatchObject({
        "content-type": "application/json",
        authorization: "Bearer of-the-collector",
        "x-tenant": "a,b",
      });
    }
    const [whole, bare, failed, unnamed] = ids.map((id) => spansOf(id)[0]);
    expect(whole).toMatchObject({
      traceId: PARENT.trace_id,
      parentSpanId: PARENT.span_id,
      name: "chat gpt-4o",
      kind: 3,
      startTimeUnixNano: "1795251599070000000",
      endTimeUnixNano: "1795251600000000000",
    });
    expect(attribute(whole?.attributes ?? [], "gen_ai.usage.output_tokens")).toEqual({ intValue: "17" });
    expect(attribute(bare?.attributes ?? [], "gen_ai.usage.output_tokens")).toBeUndefined();
    expect(failed).toMatchObject({ status: { code: 2 } });
    expect(attribute(failed?.attributes ?? [], "error.type")).toEqual({ stringValue: "503" });
    expect(attribute(unnamed?.attributes ?? [], "error.type")).toEqual({ stringValue: "_OTHER" });
    const attributes = ["service.name=heliograph", "deployment.environment.name=test"].map((pair) => {
      const [key, stringValue] = pair.split("=");
      return { key, value: { stringValue } };
    });
    expect(heard("/v1/traces")[0]).toMatchObject({ resourceSpans: [{ resource: { attributes } }] });
  });

  it("is nothing for what is no LLM call", async () => {
    const id = await deliver("guardrail.blocked", { guardrail: "pii" });
    await settled(id, "done");
    expect(spansOf(id)).toEqual([]);
  });

  it("would not be understood with a field that nobody knows, or of another type", () => {
    const [one] = collector.received.filter((received) => path(received) === "/v1/traces");
    const text = one?.text ?? "";
    for (const [right, wrong] of [
      ['"traceId"', '"trace_id"'],
      ['"kind":3', '"kind":"3"'],
      ['"intValue":"200"', '"intValue":200'],
      ['"doubleValue":0.0002025', '"doubleValue":"0.0002025"'],
    ] as const) {
      expect(text).toContain(right);
      const damaged = text.replace(right, wrong);
      let read: unknown;
      try {
        read = understood("/v1/traces", damaged);
      } catch {
        read = undefined;
      }
      expect(read, wrong).not.toEqual(JSON.parse(damaged));
    }
  });
});

describe("a collector that", () => {
  it("takes the spans and not the metrics gets the same spans again, and each point once", async () => {
    let refusals = 1;
    collector.reply = (one, response) => {
      const isRefused = path(one) === "/v1/metrics" && refusals-- > 0;
      response.writeHead(isRefused ? 503 : 200, { "retry-after": "7" }).end("{}");
    };
    const model = newId();
    const id = await completed({ model });
    expect(await settled(id, "done")).toMatchObject({ attempts: 2 });
    const spans = spansOf(id);
    expect(spans).toHaveLength(2);
    expect(spans[0]).toEqual(spans[1]);
    // The one that was refused and the one that was taken.
    const sums = pointsOf("gen_ai.client.token.usage", model).map(({ attributes, count, sum }) => [
      attribute(attributes, "gen_ai.token.type")?.["stringValue"],
      count,
      sum,
    ]);
    expect(sums).toEqual([
      ["input", "1", 13],
      ["output", "1", 17],
      ["input", "1", 13],
      ["output", "1", 17],
    ]);
    expect(pointsOf("gen_ai.client.operation.duration", model)).toMatchObject([{ sum: 0.93 }, { sum: 0.93 }]);
  });

  it("is not there for the spans is told of no metrics", async () => {
    let refusals = 1;
    collector.reply = (one, response) => {
      const isRefused = path(one) === "/v1/traces" && refusals-- > 0;
      response.writeHead(isRefused ? 502 : 200).end("{}");
    };
    const model = newId();
    expect(await settled(await completed({ model }), "done")).toMatchObject({ attempts: 2 });
    expect(pointsOf("gen_ai.client.operation.duration", model)).toHaveLength(1);
  });

  it("rejects some is not asked again, and it is logged how many", async () => {
    collector.reply = (one, response) => {
      const partial = { rejectedSpans: "1", errorMessage: `of ${CANARY}` };
      response.end(JSON.stringify({ partialSuccess: path(one) === "/v1/traces" ? partial : {} }));
    };
    const id = await completed();
    expect(await settled(id, "done")).toMatchObject({ attempts: 1 });
    expect(spansOf(id)).toHaveLength(1);
    const lines = stack.logs().filter((line) => line.includes('"otel.rejected"'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: "warn", event: "otel.rejected", what: "rejectedSpans", count: 1 },
    ]);
  });

  it("refuses for good is not asked again", async () => {
    collector.reply = (_, response) => response.writeHead(400).end();
    const id = await completed();
    expect(await settled(id, "dead")).toMatchObject({
      attempts: 1,
      reason: "the OpenTelemetry collector answered 400",
    });
  });
});
