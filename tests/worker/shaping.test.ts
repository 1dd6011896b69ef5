// Shaping: what a subscription's `fields` hold back is in nothing that leaves for it, in whatever way it is asked for. Another
// subscription without them gets all of it, so that the events do hold what is looked for.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { CANARY, completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const MAIL = "jane.doe@example.com";
const USER = "user-4711-canary";
const SECRET = "property-canary";
/** What must not leave. The canary of all tests stands in the request's body. */
const FORBIDDEN = [CANARY, "jane.doe", "4111111111111111", "4111 1111", USER, SECRET, "10.20.30.40"];

const fields = {
  exclude: ["request_body"],
  bodies: "full",
  redact: { detectors: "all", paths: ["properties.secret"] },
  hashUserId: true,
};

function event(padding = "") {
  const content = `${padding} write to ${MAIL} or pay with 4111 1111 1111 1111`;
  return completed({
    user_id: USER,
    properties: { secret: SECRET, environment: "production" },
    // Both are sent in headers, too.
    trace_id: MAIL,
    route_id: "10.20.30.40",
    error: { message: `refused for ${MAIL} at 10.20.30.40` },
    response: {
      id: "x",
      user: USER,
      pan: 4111111111111111,
      [MAIL]: "a key",
      choices: [{ message: { content, tool_calls: [{ arguments: JSON.stringify({ to: MAIL }) }] } }],
    },
  });
}

const urlOf = (text: string) => {
  const body = JSON.parse(text);
  return String(body.request_response_url ?? body.data.request_response_url);
};

/** Everything that a URL gives, asked for in every way. */
async function everything(url: string) {
  const get = async (headers: Record<string, string> = {}, method = "GET") => {
    const answer = await fetch(url, { method, headers });
    return { answer, text: await answer.text() };
  };
  const whole = await get({ "accept-encoding": "identity" });
  expect(whole.answer.status).toBe(200);
  const length = Buffer.byteLength(whole.text);
  expect(whole.answer.headers.get("content-length")).toBe(`${length}`);
  const head = await get({ "accept-encoding": "identity" }, "HEAD");
  expect([head.answer.status, head.answer.headers.get("content-length")]).toEqual([200, `${length}`]);
  const packed = await get({ "accept-encoding": "gzip" });
  expect(packed.text).toBe(whole.text);
  const part = await get({ range: "bytes=10-49", "accept-encoding": "identity" });
  expect([part.answer.status, part.answer.headers.get("content-range")]).toEqual([
    206,
    `bytes 10-49/${length}`,
  ]);
  expect(part.text).toBe(Buffer.from(whole.text).subarray(10, 50).toString());
  const behind = await get({ range: `bytes=${length}-` });
  expect(behind.answer.status).toBe(416);
  const all = [whole, head, packed, part, behind];
  return {
    json: JSON.parse(whole.text) as Row,
    seen: all.map(({ answer, text }) => `${[...answer.headers].join("\n")}\n${text}`).join("\n"),
  };
}

function expectNothingOf(seen: string) {
  for (const forbidden of FORBIDDEN) expect(seen.includes(forbidden), forbidden).toBe(false);
}

