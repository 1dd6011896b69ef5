// Subscriptions over the API: Helicone's calls, and everything that theirs lacks.
import { createHmac, createPublicKey, verify } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, eventually, pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint();
  stack = await startStack();
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
});
afterEach(async () => {
  await stack.unsubscribe();
  endpoint.received.length = 0;
});

const path = (webhook: Row) => `/v1/webhooks/${webhook["id"]}`;

describe("Helicone's documented calls", () => {
  it("create, list, test and delete", async () => {
    const config = { sampleRate: 100, propertyFilters: [{ key: "environment", value: "production" }] };
    const created = await stack.call("POST", "/v1/webhooks", {
      destination: endpoint.url,
      config,
      includeData: true,
    });
    expect(created).toMatchObject({ status: 200, error: null });
    const listed = await stack.call("GET", "/v1/webhooks");
    const [row] = listed.data as unknown as Row[];
    expect(row).toMatchObject({
      id: created.data["id"],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      destination: endpoint.url,
      version: "2024-10-22",
      config: { ...config, includeData: true },
      hmac_key: created.data["hmac_key"],
    });
    const tested = await stack.call("POST", `${path(created.data)}/test`);
    expect(tested.data).toMatchObject({ success: true, message: "Test webhook sent successfully" });
    expect(await stack.call("DELETE", path(created.data))).toMatchObject({ status: 200, error: null });
    expect((await stack.call("GET", "/v1/webhooks")).data).toEqual([]);
  });
});

