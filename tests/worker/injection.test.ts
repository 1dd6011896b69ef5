// What others say and we write where it could be taken for something else: headers of deliveries, lines of the log.
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { newId, newSecret, signed } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const secret = newSecret();
/** Ends a header and a line, begins others, and tells a terminal what to do. */
const EVIL = '\r\nX-Injected: 1\r\n\r\n{"event":"forged"}\n\u001b[2J\u009b31m\u202e\u2028"}\u0000é';
/** The same without what no id may hold. */
const EVIL_ID = '{"event":"forged"}\u202e\u2028"} X-Injected: 1 é';

let stack: Stack;
let server: Server;
let url: string;
/** Requests as they came over the wire. */
const wire: { lines: string[]; body: string }[] = [];

beforeAll(async () => {
  server = createServer((socket) => {
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (;;) {
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) return;
        const lines = text.slice(0, end).split("\r\n");
        const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        wire.push({ lines, body: text.slice(end + 4, end + 4 + length) });
        text = text.slice(end + 4 + length);
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stack = await startStack({ webhookSecrets: [secret] });
});
afterAll(async () => {
  await stack?.stop();
  server?.close();
});

/** The headers of a request, each of them once and in visible ASCII. */
function headersOf({ lines }: { lines: string[] }) {
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const [, name = "", value = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\x20-\x7e]*)$/.exec(line) ?? [];
    expect(name, JSON.stringify(line)).not.toBe("");
    expect(headers.has(name.toLowerCase()), line).toBe(false);
    headers.set(name.toLowerCase(), value);
  }
  return headers;
}

