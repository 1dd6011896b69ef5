// How the receiver's door is set up: secrets on their way out, signed times required, rate limits, and what is missing.
import { createHmac, randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { newSecret, signed } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const [current, former] = [newSecret(), newSecret()];
const hmacKey = randomBytes(32).toString("hex");
let stack: Stack | undefined;
let api: Endpoint | undefined;

afterEach(async () => {
  await stack?.stop();
  await api?.stop();
  [stack, api] = [undefined, undefined];
});

async function start(options: Parameters<typeof startStack>[0]) {
  stack = await startStack(options);
  return stack;
}

const standard = (body: string, secret = current) => signed(secret, body);
const helicone = (body: string) => ({
  "helicone-signature": createHmac("sha256", hmacKey).update(body).digest("hex"),
});

async function post(body: string, headers: Record<string, string>) {
  const response = await fetch(`${stack?.base}/webhook`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  const answer = (await response.json()) as { data: Row; error: string; code?: string };
  return { ...answer, status: response.status, headers: response.headers };
}
const body = () => JSON.stringify({ request_id: randomBytes(8).toString("hex"), request_body: "own" });

describe("secrets", () => {
  it("on their way out are good up to their last moment", async () => {
    const dated = (notAfter: string) => JSON.stringify([current, { secret: former, notAfter }]);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    await start({ vars: { WEBHOOK_SECRETS: dated(tomorrow) } });
    const text = body();
    expect((await post(text, standard(text, former))).status).toBe(200);
    await stack?.stop();
    await start({ vars: { WEBHOOK_SECRETS: dated("2026-01-01T00:00:00Z") } });
    expect((await post(text, standard(text, former))).status).toBe(401);
    expect((await post(text, standard(text))).status).toBe(200);
  });

  it("that are malformed let nothing in, and the answer says which", async () => {
    await start({ vars: { WEBHOOK_SECRETS: JSON.stringify([current, { secret: "a", notAfter: "soon" }]) } });
    const text = body();
    const answer = await post(text, standard(text));
    expect(answer).toMatchObject({
      status: 500,
      error: expect.stringContaining("WEBHOOK_SECRETS[1].notAfter"),
    });
  });
});

it("a signed time can be required", async () => {
  await start({ webhookSecrets: [current, hmacKey], vars: { REQUIRE_TIMESTAMP: "true" } });
  const text = body();
  const refused = await post(text, helicone(text));
  expect(refused).toMatchObject({ status: 401, error: expect.stringContaining("webhook-timestamp") });
  expect((await post(text, standard(text))).status).toBe(200);
});

it("too many are told when to come back, before their bodies are read", async () => {
  await start({ webhookSecrets: [current], limits: { DOOR_SOURCE: 5 } });
  const statuses = [];
  // A period may end in between, and another one begin: of eleven, six are in one of the two.
  for (let at = 0; at < 11; at++) {
    const text = body();
    const answer = await post(text, standard(text));
    statuses.push(answer.status);
    if (answer.status === 429) {
      expect(answer.headers.get("retry-after")).toBe("10");
      expect(answer.code).toBe("rate_limited");
    }
  }
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(5);
});

it("without the queue nothing is accepted", async () => {
  await start({ webhookSecrets: [current], without: ["INBOX"] });
  const text = body();
  const answer = await post(text, standard(text));
  expect(answer).toMatchObject({ status: 503, code: "unavailable" });
  expect(answer.headers.get("retry-after")).toBe("5");
});

it("a handler that there is not is named", async () => {
  await start({ webhookSecrets: [current], vars: { HANDLERS: "log,scores" } });
  const text = body();
  expect(await post(text, standard(text))).toMatchObject({
    status: 500,
    error: expect.stringContaining('"scores" is no handler'),
  });
});

describe("an exchange whose URL is no longer good", () => {
  it("is read from the request API, where there is a key", async () => {
    api = await startEndpoint();
    const origin = new URL(api.url).origin;
    await start({
      webhookSecrets: [current],
      vars: { HELICONE_API_URL: origin, HELICONE_API_KEY: "sk-helicone" },
    });
    api.reply = ({ path, headers }, response) => {
      if (path.startsWith("/expired")) return response.writeHead(403).end();
      expect(headers.authorization).toBe("Bearer sk-helicone");
      const data = { request_body: { from: "api" }, response_body: [1] };
      return response.end(JSON.stringify({ data, error: null }));
    };
    const text = JSON.stringify({
      request_id: "a/b c",
      request_body: "cut",
      request_response_url: `${origin}/expired?X-Amz-Signature=secret`,
    });
    expect((await post(text, standard(text))).status).toBe(200);
    await eventually(
      () =>
        stack?.logs().some((line) => line.includes('"data":"api"') && line.includes('"request_bytes":14')) ??
        false,
      "it to be handled with what the API gave",
    );
    expect(api.received.map(({ path }) => path)).toContain("/v1/request/a%2Fb%20c?includeBody=true");
  });
});

it("what a consumer crashed over each time is listed, and can be handled again", async () => {
  const { call, enqueue, logs } = await start({ webhookSecrets: [current] });
  const head = { v: 1, id: "msg_poison", event_type: null, received_at: Date.now() };
  await enqueue(`${JSON.stringify(head)}\n${JSON.stringify({ request_body: "poison" })}`, "INBOX_DEAD");
  await eventually(
    async () => (await call("GET", "/v1/inbox/msg_poison")).data?.["state"] === "dead",
    "it to be listed",
  );
  expect((await call("GET", "/v1/inbox/msg_poison")).data).toMatchObject({
    reason: "the consumer ended each time before it could decide",
    handlers: {},
  });
  expect((await call("POST", "/v1/inbox/msg_poison/retry")).status).toBe(202);
  await eventually(
    async () => (await call("GET", "/v1/inbox/msg_poison")).data?.["state"] === "done",
    "it to be handled",
  );
  expect(logs().some((line) => line.includes("handler.log") && line.includes("msg_poison"))).toBe(true);
});

it("a delivery is handed on to another Worker by its binding", async () => {
  const { logs } = await start({
    webhookSecrets: [current],
    service: "FORWARD",
    vars: { HANDLERS: "forward" },
  });
  const text = body();
  const headers = standard(text);
  expect((await post(text, headers)).status).toBe(200);
  const taken = () => logs().find((line) => line.includes('"event":"service"'));
  await eventually(() => taken() !== undefined, "the other Worker to have it");
  expect(JSON.parse(taken() ?? "")).toEqual({
    event: "service",
    id: headers["webhook-id"],
    method: "POST",
    body: text,
  });
});
