// Orgs and API keys: what each may do, and what it cannot even see.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
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

const as = (key: unknown) => ({ authorization: `Bearer ${key}` });
const ALL = ["events:write", "webhooks:read", "webhooks:write", "requests:read", "scores:write"];

async function issue(scopes: string[], org?: string) {
  const answer = await stack.call("POST", "/v1/keys", { name: "test", scopes, ...(org ? { org } : {}) });
  expect(answer.status).toBe(200);
  return answer.data as { id: string; key: string };
}

describe("a key", () => {
  it("is shown once, listed by name and last use, and works until it is revoked", async () => {
    const { id, key } = await issue(["webhooks:read"]);
    expect(key).toMatch(/^hg_default_[0-9a-f]{60}$/);
    expect((await stack.call("GET", "/v1/webhooks", undefined, as(key))).status).toBe(200);
    const { data } = await stack.call("GET", "/v1/keys");
    const row = (data as unknown as { id: string }[]).find((one) => one.id === id);
    expect(row).toEqual({
      id,
      org: "default",
      name: "test",
      scopes: ["webhooks:read"],
      created_at: expect.any(String),
      last_used_at: expect.any(String),
    });
    expect(JSON.stringify(data)).not.toContain(key);
    expect((await stack.call("DELETE", `/v1/keys/${id}`)).status).toBe(200);
    expect((await stack.call("GET", "/v1/webhooks", undefined, as(key))).status).toBe(401);
    expect((await stack.call("DELETE", `/v1/keys/${id}`)).status).toBe(404);
  });

  it("is made once under an Idempotency-Key, and not shown again", async () => {
    const make = (name: string, key: string) =>
      stack.call("POST", "/v1/keys", { name, scopes: ["webhooks:read"] }, { "idempotency-key": key });
    const [first, second] = await Promise.all([make("once", "a"), make("once", "a")]);
    const [made, refused] = first.status === 200 ? [first, second] : [second, first];
    expect(made.status).toBe(200);
    expect(refused).toMatchObject({ status: 409, code: "already_exists", data: null });
    expect(await make("twice", "a")).toMatchObject({ status: 422, code: "idempotency_key_reused" });
    expect((await stack.call("DELETE", `/v1/keys/${made.data["id"]}`)).status).toBe(200);
    expect((await make("once", "a")).status).toBe(409);
    expect((await make("once", "b")).status).toBe(200);
    const names = ((await stack.call("GET", "/v1/keys")).data as unknown as Row[]).map(({ name }) => name);
    expect(names.filter((name) => name === "once" || name === "twice")).toEqual(["once"]);
  });

  it("may do what its scopes name", async () => {
    const { data: webhook } = await stack.call("POST", "/v1/webhooks", { destination: endpoint.url });
    const calls: [string, string, string, unknown?][] = [
      ["events:write", "POST", "/v1/events", completed()],
      ["webhooks:read", "GET", "/v1/webhooks"],
      ["webhooks:read", "GET", `/v1/webhooks/${webhook["id"]}`],
      ["webhooks:write", "PATCH", `/v1/webhooks/${webhook["id"]}`, { description: "x" }],
      ["webhooks:write", "GET", `/v1/webhooks/${webhook["id"]}/secret`],
      ["webhooks:write", "POST", `/v1/webhooks/${webhook["id"]}/rotate`, {}],
      ["webhooks:write", "POST", `/v1/webhooks/${webhook["id"]}/test`, {}],
    ];
    for (const scope of ALL) {
      const { key } = await issue([scope]);
      for (const [needed, method, path, body] of calls) {
        const answer = await stack.call(method, path, body, as(key));
        if (needed === scope) expect(answer.status, `${method} ${path}`).toBeLessThan(300);
        else
          expect(answer, `${method} ${path}`).toMatchObject({
            status: 403,
            error: expect.stringContaining(needed),
          });
      }
    }
    const { key } = await issue(["webhooks:read"]);
    const { data } = await stack.call("GET", "/v1/webhooks", undefined, as(key));
    for (const row of data as unknown as Record<string, unknown>[]) expect(row["hmac_key"]).toBeUndefined();
  });

  it("does not manage keys or orgs", async () => {
    const { key } = await issue(ALL);
    for (const [method, path] of [
      ["GET", "/v1/keys"],
      ["POST", "/v1/keys"],
      ["DELETE", "/v1/keys/key_0"],
      ["GET", "/v1/orgs"],
      ["POST", "/v1/orgs"],
    ] as const) {
      const answer = await stack.call(method, path, method === "POST" ? {} : undefined, as(key));
      expect(answer, `${method} ${path}`).toMatchObject({ status: 403 });
    }
  });

  it("that was made up, cut or changed is refused", async () => {
    const { key } = await issue(ALL);
    const changed = key.slice(0, 20) + (key[20] === "0" ? "1" : "0") + key.slice(21);
    for (const wrong of [
      changed,
      key.slice(0, -1),
      `${key}0`,
      key.replace("default", "other"),
      "hg_default_",
      "hg__",
    ]) {
      expect((await stack.call("GET", "/v1/webhooks", undefined, as(wrong))).status, wrong).toBe(401);
    }
  });

  it("needs a name and scopes that exist", async () => {
    for (const [body, field] of [
      [{}, "name"],
      [{ name: "" }, "name"],
      [{ name: "x" }, "scopes"],
      [{ name: "x", scopes: [] }, "scopes"],
      [{ name: "x", scopes: ["events:read"] }, "scopes[0]"],
      [{ name: "x", scopes: ["events:write"], extra: 1 }, "extra"],
    ] as const) {
      const answer = await stack.call("POST", "/v1/keys", body);
      expect(answer).toMatchObject({ status: 400, error: expect.stringContaining(field) });
    }
    expect(
      (await stack.call("POST", "/v1/keys", { name: "x", scopes: ["events:write"], org: "nobody" })).status,
    ).toBe(404);
  });
});