describe.each([
  ["as text", {}],
  // Presigned URLs would lead to the exchange as it came.
  [
    "packed",
    {
      ARCHIVE_GZIP: "true",
      R2_S3_ENDPOINT: "http://127.0.0.1:9",
      R2_S3_BUCKET: "b",
      R2_S3_ACCESS_KEY_ID: "k",
      R2_S3_SECRET_ACCESS_KEY: "s".repeat(64),
    },
  ],
])("an archive %s", (_, vars: Record<string, string>) => {
  let stack: Stack;
  let shaped: Endpoint;
  let plain: Endpoint;
  let webhook: Row & { id: string };

  beforeAll(async () => {
    [shaped, plain] = [await startEndpoint(), await startEndpoint()];
    stack = await startStack({ vars });
    await stack.subscribe(plain.url, { format: "standard" });
    webhook = await stack.subscribe(shaped.url, { fields, format: "standard", retrySchedule: [0, 0] });
  });
  afterAll(async () => {
    await stack?.stop();
    await shaped?.stop();
    await plain?.stop();
  });

  it("gives away nothing that is held back, at any attempt, whatever its size", async () => {
    const failed = new Set<unknown>();
    shaped.reply = (one, response) => {
      const first = !failed.has(one.headers["webhook-id"]);
      failed.add(one.headers["webhook-id"]);
      response.writeHead(first ? 500 : 200).end(one.text.slice(0, 1000));
    };
    const [small, large] = [event(), event("x".repeat(150_000))];
    await stack.send(small);
    await stack.send(large);
    await stack.send([event(), event()]);
    const received = await shaped.until(8);
    const control = await plain.until(4);
    for (const forbidden of FORBIDDEN)
      expect(
        control.some(({ text }) => text.includes(forbidden)),
        forbidden,
      ).toBe(true);
    const hashes = new Set<unknown>();
    for (const { text, headers } of received) {
      expect(JSON.stringify(JSON.parse(text))).toBe(text);
      const url = urlOf(text);
      expect(url.startsWith(`${stack.base}/payloads/`), url).toBe(true);
      const { json, seen } = await everything(url);
      expectNothingOf(`${text}\n${JSON.stringify(headers)}\n${seen}`);
      const { data } = JSON.parse(text);
      hashes.add(data.user_id).add(data.response_body.user);
      expect(json).toEqual({ response: data.response_body });
      expect(data.response_body.choices[0].message.content.trimStart()).toMatch(
        / ?write to \[email\] or pay with \[card\]$/,
      );
      expect(data).toMatchObject({
        properties: { secret: "[redacted]", environment: "production" },
        error: { message: "refused for [email] at [ip]" },
      });
    }
    expect([...hashes]).toEqual([expect.stringMatching(/^usr_[0-9a-f]{24}$/)]);
    const delivery = String(received[0]?.headers["webhook-id"]);
    const logged = await stack.delivery(delivery, "delivered");
    expectNothingOf(JSON.stringify(logged));
    expectNothingOf(stack.logs().join("\n"));
  });

  it("opens a shaped URL for its subscription alone, and by what that is set to now", async () => {
    shaped.reply = (_, response) => response.end("ok");
    shaped.received.length = 0;
    const other = await stack.subscribe("http://127.0.0.1:9/", { status: "paused" });
    await stack.send(event());
    const [delivery] = await shaped.until(1);
    const url = urlOf(delivery?.text ?? "");
    expect(url).toContain(`for=${webhook.id}`);
    for (const wrong of [
      url.replace(webhook.id, other.id),
      url.replace(/&for=[^&]+/, ""),
      url.replace(/record=[^&]+&for=[^&]+/, "offset=0&length=500"),
      url.replace("record=", "record=0"),
    ])
      expect((await fetch(wrong)).status, wrong).toBe(403);
    await stack.call("PATCH", `/v1/webhooks/${webhook.id}`, { fields: { ...fields, bodies: "none" } });
    expect((await fetch(url)).status).toBe(404);
    await stack.call("PATCH", `/v1/webhooks/${webhook.id}`, {
      fields: { exclude: ["request_body", "response_body.choices"] },
    });
    const now = await (await fetch(url)).json();
    expect(now).toMatchObject({ response: { id: "x", user: USER } });
    expect(now).not.toHaveProperty("response.choices");
    await stack.call("DELETE", `/v1/webhooks/${webhook.id}`);
    const gone = await fetch(url);
    expect(gone.status).toBe(404);
    expectNothingOf(await gone.text());
  });

  it("shapes by new rules what was queued under others", async () => {
    shaped.received.length = 0;
    shaped.reply = (_, response) => response.writeHead(shaped.received.length > 1 ? 200 : 500).end();
    const late = await stack.subscribe(shaped.url, { format: "standard", retrySchedule: [1] });
    await stack.send(event());
    const [before] = await shaped.until(1);
    expect(before?.text).toContain(MAIL);
    await stack.call("PATCH", `/v1/webhooks/${late.id}`, { fields });
    const [, after] = await shaped.until(2);
    expectNothingOf(`${after?.text}${(await everything(urlOf(after?.text ?? ""))).seen}`);
    expect(after?.headers["webhook-id"]).toBe(before?.headers["webhook-id"]);
    await stack.call("DELETE", `/v1/webhooks/${late.id}`);
  });

  it("sends a test delivery as shaped as others", async () => {
    shaped.received.length = 0;
    shaped.reply = (_, response) => response.end("ok");
    const tested = await stack.subscribe(shaped.url, { fields: { include: ["model"], hashUserId: true } });
    await stack.call("POST", `/v1/webhooks/${tested.id}/test`);
    const [one] = await shaped.until(1);
    const body = JSON.parse(one?.text ?? "");
    expect(body).toEqual({
      request_id: body.request_id,
      request_body: {},
      response_body: {},
      model: "gpt-4o-2024-08-06",
    });
    await stack.call("DELETE", `/v1/webhooks/${tested.id}`);
  });

  it("shows before and after, of an archived event to those who may read it", async () => {
    const given = await stack.call("POST", "/v1/webhooks/shape", { fields, event: event() });
    expect(given.status).toBe(200);
    expect(JSON.stringify(given.data["before"])).toContain(CANARY);
    expectNothingOf(JSON.stringify({ ...given.data, before: null }));
    expect(given.data).toMatchObject({ removed: ["request_body"], counts: { card: 2, ip: 2, user_id: 2 } });
    const archived = await stack.call("POST", "/v1/webhooks/shape", { fields, format: "standard" });
    expect(archived.status).toBe(200);
    expectNothingOf(JSON.stringify(archived.data["after"]));
    expect(JSON.stringify(archived.data["before"])).toContain(MAIL);
    const key = await stack.call("POST", "/v1/keys", { name: "reads webhooks", scopes: ["webhooks:read"] });
    const authorization = { authorization: `Bearer ${key.data["key"]}` };
    expect((await stack.call("POST", "/v1/webhooks/shape", { fields }, authorization)).status).toBe(403);
    const allowed = await stack.call("POST", "/v1/webhooks/shape", { fields, event: event() }, authorization);
    expect(allowed.status).toBe(200);
    const wrong = await stack.call("POST", "/v1/webhooks/shape", { fields: { exclude: ["type"] } });
    expect(wrong).toMatchObject({ status: 400, field: "fields.exclude[0]" });
    await eventually(() => stack.logs().length > 0, "something is logged");
    expectNothingOf(stack.logs().join("\n"));
  });
});
