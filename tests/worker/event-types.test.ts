// The catalogue, the versions and formats that a subscription is pinned to, and event types of an org's own. Bodies are judged by
// ajv, CloudEvents read by the CloudEvents SDK.
import { Ajv2020 } from "ajv/dist/2020.js";
import { HTTP } from "cloudevents";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, type Received, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint();
  stack = await startStack({ vars: { RETRY_SCHEDULE: "0,0" } });
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
});
afterEach(async () => {
  await stack.unsubscribe();
  endpoint.received.length = 0;
});

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const judge = (schema: unknown, value: unknown) => {
  const follows = ajv.compile(schema as object);
  return follows(value) ? [] : (follows.errors ?? []);
};
const shown = async (name: string, query: string) => {
  const { status, data } = await stack.call("GET", `/v1/event-types/${name}?${query}`);
  expect(status).toBe(200);
  return data as Row & { schema: Row };
};
const at = (path: string) => endpoint.received.filter((one) => one.path.endsWith(path))[0] as Received;

describe("one event", () => {
  it("goes to each subscription in the version and format that it is pinned to", async () => {
    const old = { format: "standard", apiVersion: "2026-11-01" };
    const cloud = { format: "cloudevents" };
    const secrets: Record<string, string> = {};
    for (const [path, settings] of [
      ["/helicone", {}],
      ["/old", old],
      ["/standard", { format: "standard" }],
      ["/cloud", cloud],
      ["/binary", { ...cloud, contentMode: "binary" }],
    ] as const) {
      secrets[path] = (await stack.subscribe(endpoint.url + path, settings)).signing_secret;
    }
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const event = completed({ status: "timeout", traceparent, trace_id: "trace 1", route_id: "eu-west" });
    expect((await stack.send(event)).data).toMatchObject({ deliveries: 5 });
    await endpoint.until(5);

    const pins = {
      "/helicone": "version=2026-11-21",
      "/old": "version=2026-11-01&format=standard",
      "/standard": "version=2026-11-21&format=standard",
      "/cloud": "version=2026-11-21&format=cloudevents",
      "/binary": "version=2026-11-21&format=cloudevents&contentMode=binary",
    };
    for (const [path, query] of Object.entries(pins)) {
      const one = at(path);
      const { schema } = await shown("request.completed", query);
      expect(judge(schema, JSON.parse(one.text)), path).toEqual([]);
      new Webhook(secrets[path] ?? "").verify(one.text, one.headers as Record<string, string>);
      expect(JSON.stringify(JSON.parse(one.text)), path).toBe(one.text);
      expect(one.headers, path).toMatchObject({
        "webhook-api-version": path === "/old" ? "2026-11-01" : "2026-11-21",
        "webhook-event-type": "request.completed",
        "webhook-attempt": "1",
        "webhook-trace-id": "trace%201",
        "webhook-route-id": "eu-west",
        "webhook-subscription-id": expect.stringMatching(/^sub_/),
        traceparent,
      });
    }
    const data = (path: string) => JSON.parse(at(path).text).data;
    expect(data("/old")).toMatchObject({ status: "timeout", route_id: "eu-west", trace_id: "trace 1" });
    expect(data("/old")).not.toHaveProperty("outcome");
    expect(data("/standard")).toMatchObject({ outcome: "timeout" });
    expect(data("/standard")).not.toHaveProperty("status");
    // What the newer version sends is not what the older one describes.
    const older = await shown("request.failed", "version=2026-11-01&format=standard");
    expect(judge(older.schema, JSON.parse(at("/standard").text))).not.toEqual([]);
  });

  it("is the same CloudEvent in both modes, as the SDK reads it", async () => {
    await stack.subscribe(`${endpoint.url}/cloud`, { format: "cloudevents" });
    await stack.subscribe(`${endpoint.url}/binary`, { format: "cloudevents", contentMode: "binary" });
    const event = completed({ id: "event é 1" });
    await stack.send(event);
    await endpoint.until(2);
    const read = (path: string) => {
      const { headers, text } = at(path);
      return HTTP.toEvent({ headers, body: text }) as unknown as Row & { data: Row };
    };
    const [structured, binary] = [read("/cloud"), read("/binary")];
    expect(at("/cloud").headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(at("/binary").headers["content-type"]).toBe("application/json");
    expect(structured).toMatchObject({
      specversion: "1.0",
      id: "event é 1",
      source: `${stack.base}/orgs/default`,
      type: "request.completed",
      subject: event.request_id,
      time: "2026-11-21T09:00:00.000Z",
      dataschema: `${stack.base}/schemas/2026-11-21/request.completed.json`,
      data: { request_id: event.request_id, model: "gpt-4o", cost: 0.00020250000000000002 },
    });
    expect(decodeURIComponent(String(binary["id"]))).toBe("event é 1");
    for (const name of ["source", "type", "subject", "dataschema"])
      expect(binary[name]).toBe(structured[name]);
    const { request_response_url: url, ...rest } = structured.data;
    const { request_response_url: _, ...same } = binary.data;
    expect(same).toEqual(rest);
    expect((await fetch(String(url))).status).toBe(200);
    const schema = await fetch(String(structured["dataschema"]));
    expect(schema.headers.get("content-type")).toBe("application/schema+json");
    expect(judge(await schema.json(), structured.data)).toEqual([]);
  });

  it("says in each attempt which one it is", async () => {
    const { id } = await stack.subscribe(`${endpoint.url}/again`, { format: "standard" });
    endpoint.reply = (_, response) => {
      response.statusCode = endpoint.received.length < 3 ? 500 : 200;
      response.end();
    };
    // Too large to travel along: rendered from the archive each time.
    await stack.send(completed({ status: 200, response: "x".repeat(100), big: "y".repeat(70_000) }));
    await endpoint.until(3);
    endpoint.reply = (_, response) => response.end();
    const bodies = endpoint.received.map((one) => JSON.parse(one.text));
    expect(bodies.map((body) => body.delivery.attempt)).toEqual([1, 2, 3]);
    const ids = endpoint.received.map((one) => one.headers["webhook-id"]);
    expect(bodies.map((body) => body.delivery.id)).toEqual(ids);
    expect(new Set(ids).size).toBe(1);
    expect(endpoint.received[0]?.headers["webhook-subscription-id"]).toBe(id);
  });
});

describe("a subscription", () => {
  it("stays at its version until its owner moves it", async () => {
    const { id } = await stack.subscribe(endpoint.url, { apiVersion: "2026-11-01" });
    expect((await stack.call("PATCH", `/v1/webhooks/${id}`, { description: "same" })).data).toMatchObject({
      apiVersion: "2026-11-01",
    });
    const moved = await stack.call("PATCH", `/v1/webhooks/${id}`, { apiVersion: "2026-11-21" });
    expect(moved.data).toMatchObject({ apiVersion: "2026-11-21" });
    for (const [settings, error] of [
      [{ apiVersion: "2027-01-01" }, "apiVersion: must be one of: 2026-11-01, 2026-11-21"],
      [{ format: "xml" }, "format: must be one of: helicone, standard, cloudevents"],
      [{ contentMode: "batched" }, "contentMode: must be one of: structured, binary"],
      [{ headers: { "ce-id": "1" } }, expect.stringContaining("ce-id")],
    ] as const) {
      const answer = await stack.call("POST", "/v1/webhooks", { destination: endpoint.url, ...settings });
      expect(answer).toMatchObject({ status: 400, error });
    }
  });
});

describe("the catalogue", () => {
  it("lists every type with a schema that its example follows", async () => {
    for (const query of ["", "?version=2026-11-01&format=standard", "?format=cloudevents"]) {
      const { data } = await stack.call("GET", `/v1/event-types${query}`);
      const types = data as unknown as (Row & { name: string })[];
      expect(types.length).toBeGreaterThan(12);
      for (const type of types) expect(judge(type["schema"], type["example"]), type.name).toEqual([]);
    }
  });

  it("names what it can't show", async () => {
    for (const [path, status, error] of [
      ["/v1/event-types/nobody.knows", 404, "event type: not found"],
      ["/v1/event-types?version=1", 400, "version: must be one of: 2026-11-01, 2026-11-21"],
      ["/v1/event-types?format=x", 400, "format: must be one of: helicone, standard, cloudevents"],
      ["/schemas/2026-11-21/nobody.knows.json", 404, "schema: not found"],
      ["/schemas/1/request.completed.json", 404, "schema: not found"],
    ] as const) {
      const answer = await stack.call("GET", path);
      expect(answer.status, path).toBe(status);
      expect(answer.error, path).toContain(error.split(":")[0]);
    }
  });
});

describe("a type of the org's own", () => {
  const schema = {
    type: "object",
    required: ["amount"],
    properties: { amount: { type: "number" }, items: { type: "array", items: { type: "string" } } },
  };

  it("is described, judged by at intake, and forgotten", async () => {
    const described = await stack.call("PUT", "/v1/event-types/refund.proposed", {
      description: "A refund was proposed.",
      schema,
    });
    expect(described).toMatchObject({ status: 200, data: { custom: true, dataSchema: schema } });
    const { data } = await stack.call("GET", "/v1/event-types");
    expect((data as unknown as Row[]).at(-1)).toMatchObject({ name: "refund.proposed", custom: true });

    await stack.subscribe(endpoint.url, { eventTypes: ["refund.*"] });
    const refund = (more: Row) => completed({ type: "refund.proposed", ...more });
    const sent = await stack.send([
      refund({ data: { amount: 3, items: ["a"] } }),
      refund({ data: { items: [] } }),
      refund({ data: { amount: 1, items: ["a", 7] } }),
      refund({}),
      refund({ data: [] }),
    ]);
    expect(sent.data).toMatchObject({ accepted: 1, deliveries: 1 });
    expect(sent.data["rejected"]).toEqual([
      { index: 1, error: "data: lacks amount, which the schema of refund.proposed requires" },
      { index: 2, error: "data.items[1]: does not follow the schema of refund.proposed" },
      { index: 3, error: "data: lacks amount, which the schema of refund.proposed requires" },
      { index: 4, error: "data: does not follow the schema of refund.proposed" },
    ]);
    const [delivered] = await endpoint.until(1);
    const view = await shown("refund.proposed", "");
    expect(judge(view.schema, JSON.parse(delivered?.text ?? ""))).toEqual([]);

    expect(await stack.call("DELETE", "/v1/event-types/refund.proposed")).toMatchObject({ status: 200 });
    expect(await stack.call("DELETE", "/v1/event-types/refund.proposed")).toMatchObject({ status: 404 });
    expect((await stack.send(refund({}))).data).toMatchObject({ accepted: 1 });
  });

  it("is not one of ours, and has a schema that can be judged by", async () => {
    for (const [name, body, field] of [
      ["eval.failed", {}, "name"],
      ["a..b", {}, "name"],
      ["a.b", { schema: 1 }, "schema"],
      ["a.b", { schema: { type: "money" } }, "schema"],
      ["a.b", { schema: { $ref: "https://example.com/x" } }, "schema"],
      ["a.b", { description: 1 }, "description"],
      ["a.b", { shema: {} }, "shema"],
    ] as const) {
      expect(await stack.call("PUT", `/v1/event-types/${name}`, body)).toMatchObject({ status: 400, field });
    }
  });
});