describe("a subscription", () => {
  it("is shown without its secrets, which are revealed on request", async () => {
    const created = await stack.subscribe(endpoint.url);
    const shown = await stack.call("GET", path(created));
    expect(shown.data["signing_secret"]).toBeUndefined();
    expect(shown.data["keys"]).toEqual([
      {
        fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
        publicKey: expect.stringMatching(/^whpk_/),
        createdAt: expect.any(String),
        expiresAt: null,
      },
    ]);
    const { data } = await stack.call("GET", `${path(created)}/secret`);
    expect(data).toEqual({
      id: created.id,
      hmac_key: created.hmac_key,
      signing_secret: created.signing_secret,
    });
  });

  it("is changed by a merge patch, only at the revision that If-Match names", async () => {
    const created = await stack.subscribe(endpoint.url, { metadata: { team: "a", tier: "1" } });
    const first = await stack.call("GET", path(created));
    expect(first.headers.get("etag")).toBe('"1"');
    const patch = { status: "paused", metadata: { tier: null, on: "call" }, description: "of mine" };
    const changed = await stack.call("PATCH", path(created), patch, { "if-match": '"1"' });
    expect(changed.data).toMatchObject({
      status: "paused",
      metadata: { team: "a", on: "call" },
      description: "of mine",
    });
    expect(changed.data["metadata"]).toEqual({ team: "a", on: "call" });
    expect(changed.headers.get("etag")).toBe('"2"');
    const stale = await stack.call("PATCH", path(created), { status: "active" }, { "if-match": '"1"' });
    expect(stale).toMatchObject({ status: 412, data: null });
    expect((await stack.call("DELETE", path(created), undefined, { "if-match": '"1"' })).status).toBe(412);
    expect((await stack.call("PATCH", path(created), { status: "active" }, { "if-match": "*" })).status).toBe(
      200,
    );
    const refused = await stack.call("PATCH", path(created), { sampelRate: 1 });
    expect(refused).toMatchObject({
      status: 400,
      error: expect.stringContaining("sampelRate: is not a field"),
    });
    expect((await stack.call("PATCH", "/v1/webhooks/sub_0", {})).status).toBe(404);
  });

  it("is changed at no revision that was never answered, and only its own ETag is one", async () => {
    const created = await stack.subscribe(endpoint.url);
    const calls = [
      ["PATCH", "", { description: "x" }],
      ["POST", "/rotate", {}],
      ["DELETE", "", undefined],
    ] as const;
    // The right revision without its quotes, with a sign, in a list; and what is none.
    for (const tag of [
      "1",
      '"+1"',
      '"1", "2"',
      '"1',
      '""',
      '"garbage"',
      "garbage",
      `"${"9".repeat(30)}"`,
      '"2"',
    ]) {
      for (const [method, suffix, body] of calls) {
        const refused = await stack.call(method, path(created) + suffix, body, { "if-match": tag });
        expect(refused, `${method} ${tag}`).toMatchObject({
          status: 412,
          data: null,
          code: "revision_mismatch",
        });
      }
    }
    const { data, headers } = await stack.call("GET", path(created));
    expect(headers.get("etag")).toBe('"1"');
    expect(data).toMatchObject({ description: null, keys: [{}] });
    // A proxy that compresses an answer makes its ETag a weak one.
    const weak = await stack.call("PATCH", path(created), {}, { "if-match": 'W/"1"' });
    expect(weak.status).toBe(200);
  });

  it("loses no change when many come at once", async () => {
    const created = await stack.subscribe(endpoint.url);
    const names = Array.from({ length: 12 }, (_, at) => `k${at}`);
    const answers = await Promise.all(
      names.map((name) => stack.call("PATCH", path(created), { metadata: { [name]: "v" } })),
    );
    const taken = names.filter((_, at) => answers[at]?.status === 200);
    expect(taken.length).toBeGreaterThan(0);
    for (const answer of answers) expect([200, 503]).toContain(answer.status);
    const { data } = await stack.call("GET", path(created));
    expect(Object.keys(data["metadata"] as Row).sort()).toEqual(taken.sort());
  });

  it("is created once under an Idempotency-Key", async () => {
    const key = { "idempotency-key": "order-1" };
    const body = { destination: `${endpoint.url}/once` };
    const answers = await Promise.all([1, 2, 3].map(() => stack.call("POST", "/v1/webhooks", body, key)));
    expect(new Set(answers.map((answer) => answer.data["id"])).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.data["signing_secret"])).size).toBe(1);
    expect((await stack.call("GET", "/v1/webhooks")).data).toHaveLength(1);
    const other = await stack.call("POST", "/v1/webhooks", { destination: endpoint.url }, key);
    expect(other).toMatchObject({
      status: 422,
      error: expect.stringContaining("idempotency-key"),
      code: "idempotency_key_reused",
    });
  });

  it("sends headers of the owner's own and never shows their values", async () => {
    const created = await stack.subscribe(endpoint.url, {
      headers: { "X-Api-Key": "k-1", Authorization: "Bearer t" },
    });
    expect(created["headers"]).toEqual(["X-Api-Key", "Authorization"]);
    await stack.send(completed());
    const [first] = await endpoint.until(1);
    expect(first?.headers).toMatchObject({ "x-api-key": "k-1", authorization: "Bearer t" });
    const patch = { headers: { "x-api-key": "k-2", Authorization: null } };
    const changed = await stack.call("PATCH", path(created), patch);
    expect(changed.data["headers"]).toEqual(["x-api-key"]);
    await stack.send(completed());
    const [, second] = await endpoint.until(2);
    expect(second?.headers["x-api-key"]).toBe("k-2");
    expect(second?.headers["authorization"]).toBeUndefined();
    expect(JSON.stringify((await stack.call("GET", "/v1/webhooks")).data)).not.toContain("k-2");
    for (const headers of [
      { "Webhook-Id": "x" },
      { "X-A": "a\r\nX-B: b" },
      { Host: "x" },
      { "X-A": "1", "x-a": "2" },
    ]) {
      const refused = await stack.call("PATCH", path(created), { headers });
      expect(refused).toMatchObject({ status: 400, error: expect.stringContaining("headers") });
    }
  });

  it("is sent what comes after it was paused, and not what came before", async () => {
    const created = await stack.subscribe(endpoint.url);
    await stack.call("PATCH", path(created), { status: "paused" });
    expect((await stack.send(completed())).data).toMatchObject({ accepted: 1, deliveries: 0, held: 1 });
    await stack.call("PATCH", path(created), { status: "active" });
    const event = completed();
    expect((await stack.send(event)).data).toMatchObject({ deliveries: 1, held: 0 });
    const [delivery] = await endpoint.until(1);
    expect(JSON.parse(delivery?.text ?? "").request_id).toBe(event.request_id);
    await pause(500);
    expect(endpoint.received).toHaveLength(1);
  });

  it("that is paused leaves on the queue what is there already", async () => {
    const created = await stack.subscribe(endpoint.url, { retrySchedule: [1] });
    endpoint.reply = (_, response) => response.writeHead(500).end();
    await stack.send(completed());
    await endpoint.until(1);
    await stack.call("PATCH", path(created), { status: "paused" });
    await eventually(() => stack.logs().some((line) => line.includes('"delivery.held"')), "a held delivery");
    expect(endpoint.received).toHaveLength(1);
    endpoint.reply = (_, response) => response.end("ok");
  });
});

