// What is sent to the receiver, or waits behind the URLs that it fetches, with bad intent: refused or bounded, told without its
// content, and the next delivery is none the worse for it.
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { newId, newSecret, signed } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const secret = newSecret();
const CAP = 256 * 1024;
let stack: Stack;
let files: Endpoint;

beforeAll(async () => {
  files = await startEndpoint();
  stack = await startStack({
    webhookSecrets: [secret],
    vars: { EXCHANGE_MAX_BYTES: String(CAP), UPLOAD_TIMEOUT_MS: "500" },
  });
});
afterAll(async () => {
  await stack?.stop();
  await files?.stop();
});
beforeEach(() => {
  files.reply = (_, response) => response.end("{}");
});

async function post(body: string | Buffer, headers: Record<string, string> = signed(secret, body)) {
  const response = await fetch(`${stack.base}/webhook`, { method: "POST", body, headers });
  return { status: response.status, ...((await response.json()) as { data: Row; error: string }) };
}

/** Delivers, and waits for the handler's line about it. */
async function handled(payload: Row) {
  const requestId = randomBytes(8).toString("hex");
  const answer = await post(JSON.stringify({ request_id: requestId, ...payload }));
  expect(answer).toMatchObject({ status: 200 });
  const find = () => stack.logged("handler.log").find((line) => line["request_id"] === requestId);
  await eventually(() => find() !== undefined, "the handler's line");
  return find();
}

describe("at the door", () => {
  it("a bomb is not unpacked", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(await post(bomb, { ...signed(secret, "{}"), "content-encoding": "gzip" })).toMatchObject({
      status: 415,
    });
  });

  it("2 MiB are too many", async () => {
    const body = `{"a":"${"x".repeat(2 * 1024 * 1024)}"}`;
    expect(await post(body)).toMatchObject({ status: 413 });
  });

  it("20 MiB are not read to their end", async () => {
    const body = `{"a":"${"x".repeat(20 * 1024 * 1024)}"}`;
    // Whoever is still sending when the door closes may see the connection break before the answer.
    const status = await post(body).then(
      (answer) => answer.status,
      () => "cut off",
    );
    expect([413, "cut off"]).toContain(status);
    expect(await handled({ request_body: "small" })).toMatchObject({ request_bytes: 7 });
  });

  it("100,000 levels of JSON are read without a word", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(await post(deep)).toMatchObject({ status: 400 });
    const line = await handled({ request_body: "flat" });
    expect(line).toMatchObject({ request_bytes: 6 });
    const id = newId();
    const within = `{"request_id":"${id}","request_body":${deep}}`;
    expect(await post(within, signed(secret, within, id))).toMatchObject({ status: 200 });
    await eventually(
      () => stack.logs().some((text) => text.includes(id) && text.includes("handler.log")),
      "the deep one to be handled",
    );
  });

  it("who sends a byte now and then is not waited for", async () => {
    const url = new URL(`${stack.base}/webhook`);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(url, {
        method: "POST",
        headers: { ...signed(secret, "{}"), "content-length": "1000" },
      });
      const timer = setInterval(() => call.write("x"), 100);
      call.on("response", (response) => {
        clearInterval(timer);
        resolve(response.statusCode);
        call.destroy();
      });
      call.on("error", (error) => {
        clearInterval(timer);
        reject(error);
      });
      call.write("x");
    });
    expect(status).toBe(408);
  });

  it("headers of the wrong kind are told so before the body is read", async () => {
    expect(await post("{}", { ...signed(secret, "{}"), "content-type": "application/jsonx" })).toMatchObject({
      status: 415,
    });
    expect(
      await post("{}", { ...signed(secret, "{}"), "content-type": "application/json; charset=utf-8" }),
    ).toMatchObject({
      status: 200,
    });
  });

  it("a type that is none is not passed on", async () => {
    const id = newId();
    const body = JSON.stringify({ request_id: id });
    const headers = { ...signed(secret, body, id), "webhook-event-type": "x".repeat(5000) };
    expect(await post(body, headers)).toMatchObject({ status: 200 });
    await eventually(
      () => stack.logs().some((line) => line.includes(id) && line.includes('"type":"request.completed"')),
      "it to be handled as any other",
    );
  });
});

describe("behind request_response_url", () => {
  const fetchFrom = (path: string) =>
    handled({ request_body: "own", request_response_url: files.url + path });

  it("an exchange that is too large is left, and so is one without an end", async () => {
    files.reply = (_, response) => response.end(JSON.stringify({ request: "x".repeat(CAP) }));
    expect(await fetchFrom("/large")).toMatchObject({ data: "oversized", request_bytes: 5 });
    let isClosed = false;
    files.reply = (_, response) => {
      response.on("close", () => {
        isClosed = true;
      });
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        if (!response.destroyed) response.once("drain", more);
      };
      response.write('{"request":"');
      more();
    };
    expect(await fetchFrom("/endless")).toMatchObject({ data: "oversized", request_bytes: 5 });
    await eventually(() => isClosed, "the endless one to be closed");
  });

  it("a bomb is counted as it unpacks", async () => {
    files.reply = (_, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-type": "application/json" });
      response.end(gzipSync(Buffer.alloc(64 * 1024 * 1024, "x")));
    };
    expect(await fetchFrom("/bomb")).toMatchObject({ data: "oversized", request_bytes: 5 });
  });

  it("a redirect is not followed", async () => {
    files.reply = (call, response) =>
      call.path.endsWith("/elsewhere")
        ? response.writeHead(302, { location: `${files.url}/inside` }).end()
        : response.end(JSON.stringify({ request: "inside" }));
    expect(await fetchFrom("/elsewhere")).toMatchObject({ data: "expired", request_bytes: 5 });
    expect(files.received.some((call) => call.path.endsWith("/inside"))).toBe(false);
  });

  it("100,000 levels are no exchange", async () => {
    files.reply = (_, response) => response.end(`{"request":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    expect(await fetchFrom("/deep")).toMatchObject({ data: "unreadable", request_bytes: 5 });
  });
});

describe("where nothing is fetched from", () => {
  it.each([
    "http://127.0.0.1:9/",
    "https://127.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://metadata.google.internal/",
    "https://[::1]/",
    "file:///etc/passwd",
    "https://other.example.com/",
  ])("%s", async (url) => {
    const asked: string[] = [];
    const strict = await startStack({
      webhookSecrets: [secret],
      vars: { ALLOW_INSECURE_DESTINATIONS: "false", EXCHANGE_HOSTS: "files.example.com,*.amazonaws.com" },
      offline: (target) => {
        asked.push(target.href);
        return new Response("{}") as never;
      },
    });
    const body = JSON.stringify({ request_id: "r", request_body: "own", request_response_url: url });
    const answer = await fetch(`${strict.base}/webhook`, {
      method: "POST",
      body,
      headers: signed(secret, body),
    });
    expect(answer.status).toBe(200);
    await eventually(
      () => strict.logs().some((line) => line.includes('"data":"refused"') && line.includes("handler.log")),
      "it to be handled with its own bodies",
    );
    expect(asked).toEqual([]);
    await strict.stop();
  });
});
