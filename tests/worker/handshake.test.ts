// CloudEvents' web-hook handshake, of both sides: endpoints that are asked before they get anything, and a receiver that is asked.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, type Received, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const PUBLIC_URL = "https://gateway.example.com:8443/heliograph";
const ORIGIN = "gateway.example.com";

describe("as the sender", () => {
  let stack: Stack;
  let endpoint: Endpoint;
  /** What the endpoint answers the question with; it says nothing at all where this is null. */
  let consent: { status?: number; headers: Record<string, string> } | null;

  beforeAll(async () => {
    endpoint = await startEndpoint(({ method }, response) => {
      if (method !== "OPTIONS") return void response.end("ok");
      if (consent) response.writeHead(consent.status ?? 200, consent.headers).end();
    });
    stack = await startStack({ vars: { PUBLIC_URL } });
  });
  afterAll(async () => {
    await stack?.stop();
    await endpoint?.stop();
  });
  beforeEach(async () => {
    await stack.unsubscribe();
    endpoint.received.length = 0;
    consent = { headers: { "webhook-allowed-origin": ORIGIN, "webhook-allowed-rate": "600" } };
  });

  const create = (settings: Row = {}) =>
    stack.call("POST", "/v1/webhooks", { destination: endpoint.url, handshake: true, ...settings });
  const change = (id: unknown, patch: Row) => stack.call("PATCH", `/v1/webhooks/${id}`, patch);
  const asked = () => endpoint.received.filter(({ method }) => method === "OPTIONS");
  const permission = { origin: ORIGIN, perMinute: 600 };

  it("asks before the first delivery, and names itself in each", async () => {
    const { status, data } = await create({ rateLimit: 20 });
    expect(status).toBe(200);
    expect(data).toMatchObject({ handshake: true, permission, rateLimit: 20 });
    const [question] = asked() as [Received];
    expect(question.path).toBe("/hook");
    expect(question.headers).toMatchObject({
      "webhook-request-origin": ORIGIN,
      "webhook-request-rate": "1200",
    });
    expect(question.headers).not.toHaveProperty("webhook-request-callback");
    expect(question.headers).not.toHaveProperty("authorization");

    await stack.send(completed());
    const [delivery] = await endpoint.until(1, ({ method }) => method === "POST");
    expect(delivery?.headers["webhook-request-origin"]).toBe(ORIGIN);
    expect(asked()).toHaveLength(1);
  });

  it("asks nobody where it is off, and names itself to nobody", async () => {
    const { data } = await create({ handshake: false });
    expect(data).toMatchObject({ handshake: false, permission: null });
    await stack.send(completed());
    const [delivery] = await endpoint.until(1);
    expect(delivery?.method).toBe("POST");
    expect(delivery?.headers).not.toHaveProperty("webhook-request-origin");
  });

  it.each([
    ["no consent", { headers: {} }, /must allow deliveries/],
    ["another's name", { headers: { "webhook-allowed-origin": "example.com" } }, /must allow deliveries/],
    [
      "a redirect, which is not followed",
      { status: 307, headers: { location: "/elsewhere", "webhook-allowed-origin": "*" } },
      /must allow deliveries/,
    ],
    ["an error", { status: 500, headers: { "webhook-allowed-origin": "*" } }, /must allow deliveries/],
    [
      "a rate that is none",
      { headers: { "webhook-allowed-origin": "*", "webhook-allowed-rate": "some" } },
      /whole number/,
    ],
    [
      "too low a rate",
      { headers: { "webhook-allowed-origin": "*", "webhook-allowed-rate": "59" } },
      /at least 60/,
    ],
  ])("refuses an endpoint that answers with %s", async (_, answer, why) => {
    consent = answer;
    const { status, data, error, field } = await create();
    expect({ status, data, field }).toEqual({ status: 400, data: null, field: "destination" });
    expect(error).toMatch(why);
    expect(error).toMatch(/^destination: .* \(reason: handshake\)$/);
    expect(asked()).toHaveLength(1);
    expect((await stack.call("GET", "/v1/webhooks")).data).toEqual([]);
  });

  it("refuses an endpoint that says nothing within the webhook's own deadline, or is not there", async () => {
    consent = null;
    expect((await create({ timeoutMs: 1000 })).error).toMatch(/must answer/);
    expect((await create({ destination: "http://127.0.0.1:1/hook" })).error).toMatch(/must answer/);
  });

  it("does not ask a destination that may not be called", async () => {
    const { status, error } = await create({ destination: `${endpoint.url}#fragment` });
    expect(status).toBe(400);
    expect(error).toMatch(/reason: fragment/);
    expect(asked()).toEqual([]);
  });

  it("asks again at each change of the destination, and when it is turned on, and else not", async () => {
    const { data } = await create({ handshake: false });
    expect((await change(data.id as string, { handshake: true })).data).toMatchObject({ permission });
    expect(asked()).toHaveLength(1);
    await change(data.id, { description: "x", handshake: true });
    await change(data.id, { destination: endpoint.url });
    expect(asked()).toHaveLength(1);

    consent = { headers: { "webhook-allowed-origin": "*", "webhook-allowed-rate": "*" } };
    const elsewhere = `${endpoint.url}/elsewhere`;
    const moved = await change(data.id, { destination: elsewhere });
    expect(moved.data).toMatchObject({
      destination: elsewhere,
      permission: { origin: ORIGIN, perMinute: null },
    });
    expect(asked().map(({ path }) => path)).toEqual(["/hook", "/hook/elsewhere"]);

    consent = { headers: {} };
    const refused = await change(data.id, { destination: endpoint.url });
    expect(refused).toMatchObject({ status: 400, field: "destination" });
    const still = await stack.call("GET", `/v1/webhooks/${data.id}`);
    expect(still.data).toMatchObject({ destination: elsewhere, handshake: true });

    expect((await change(data.id, { handshake: null })).data).toMatchObject({
      handshake: false,
      permission: null,
    });
  });

  it("sends no faster than it may", async () => {
    consent = { headers: { "webhook-allowed-origin": "*", "webhook-allowed-rate": "60" } };
    await create({ rateLimit: 50 });
    await stack.send([completed(), completed(), completed()]);
    const sent = (await endpoint.until(2, ({ method }) => method === "POST")).map(({ at }) => at);
    // A claim grants as many attempts as a second has room for: never two at a time.
    expect((sent[1] ?? 0) - (sent[0] ?? 0)).toBeGreaterThan(500);
  });
});