describe("an org", () => {
  it("sees nothing of another", async () => {
    expect((await stack.call("POST", "/v1/orgs", { id: "acme", name: "Acme" })).data).toMatchObject({
      id: "acme",
      name: "Acme",
    });
    expect((await stack.call("POST", "/v1/orgs", { id: "acme" })).status).toBe(409);
    const ours = (await stack.call("POST", "/v1/webhooks", { destination: `${endpoint.url}/ours` })).data;
    const { key } = await issue(ALL, "acme");
    const theirs = (
      await stack.call("POST", "/v1/webhooks", { destination: `${endpoint.url}/theirs` }, as(key))
    ).data;
    expect((await stack.call("GET", "/v1/webhooks", undefined, as(key))).data).toHaveLength(1);
    for (const [method, suffix, body] of [
      ["GET", ""],
      ["PATCH", "", {}],
      ["DELETE", ""],
      ["GET", "/secret"],
      ["POST", "/rotate", {}],
      ["POST", "/test", {}],
    ] as const) {
      const foreign = await stack.call(method, `/v1/webhooks/${ours["id"]}${suffix}`, body, as(key));
      const absent = await stack.call(method, `/v1/webhooks/sub_0${suffix}`, body, as(key));
      expect([foreign.status, foreign.error], `${method} ${suffix}`).toEqual([404, absent.error]);
      expect((await stack.call(method, `/v1/webhooks/${theirs["id"]}${suffix}`, body)).status).toBe(404);
    }
    endpoint.received.length = 0;
    await stack.call("POST", "/v1/events", completed(), as(key));
    const [delivery] = await endpoint.until(1);
    expect(delivery?.path).toBe("/hook/theirs");
    const url: string = JSON.parse(delivery?.text ?? "").request_response_url;
    expect(url).toContain("/payloads/acme/");
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.replace("/acme/", "/default/"))).status).toBe(403);
    const keys = await stack.call("GET", "/v1/keys?org=acme");
    expect(keys.data).toHaveLength(1);
  });

  it("has an id that fits into keys and paths", async () => {
    for (const id of ["", "Acme", "a b", "root", "-a", "a/b", "a".repeat(41), 7]) {
      expect((await stack.call("POST", "/v1/orgs", { id })).status, String(id)).toBe(400);
    }
    expect((await stack.call("POST", "/v1/orgs", { id: "default" })).status).toBe(409);
    expect((await stack.call("GET", "/v1/keys?org=nobody")).status).toBe(404);
    expect((await stack.call("GET", "/v1/keys?org=..%2F")).status).toBe(400);
  });
});