const hostile = {
  trace_id: EVIL,
  span_id: EVIL,
  traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01${EVIL}`,
  route_id: EVIL,
  router_id: EVIL,
  user_id: EVIL,
  model: EVIL,
  provider: EVIL,
  status: "x\r\nX-Injected: 1",
  properties: { [EVIL]: EVIL },
  metadata: { route_id: EVIL },
};

describe("a delivery's headers", () => {
  it.each([
    ["helicone", {}],
    ["standard", {}],
    ["cloudevents", { contentMode: "structured" }],
    ["cloudevents", { contentMode: "binary" }],
  ])("in %s %o hold nothing that an event put there", async (format, mode) => {
    wire.length = 0;
    const own = { "X-Team": "a b", x_team: "c", __proto__x: "d", Constructor: "e" };
    await stack.subscribe(url, { format, ...mode, headers: own });
    const event = completed({ ...hostile, request_id: `${format} ${EVIL_ID}`, request: "x".repeat(20_000) });
    expect(await stack.send(event)).toMatchObject({ status: 202 });
    await eventually(() => wire.length === 1, "it is sent");
    const [sent] = wire;
    const headers = headersOf(sent ?? { lines: [] });
    expect(headers.has("x-injected")).toBe(false);
    for (const name of ["transfer-encoding", "connection", "te", "trailer", "upgrade"])
      expect(["", "keep-alive"], name).toContain(headers.get(name) ?? "");
    expect(headers.get("host")).toBe(new URL(url).host);
    expect(headers.get("content-length")).toBe(String(sent?.body.length));
    expect(headers.get("webhook-event-type")).toBe("request.completed");
    expect(headers.get("webhook-trace-id")).toMatch(/^%0D%0AX-Injected:%201/);
    expect(headers.has("traceparent")).toBe(false);
    const [team, other, proto] = ["x-team", "x_team", "__proto__x"].map((name) => headers.get(name));
    expect([team, other, proto, headers.get("constructor")]).toEqual(["a b", "c", "d", "e"]);
    expect(wire).toHaveLength(1);
    await stack.unsubscribe();
  });

  it("are not the owner's where they frame a message, tell its way or are ours, in whatever spelling", async () => {
    const webhook = await stack.subscribe(url);
    for (const name of [
      "Host",
      "hOsT",
      "Content-Length",
      "content_length",
      "Transfer-Encoding",
      "TRANSFER_ENCODING",
      "Transfer.Encoding",
      "Connection",
      "Keep-Alive",
      "Proxy-Connection",
      "Upgrade",
      "TE",
      "Trailer",
      "Expect",
      "X-Forwarded-For",
      "x_forwarded_host",
      "Cf-Connecting-Ip",
      "Webhook-Signature",
      "webhook_signature",
      "Helicone-Signature",
      "X_Helicone_Signature",
      "Traceparent",
      "Ce-Id",
      "Content-Type",
      "User-Agent",
      "Host ",
      " Host",
      "Host:",
      "Host\u0000",
      "Ho\u017ft",
      "X-A\r\nHost",
    ]) {
      const created = await stack.call("POST", "/v1/webhooks", {
        destination: url,
        headers: { [name]: "v" },
      });
      expect([created.status, created.field?.split(".")[0]], name).toEqual([400, "headers"]);
      const changed = await stack.call("PATCH", `/v1/webhooks/${webhook.id}`, { headers: { [name]: "v" } });
      expect([changed.status, changed.field?.split(".")[0]], name).toEqual([400, "headers"]);
    }
    for (const value of ["a\r\nHost: evil", "a\nb", "a\u0000", "a\u010a", "é"]) {
      const body = { destination: url, headers: { "X-A": value } };
      expect((await stack.call("POST", "/v1/webhooks", body)).status, value).toBe(400);
    }
    await stack.unsubscribe();
  });
});

describe("a line of the log", () => {
  const lines = () => stack.logs().map((line) => JSON.parse(line) as Row);

  it("is one object, of a length, and does nothing to who looks at it", async () => {
    const own = await stack.subscribe(`${stack.base}/webhook`, { signing_secret: secret });
    await stack.send(completed({ ...hostile, request_id: EVIL_ID }));
    await eventually(() => lines().some(({ event }) => event === "handler.log"), "it is handled");
    // From a sender who may say anything, and in headers that nobody has signed.
    const says = {
      request_id: `a${EVIL}${"x".repeat(500_000)}`,
      model: `${EVIL}${"y".repeat(100_000)}`,
      provider: EVIL,
    };
    const body = JSON.stringify(says);
    const id = newId();
    const taken = await fetch(`${stack.base}/webhook`, {
      method: "POST",
      body,
      headers: {
        ...signed(secret, body, id),
        "webhook-event-type": 'x"}{"event":"forged"}',
        "user-agent": '"}{"event":"forged"} \u009b31m',
        "cf-connecting-ip": '"}{"event":"forged"}',
      },
    });
    expect(taken.status).toBe(200);
    await eventually(
      () => lines().some((line) => line["event"] === "handler.log" && line["delivery"] === id),
      "it is handled",
    );
    for (const [method, path, headers, text] of [
      ["POST", "/webhook", { "webhook-id": '"}{"event":"forged"}' }, "{}"],
      ["POST", "/webhook", signed(secret, "{}", 'msg_"}{"event":"forged"}'), "{}"],
      ["POST", `/v1/webhooks/${own.id}`, { "user-agent": '"}{"event":"forged"}' }, "{}"],
      ["POST", "/v1/webhooks", {}, JSON.stringify({ destination: `https://${EVIL}` })],
      ["POST", "/v1/webhooks", {}, JSON.stringify({ destination: "https://127.0.0.1/%0a%1b" })],
      ["POST", "/v1/events", {}, JSON.stringify({ request_id: "r", type: EVIL })],
      ["GET", "/payloads/default/%0A%7B%22event%22:%22forged%22%7D?signature=%0A", {}, null],
      ["GET", "/console/deliveries/%0A%1B%5B2J", {}, null],
      ["POST", "/v1/request/%0A%1B%5B2J/score", {}, JSON.stringify({ scores: { [EVIL_ID]: 1 } })],
    ] as [string, string, Record<string, string>, string | null][]) {
      const answer = await fetch(stack.base + path, {
        method,
        headers: { authorization: `Bearer ${stack.rootKey}`, "content-type": "application/json", ...headers },
        body: text,
      });
      expect(answer.status, path).toBeLessThan(500);
    }
    // What is not signed by anybody, put on the queues: an id and a type of a message are as hostile as the rest.
    await stack.enqueue(EVIL);
    await stack.enqueue(
      `${JSON.stringify({ v: 1, id: EVIL, event_type: EVIL, received_at: 0 })}\n{}`,
      "INBOX",
    );
    await eventually(() => lines().some(({ event }) => event === "delivery.poison"), "it is put aside");
    expect(lines().length).toBeGreaterThan(8);
    for (const line of stack.logs()) {
      expect(line).toMatch(/^\{"level":"(info|warn|error)","event":"[a-z_.]+"/);
      expect(line.length).toBeLessThan(5000);
      // Neither controls nor what turns a line's direction round or ends it.
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
    expect(lines().filter(({ event }) => event === "forged")).toEqual([]);
    // Nothing of it was lost: who reads the line by machine reads what was said.
    const [first] = lines().filter(({ event }) => event === "handler.log");
    expect(first).toMatchObject({ model: EVIL, request_id: EVIL_ID });
    const long = lines().find(({ event, delivery }) => event === "handler.log" && delivery === id);
    expect([...String(long?.["model"])]).toHaveLength(1001);
  });
});
