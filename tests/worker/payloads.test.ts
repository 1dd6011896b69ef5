// The full exchange behind its signed URL: whole, in parts, and when it is gone.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { AWKWARD, completed } from "./support/events.ts";
import { type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
let endpoint: Endpoint;
/** The exchange in the middle of an object with one before it and one behind it. */
let url: string;
let whole: Buffer;
/** The id of its delivery. */
let delivery: string;

type Asked = { range?: string; "if-range"?: string };

beforeAll(async () => {
  endpoint = await startEndpoint();
  stack = await startStack();
  await stack.subscribe(endpoint.url);
  const request = { text: `${AWKWARD}${"x".repeat(300_000)}` };
  const response = { text: `${"y".repeat(300_000)}${AWKWARD}` };
  const middle = completed({ request, response });
  await stack.send([completed(), middle, completed()]);
  const received = await endpoint.until(3);
  const its = received.find((one) => JSON.parse(one.text).request_id === middle.request_id);
  url = JSON.parse(its?.text ?? "").request_response_url;
  delivery = String(its?.headers["webhook-id"]);
  whole = Buffer.from(JSON.stringify({ request, response }));
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
});

async function get(headers: Asked = {}, method = "GET") {
  // Uncompressed, so that lengths are those of the exchange.
  const answer = await fetch(url, { method, headers: { "accept-encoding": "identity", ...headers } });
  const named = (name: string) => answer.headers.get(name);
  return {
    status: answer.status,
    length: named("content-length"),
    ranges: named("accept-ranges"),
    range: named("content-range"),
    type: named("content-type"),
    cache: named("cache-control"),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

const always = { type: "application/json", cache: "private, no-store", ranges: "bytes" };

describe("an exchange", () => {
  it("is answered whole", async () => {
    const { body, ...rest } = await get();
    expect(rest).toEqual({ ...always, status: 200, length: `${whole.length}`, range: null });
    expect(body.equals(whole)).toBe(true);
  });

  it("is answered to HEAD by the same headers alone, whatever range it asks for", async () => {
    const { body: _, ...rest } = await get();
    for (const headers of [{}, { range: "bytes=0-9" }, { range: `bytes=${whole.length}-` }])
      expect(await get(headers, "HEAD")).toEqual({ ...rest, body: Buffer.alloc(0) });
  });

  it("is answered in the part that is asked for, and never beyond its own end", async () => {
    const end = whole.length;
    const parts: [range: string, first: number, behind: number][] = [
      ["bytes=0-0", 0, 1],
      ["bytes=0-9", 0, 10],
      ["bytes=7-", 7, end],
      [`bytes=${end - 1}-`, end - 1, end],
      ["bytes=-1", end - 1, end],
      ["bytes=-300", end - 300, end],
      // There are further exchanges on both sides of this one in the object.
      [`bytes=-${end + 100}`, 0, end],
      [`bytes=${end - 10}-${end + 100}`, end - 10, end],
      ["bytes=300000-99999999999999999999999999", 300_000, end],
    ];
    for (const [range, first, behind] of parts) {
      const { body, ...rest } = await get({ range });
      expect(rest, range).toEqual({
        ...always,
        status: 206,
        length: `${behind - first}`,
        range: `bytes ${first}-${behind - 1}/${end}`,
      });
      expect(body.equals(whole.subarray(first, behind)), range).toBe(true);
    }
  });

  it("can be put together again from its parts", async () => {
    const parts: Buffer[] = [];
    const step = 100_000;
    for (let at = 0; at < whole.length; at += step)
      parts.push((await get({ range: `bytes=${at}-${at + step - 1}` })).body);
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
  });

  it("is refused where the range begins behind its end", async () => {
    for (const range of [`bytes=${whole.length}-`, "bytes=99999999999999999999999999-", "bytes=-0"]) {
      const { body, ...rest } = await get({ range });
      expect(rest, range).toMatchObject({ status: 416, range: `bytes */${whole.length}` });
      expect(JSON.parse(body.toString()), range).toMatchObject({
        data: null,
        error: expect.stringContaining(`${whole.length} bytes`),
        code: "range_not_satisfiable",
      });
    }
  });

  it("is answered whole where the range cannot be read, names several, or hangs on a version", async () => {
    const others = [
      { range: "bytes=0-1,5-6" },
      { range: "bytes=5-1" },
      { range: "bytes=abc" },
      { range: "lines=0-1" },
      { range: "bytes=0-1", "if-range": '"a-version"' },
    ];
    for (const headers of others) {
      const { status, body } = await get(headers);
      expect(status, headers.range).toBe(200);
      expect(body.equals(whole), headers.range).toBe(true);
    }
  });

  it("is refused alike with and without a range where the URL is not valid", async () => {
    const changed = url.replace("offset=", "offset=0");
    const answers = [await fetch(changed), await fetch(changed, { headers: { range: "bytes=0-9" } })];
    expect(answers.map((answer) => answer.status)).toEqual([403, 403]);
    expect(await answers[1]?.text()).toBe(await answers[0]?.text());
  });

  // Last: it is gone after these.
  it("is not found once its object was removed, whichever way it is asked for", async () => {
    const bucket = await stack.bucket();
    const { objects } = await bucket.list({ prefix: "archive/" });
    await bucket.delete(objects.map((object) => object.key));
    for (const headers of [{}, { range: "bytes=0-9" }, { range: `bytes=${whole.length}-` }]) {
      const { status, range, body } = await get(headers);
      expect({ status, range }).toEqual({ status: 404, range: null });
      expect(JSON.parse(body.toString())).toMatchObject({ error: "payload not found", code: "not_found" });
    }
    expect((await get({}, "HEAD")).status).toBe(404);
  });

  it("cannot be sent again then, and the delivery says why", async () => {
    await stack.delivery(delivery, "delivered");
    expect((await stack.call("POST", `/v1/deliveries/${delivery}/retry`)).status).toBe(202);
    expect((await stack.delivery(delivery, "dead"))["reason"]).toBe("archive_gone");
  });
});