describe("rotation", () => {
  const verifies = (secret: string) => {
    const delivery = endpoint.received.at(-1);
    try {
      new Webhook(secret).verify(delivery?.text ?? "", delivery?.headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };
  const deliver = async () => {
    const before = endpoint.received.length;
    await stack.send(completed());
    await endpoint.until(before + 1);
  };

  it("signs with both keys during the overlap and with the new one after it", async () => {
    const first = await stack.subscribe(endpoint.url);
    await deliver();
    expect(verifies(first.signing_secret)).toBe(true);
    const { data: second } = await stack.call("POST", `${path(first)}/rotate`, { overlapSeconds: 2 });
    expect(second["signing_secret"]).not.toBe(first.signing_secret);
    expect(second["keys"]).toHaveLength(2);
    await deliver();
    expect(endpoint.received.at(-1)?.headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    expect(verifies(first.signing_secret)).toBe(true);
    expect(verifies(String(second["signing_secret"]))).toBe(true);
    // Helicone's header has room for one signature: the newest key's.
    const newest = endpoint.received.at(-1);
    const hex = createHmac("sha256", String(second["hmac_key"]))
      .update(newest?.body ?? "")
      .digest("hex");
    expect(newest?.headers["helicone-signature"]).toBe(hex);
    await pause(2200);
    await deliver();
    expect(verifies(first.signing_secret)).toBe(false);
    expect(verifies(String(second["signing_secret"]))).toBe(true);
  });

  it("takes a secret of one's own, and no overlap where none is wanted", async () => {
    const first = await stack.subscribe(endpoint.url);
    const own = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    const rotated = await stack.call("POST", `${path(first)}/rotate`, {
      overlapSeconds: 0,
      signing_secret: own,
    });
    expect(rotated.data["signing_secret"]).toBe(own);
    await deliver();
    expect([verifies(first.signing_secret), verifies(own)]).toEqual([false, true]);
    for (const [body, field] of [
      [{ overlapSeconds: 604_801 }, "overlapSeconds"],
      [{ overlapSeconds: -1 }, "overlapSeconds"],
      [{ signing_secret: "whsec_AAAA" }, "signing_secret"],
      [{ overlap: 1 }, "overlap"],
    ] as const) {
      const refused = await stack.call("POST", `${path(first)}/rotate`, body);
      expect(refused).toMatchObject({ status: 400, error: expect.stringContaining(field) });
    }
  });
});

describe("signatures", () => {
  it("v1 and v1a stand side by side, and v1a verifies with the public key alone", async () => {
    const created = await stack.subscribe(endpoint.url, { signatures: ["v1", "v1a"] });
    await stack.send(completed());
    const [delivery] = await endpoint.until(1);
    const headers = delivery?.headers as Record<string, string>;
    expect(headers["helicone-signature"]).toBeUndefined();
    expect(() => new Webhook(created.signing_secret).verify(delivery?.text ?? "", headers)).not.toThrow();
    const signature = headers["webhook-signature"]?.split(" ").find((entry) => entry.startsWith("v1a,"));
    const [{ publicKey }] = created["keys"] as [{ publicKey: string }];
    // Node's own Ed25519, which takes a raw key behind its fixed DER prefix (RFC 8410).
    const raw = Buffer.from(publicKey.replace("whpk_", ""), "base64");
    const key = createPublicKey({
      key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]),
      format: "der",
      type: "spki",
    });
    const signed = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${delivery?.text}`);
    const tag = Buffer.from(signature?.slice(4) ?? "", "base64");
    expect(verify(null, signed, key, tag)).toBe(true);
    expect(verify(null, Buffer.concat([signed, Buffer.from(" ")]), key, tag)).toBe(false);
  });

  it("are always among them one of Standard Webhooks'", async () => {
    const refused = await stack.call("POST", "/v1/webhooks", {
      destination: endpoint.url,
      signatures: ["helicone"],
    });
    expect(refused).toMatchObject({ status: 400, error: expect.stringContaining("signatures: ") });
  });
});

describe("a test delivery", () => {
  it("is real: signed, with a URL that opens, of any type", async () => {
    const created = await stack.subscribe(endpoint.url, { eventTypes: ["eval.failed"], sampleRate: 0 });
    for (const eventType of ["request.completed", "eval.failed", "my.own_type"]) {
      const { data } = await stack.call("POST", `${path(created)}/test`, { eventType });
      expect(data).toMatchObject({
        success: true,
        eventType,
        status: 200,
        reply: "ok",
        advice: null,
        latencyMs: expect.any(Number),
      });
      const delivery = endpoint.received.at(-1);
      expect(delivery?.headers["webhook-event-type"]).toBe(eventType);
      expect(delivery?.headers["webhook-id"]).toBe(data["deliveryId"]);
      new Webhook(created.signing_secret).verify(
        delivery?.text ?? "",
        delivery?.headers as Record<string, string>,
      );
    }
    const url: string = JSON.parse(endpoint.received[0]?.text ?? "").request_response_url;
    expect(await (await fetch(url)).json()).toMatchObject({ request: { model: "gpt-4o" } });
    expect((await stack.call("POST", `${path(created)}/test`, { eventType: "a b" })).status).toBe(400);
  });

  it("says what went wrong and what to do about it", async () => {
    const failing = await startEndpoint((_, response) => response.writeHead(401).end("x".repeat(9000)));
    const created = await stack.subscribe(failing.url);
    const refused = await stack.call("POST", `${path(created)}/test`);
    expect(refused).toMatchObject({ status: 200, data: { success: false, status: 401 } });
    expect(String(refused.data["reply"]).length).toBe(4096);
    expect(refused.data["advice"]).toContain("secret");
    await failing.stop();
    const gone = await stack.call("POST", `${path(created)}/test`);
    expect(gone.data).toMatchObject({
      success: false,
      status: null,
      failure: "connection",
      advice: expect.any(String),
    });
    expect((await stack.call("POST", "/v1/webhooks/sub_0/test")).status).toBe(404);
  });
});
