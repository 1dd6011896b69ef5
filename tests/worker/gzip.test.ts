// ARCHIVE_GZIP: what was archived before it was turned on and what was archived since are read alike. All events are lost by the
// queue first, so that whatever is sent here was read from the archive.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { AWKWARD, completed } from "./support/events.ts";
import { newSecrets, type Row, type Stack, startStack } from "./support/stack.ts";

const PROMPT = Array.from({ length: 4000 }, (_, at) => `${at}: the quick brown fox`).join("\n");
/** Too large to travel with its message, and awkward. */
const exchange = { request: { text: `${AWKWARD}${PROMPT}` }, response: { text: `${PROMPT}${AWKWARD}` } };
const text = JSON.stringify(exchange);
const whole = Buffer.from(text);
const big = () => completed({ ...exchange, notes: PROMPT, cost: 0.9 });
const plain = [completed(), big(), completed()];
const packed = [completed(), big(), completed()];
const all = [...plain, ...packed];

let persist: string;
let stack: Stack;
let endpoint: Endpoint;
let held: Endpoint;
let s3: Server;
let heldId: string;

const idsOf = (events: { request_id: string }[]) => events.map((event) => event.request_id).sort();
const parsed = (from: Endpoint) => from.received.map((one) => JSON.parse(one.text)["data"] as Row);
const arrived = (from: Endpoint) =>
  parsed(from)
    .map((data) => String(data["request_id"]))
    .sort();

/** What was delivered of an event. */
function dataOf(event: { request_id: string } | undefined) {
  const data = parsed(endpoint).find((one) => one["request_id"] === event?.request_id);
  if (!data) throw new Error("it was not delivered");
  return data;
}

/** The payload URL of an event, at the stack that is running now. */
function urlOf(event: { request_id: string } | undefined) {
  const url = new URL(String(dataOf(event)["request_response_url"]));
  return `${stack.base}${url.pathname}${url.search}`;
}

async function stored(key: string) {
  const object = await (await stack.bucket()).get(key);
  if (!object) throw new Error(`${key} is not there`);
  return { metadata: object.httpMetadata, bytes: Buffer.from(await object.arrayBuffer()) };
}

beforeAll(async () => {
  persist = await mkdtemp(join(tmpdir(), "heliograph-"));
  s3 = createServer(async (asked, response) => {
    const key = new URL(asked.url ?? "", "http://s3").pathname.slice("/b/".length);
    const { metadata, bytes } = await stored(key);
    const encoding = metadata?.contentEncoding;
    response.writeHead(200, encoding ? { "content-encoding": encoding } : {}).end(bytes);
  });
  await new Promise<void>((resolve) => s3.listen(0, "127.0.0.1", resolve));
  const thief = await startEndpoint();
  [endpoint, held] = [await startEndpoint(), await startEndpoint()];
  const secrets = newSecrets();
  const shared = { persist, secrets };
  const lossy = { ...shared, collect: { url: thief.url, queues: ["heliograph-express"] } };
  const before = await startStack(lossy);
  await before.subscribe(endpoint.url, { format: "standard" });
  heldId = (await before.subscribe(held.url, { format: "standard", status: "paused" })).id;
  await before.send(plain);
  // What one call brings for one webhook travels together.
  await thief.until(1);
  await before.stop();
  const since = await startStack({ ...lossy, vars: { ARCHIVE_GZIP: "true" } });
  await since.send(packed);
  await thief.until(2);
  await since.stop();
  await thief.stop();
  stack = await startStack({
    ...shared,
    vars: {
      ARCHIVE_GZIP: "true",
      RECONCILE_AFTER_SECONDS: "0",
      R2_S3_ENDPOINT: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
      R2_S3_BUCKET: "b",
      R2_S3_ACCESS_KEY_ID: "k",
      R2_S3_SECRET_ACCESS_KEY: "s",
    },
  });
});
afterAll(async () => {
  await stack?.stop();
  await Promise.all([endpoint?.stop(), held?.stop()]);
  s3?.close();
  await rm(persist, { recursive: true, force: true });
});

type Got = { status: number | undefined; headers: IncomingHttpHeaders; body: Buffer };

/** As it comes over the wire: `fetch` would ask for gzip, and unpack it. */
function get(url: string, headers: Record<string, string> = {}, method = "GET") {
  return new Promise<Got>((resolve, reject) => {
    const asked = request(url, { method, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
    });
    asked.on("error", reject).end();
  });
}

it("what a queue lost is found and rendered from either kind", async () => {
  await stack.reconcile();
  await endpoint.until(6);
  expect(arrived(endpoint)).toEqual(idsOf(all));
  const own = { request_id: "", request_response_url: "" };
  const bodies = [plain, packed].map(([, event]) => ({ ...dataOf(event), ...own }));
  expect(bodies[0]).toEqual(bodies[1]);
  expect(bodies[1]).toMatchObject({ notes: PROMPT });
});