describe("as the receiver", () => {
  let stack: Stack | undefined;
  afterAll(() => stack?.stop());

  const restart = async (vars: Record<string, string>) => {
    await stack?.stop();
    stack = await startStack({ vars });
  };
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(`${stack?.base}/webhook`, { method: "OPTIONS", headers });
    const { status } = response;
    const [allow, origin, rate] = ["allow", "webhook-allowed-origin", "webhook-allowed-rate"].map((name) =>
      response.headers.get(name),
    );
    return { status, allow, origin, rate, text: await response.text() };
  };
  const QUESTION = { "webhook-request-origin": ORIGIN, "webhook-request-rate": "120" };
  const none = { origin: null, rate: null };

  it("is not asked unless it is set to be", async () => {
    await restart({});
    expect(await ask(QUESTION)).toMatchObject({ status: 405, allow: "POST", ...none });
  });

  it("allows those who are listed, and calls nobody back", async () => {
    const callback = await startEndpoint();
    await restart({ WEBHOOK_ORIGINS: `${ORIGIN}, *.example.org`, WEBHOOK_RATE: "100" });
    const question = { ...QUESTION, "webhook-request-callback": callback.url };
    expect(await ask(question)).toEqual({
      status: 200,
      allow: "POST",
      origin: ORIGIN,
      rate: "100",
      text: "",
    });
    expect(await ask({ "webhook-request-origin": "a.example.org" })).toMatchObject({
      status: 200,
      origin: "a.example.org",
    });
    expect(await ask({ "webhook-request-origin": "evil.example" })).toMatchObject({ status: 403, ...none });
    expect(await ask({})).toMatchObject({ status: 405, allow: "POST", ...none });
    expect(callback.received).toEqual([]);
    await callback.stop();
  });

  it("a dispatcher and a receiver come to an agreement", async () => {
    await restart({ WEBHOOK_ORIGINS: "*", PUBLIC_URL });
    // Its own name differs from where it listens, so that it may deliver to itself.
    const { data } = (await stack?.call("POST", "/v1/webhooks", {
      destination: `${stack.base}/webhook`,
      handshake: true,
    })) ?? { data: {} };
    expect(data).toMatchObject({ permission: { origin: ORIGIN, perMinute: null } });
  });
});
