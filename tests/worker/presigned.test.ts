// With a key of the S3 API: the exchange of a call with one event is fetched from R2 itself. A stand-in for R2's S3 API serves
// the Worker's own bucket, and checks signatures by a few lines of its own.
import { createHash, createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { AWKWARD, completed } from "./support/events.ts";
import { newSecrets, type Stack, startStack } from "./support/stack.ts";

const BUCKET = "heliograph-archive";
const KEY_ID = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const SECRET = createHash("sha256").update("a key for nobody").digest("hex");

let stack: Stack;
let endpoint: Endpoint;
let s3: Server;
let s3Url: string;

beforeAll(async () => {
  s3 = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", s3Url);
    if (url.searchParams.get("X-Amz-Signature") !== signature(request.method ?? "", url))
      return response.writeHead(403).end("SignatureDoesNotMatch");
    const key = decodeURIComponent(url.pathname.slice(`/${BUCKET}/`.length));
    const object = await (await stack.bucket()).get(key);
    if (!object) return response.writeHead(404).end("NoSuchKey");
    const { contentType = "", cacheControl = "" } = object.httpMetadata ?? {};
    response.writeHead(200, { "content-type": contentType, "cache-control": cacheControl });
    return response.end(Buffer.from(await object.arrayBuffer()));
  });
  await new Promise<void>((resolve) => s3.listen(0, "127.0.0.1", resolve));
  s3Url = `http://127.0.0.1:${(s3.address() as AddressInfo).port}`;
  endpoint = await startEndpoint();
  stack = await startStack({ vars: settings() });
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
  s3?.close();
});
afterEach(async () => {
  await stack.unsubscribe();
  endpoint.received.length = 0;
});

const settings = () => ({
  R2_S3_ENDPOINT: s3Url,
  R2_S3_BUCKET: BUCKET,
  R2_S3_ACCESS_KEY_ID: KEY_ID,
  R2_S3_SECRET_ACCESS_KEY: SECRET,
});

/** AWS Signature Version 4 of a presigned URL. */
function signature(method: string, url: URL) {
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const query = url.search
    .slice(1)
    .split("&")
    .filter((pair) => !pair.startsWith("X-Amz-Signature="))
    .sort();
  const canonical = [method, url.pathname, query.join("&"), `host:${url.host}\n`, "host", "UNSIGNED-PAYLOAD"];
  const scope = (url.searchParams.get("X-Amz-Credential") ?? "").split("/").slice(1);
  const hash = createHash("sha256").update(canonical.join("\n")).digest("hex");
  const text = ["AWS4-HMAC-SHA256", url.searchParams.get("X-Amz-Date"), scope.join("/"), hash].join("\n");
  return createHmac("sha256", scope.reduce<string | Buffer>(hmac, `AWS4${SECRET}`))
    .update(text)
    .digest("hex");
}

const urlOf = (text: string) => String(JSON.parse(text).request_response_url);
const keys = async () =>
  (await (await stack.bucket()).list({ prefix: "archive/" })).objects.map((one) => one.key);

describe("an exchange", () => {
  it("of a call with one event is fetched from R2, and is the exchange alone", async () => {
    await stack.subscribe(endpoint.url);
    const request = { text: `${AWKWARD}${"x".repeat(100_000)}` };
    const event = completed({ request, response: { ok: true } });
    await stack.send(event);
    const [delivery] = await endpoint.until(1);
    const url = urlOf(delivery?.text ?? "");
    expect(url.startsWith(`${s3Url}/${BUCKET}/archive/default/`), url).toBe(true);
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("1800");
    const fetched = await fetch(url);
    expect(fetched.status).toBe(200);
    expect(fetched.headers.get("content-type")).toBe("application/json");
    expect(fetched.headers.get("cache-control")).toBe("private, no-store");
    expect(await fetched.text()).toBe(JSON.stringify({ request, response: { ok: true } }));
    // The segment beside it, and nothing else.
    expect(
      (await keys()).filter((key) => url.includes(key.replace(/(\.single|\.exchange\.json)$/, ""))),
    ).toHaveLength(2);
    // Sent again, it is signed again.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const id = String(delivery?.headers["webhook-id"]);
    await stack.delivery(id, "delivered");
    await stack.call("POST", `/v1/deliveries/${id}/retry`);
    const again = urlOf((await endpoint.until(2))[1]?.text ?? "");
    expect(new URL(again).pathname).toBe(new URL(url).pathname);
    expect(again).not.toBe(url);
    expect((await fetch(again)).status).toBe(200);
  });

  it("that was held has the same URL once it is recovered", async () => {
    const webhook = await stack.subscribe(endpoint.url, { status: "paused" });
    const since = new Date(Date.now() - 1000).toISOString();
    const event = completed();
    await stack.send(event);
    await stack.call("PATCH", `/v1/webhooks/${webhook.id}`, { status: "active" });
    await stack.call("POST", `/v1/webhooks/${webhook.id}/recover`, { since, states: ["held"] });
    const [delivery] = await endpoint.until(1);
    const fetched = await fetch(urlOf(delivery?.text ?? ""));
    expect(fetched.url.startsWith(s3Url)).toBe(true);
    expect(await fetched.json()).toEqual({ request: event["request"], response: event["response"] });
  });

  it("of a call with several events is fetched from the Worker as ever, and costs no object more", async () => {
    await stack.subscribe(endpoint.url);
    const before = (await keys()).length;
    await stack.send([completed(), completed()]);
    for (const { text } of await endpoint.until(2)) {
      expect(urlOf(text).startsWith(`${stack.base}/payloads/`)).toBe(true);
      expect((await fetch(urlOf(text))).status).toBe(200);
    }
    expect(await keys()).toHaveLength(before + 1);
  });
});

describe("settings", () => {
  it("that are there in part are named and keep the dispatcher from starting", async () => {
    const { R2_S3_SECRET_ACCESS_KEY: _, ...part } = settings();
    for (const vars of [part, { ...settings(), R2_S3_ENDPOINT: "r2.example.com" }]) {
      const wrong = await startStack({ vars, secrets: newSecrets() });
      const answer = await wrong.call("GET", "/v1/webhooks");
      expect(answer.status).toBe(500);
      expect(answer.error).toContain("R2_S3_ENDPOINT");
      expect(answer.error).not.toContain(SECRET);
      await wrong.stop();
    }
  });
});