it("a packed segment is much smaller, and unpacked by any tool the text that it would have been", async () => {
  const { objects } = await (await stack.bucket()).list({ prefix: "archive/" });
  const [first, second, ...more] = await Promise.all(
    objects.map(async ({ key }) => (await stored(key)).bytes),
  );
  if (!first || !second || more.length > 0) throw new Error(`${objects.length} objects`);
  expect(second.length * 3).toBeLessThan(first.length);
  const ids = plain.map((event, at) => [String(packed[at]?.request_id), event.request_id] as const);
  let unpacked = gunzipSync(second).toString();
  for (const [its, other] of ids) unpacked = unpacked.replaceAll(its, other);
  expect(unpacked === first.toString()).toBe(true);
});

it("a payload URL hands out the same bytes, packed to those who name gzip", async () => {
  for (const [events, isPacked] of [
    [plain, false],
    [packed, true],
  ] as const) {
    const url = urlOf(events[1]);
    expect(url.includes("&unpacked="), url).toBe(isPacked);
    for (const headers of [undefined, { "accept-encoding": "identity" }]) {
      const { status, headers: received, body } = await get(url, headers);
      expect(status).toBe(200);
      expect(received).toMatchObject({ "content-length": `${whole.length}`, "accept-ranges": "bytes" });
      expect(received["content-encoding"]).toBeUndefined();
      expect(body.equals(whole)).toBe(true);
    }
    const gzip = await get(url, { "accept-encoding": "gzip" });
    expect([gzip.status, gzip.headers["content-encoding"]]).toEqual([200, "gzip"]);
    expect(gunzipSync(gzip.body).equals(whole)).toBe(true);
    // What is stored is passed on as it is, so that its length is known.
    if (isPacked) expect(gzip.headers["content-length"]).toBe(new URL(url).searchParams.get("length"));
    expect(await (await fetch(url)).text()).toBe(text);
    const head = await get(url, { "accept-encoding": "gzip" }, "HEAD");
    expect([head.status, head.headers["content-length"]]).toEqual([200, `${whole.length}`]);
  }
  const url = urlOf(packed[1]);
  expect((await get(url.replace(/&unpacked=\d+/, ""))).status).toBe(403);
});

it("ranges are of the unpacked bytes", async () => {
  const url = urlOf(packed[1]);
  const end = whole.length;
  const parts: [range: string, first: number, behind: number][] = [
    ["bytes=0-0", 0, 1],
    ["bytes=0-", 0, end],
    ["bytes=-1", end - 1, end],
    ["bytes=100000-150000", 100_000, 150_001],
    [`bytes=${end - 10}-${end + 100}`, end - 10, end],
  ];
  for (const [range, first, behind] of parts) {
    const { status, headers, body } = await get(url, { range, "accept-encoding": "identity" });
    expect([status, headers["content-range"]], range).toEqual([206, `bytes ${first}-${behind - 1}/${end}`]);
    expect(headers["content-length"], range).toBe(`${behind - first}`);
    expect(body.equals(whole.subarray(first, behind)), range).toBe(true);
  }
  const beyond = await get(url, { range: `bytes=${end}-` });
  expect([beyond.status, beyond.headers["content-range"]]).toEqual([416, `bytes */${end}`]);
});

it("a preview looks into both kinds", async () => {
  const answer = await stack.call("POST", "/v1/webhooks/preview", {
    filter: { notes: { $startsWith: "0: the" } },
  });
  const matches = [packed[1], plain[1]].map((event) => `request.completed:${event?.request_id}`);
  expect(answer.data).toMatchObject({ considered: 6, matched: 2, matches });
});

it("what was held and what only matches now are recovered from both kinds", async () => {
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const late = await startEndpoint();
  const { id } = await stack.subscribe(late.url, { format: "standard", filter: { cost: { $gt: 0.5 } } });
  await stack.call("PATCH", `/v1/webhooks/${heldId}`, { status: "active" });
  const recover = async (webhook: string, state: string) =>
    (await stack.call("POST", `/v1/webhooks/${webhook}/recover`, { since, states: [state] })).data["id"];
  const jobs = [await recover(heldId, "held"), await recover(id, "missing")];
  await Promise.all([held.until(6), late.until(2)]);
  for (const job of jobs)
    await eventually(
      async () => (await stack.call("GET", `/v1/jobs/${job}`)).data["status"] === "done",
      "the recovery is done",
    );
  expect(arrived(held)).toEqual(idsOf(all));
  expect(arrived(late)).toEqual([plain[1]?.request_id, packed[1]?.request_id].sort());
  await late.stop();
});

it("an exchange that R2 hands out itself says that it is packed", async () => {
  const event = big();
  await stack.send(event);
  await endpoint.until(7);
  const url = new URL(String(dataOf(event)["request_response_url"]));
  expect(url.pathname).toMatch(/^\/b\/archive\/default\/.*\.exchange\.json$/);
  const { metadata, bytes } = await stored(url.pathname.slice("/b/".length));
  expect(metadata).toMatchObject({ contentType: "application/json", contentEncoding: "gzip" });
  expect(gunzipSync(bytes).equals(whole)).toBe(true);
  expect(await (await fetch(url)).text()).toBe(text);
});

it("is on or off, and nothing else", async () => {
  const wrong = await startStack({ vars: { ARCHIVE_GZIP: "yes" } });
  const answer = await wrong.call("GET", "/v1/webhooks");
  expect([answer.status, answer.error.includes("ARCHIVE_GZIP: must be true or false")]).toEqual([500, true]);
  await wrong.stop();
});
