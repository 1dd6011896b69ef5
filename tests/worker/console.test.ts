// The console's door: logging in, what a session is worth, and whose forms are taken.
import { afterAll, beforeAll, expect, it } from "vitest";
import { formToken, loggedIn, visitor, words } from "./support/console.ts";
import { type Stack, startStack } from "./support/stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ limits: { LOGIN: 1000 } });
});
afterAll(async () => {
  await stack?.stop();
});

const newKey = async (scopes: string[], org = "default") => {
  const made = await stack.call("POST", "/v1/keys", { name: "for the console", scopes, org });
  expect(made.status, made.error).toBe(200);
  return { id: String(made.data["id"]), key: String(made.data["key"]) };
};

it("asks who you are, and leads to where you wanted to go", async () => {
  const me = visitor(stack);
  const away = await me.get("/console/webhooks?x=1");
  expect(away.status).toBe(303);
  const login = away.headers.get("location") ?? "";
  expect(login).toBe("/console/login?next=%2Fconsole%2Fwebhooks%3Fx%3D1");
  expect(formToken(await me.get(login))).toHaveLength(32);
  const answer = await me.login(stack.rootKey, "/console/webhooks?x=1");
  expect(answer.headers.get("location")).toBe("/console/webhooks?x=1");
});

it("leads to no other site", async () => {
  const elsewhere = ["https://evil.example", "//evil.example", "/\\evil", "javascript:alert(1)", "/consoles"];
  for (const next of [...elsewhere, "/console/\r\nx: y", "/console/\\evil"]) {
    const answer = await visitor(stack).login(stack.rootKey, next);
    expect(answer.headers.get("location"), next).toBe("/console");
  }
});

it("keeps the session in a cookie that no script and no other site gets", async () => {
  const me = visitor(stack);
  const answer = await me.login();
  const cookie = answer.headers.getSetCookie().find((set) => set.startsWith("__Host-heliograph="));
  for (const part of ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=3600"])
    expect(cookie).toContain(part);
  expect(me.cookies.get("__Host-heliograph")).toMatch(/^hgs_default\.[0-9a-f]{64}\.\d+\.\d+\.[0-9a-f]{64}$/);
  expect(cookie).not.toContain(stack.rootKey);
});

it("refuses what is no key, in words", async () => {
  for (const key of ["", "wrong", `hg_default_${"0".repeat(60)}`]) {
    const me = visitor(stack);
    const answer = await me.login(key);
    expect(answer.status).toBe(401);
    expect(words(answer)).toContain("no key of this deployment");
    expect(me.cookies.has("__Host-heliograph")).toBe(false);
  }
  const me = await loggedIn(stack);
  // A session is not a key: it would renew itself for ever.
  expect((await visitor(stack).login(me.cookies.get("__Host-heliograph"))).status).toBe(401);
});

it("believes no session that was changed, made up or belongs to another org", async () => {
  const real = (await loggedIn(stack)).cookies.get("__Host-heliograph") ?? "";
  const [org, hash, started, expires, tag] = real.split(".");
  const forged = [
    [org, hash, started, String(Number(expires) + 1), tag],
    ["hgs_other", hash, started, expires, tag],
    [org, "0".repeat(64), started, expires, tag],
    [org, hash, started, expires, "0".repeat(64)],
    [org, hash, started, expires],
  ].map((parts) => parts.join("."));
  for (const session of [...forged, "", "hgs_", "hgs_....", `${real}.${tag}`]) {
    const me = visitor(stack);
    me.cookies.set("__Host-heliograph", session);
    expect((await me.get("/console")).status, session).toBe(303);
  }
});

it("begins a new session at each login: one that was planted is worth nothing", async () => {
  const me = visitor(stack);
  me.cookies.set("__Host-heliograph", "hgs_default.planted");
  await me.login();
  expect(me.cookies.get("__Host-heliograph")).toMatch(/^hgs_default\.[0-9a-f]{64}\./);
  // Nor does a planted form do: its token is bound to the browser that it was shown to.
  const [attacker, victim] = [visitor(stack), visitor(stack)];
  const token = formToken(await attacker.get("/console/login"));
  await victim.get("/console/login");
  const form = new URLSearchParams({ form_token: token, key: stack.rootKey });
  expect((await victim.ask("POST", "/console/login", form, { origin: stack.base })).status).toBe(403);
});

it("takes a form only from its own pages and its own session", async () => {
  const me = await loggedIn(stack);
  const token = formToken(await me.get("/console"));
  const send = (fields: Record<string, string>, headers: Record<string, string>) =>
    me.ask("POST", "/console/sample", new URLSearchParams(fields), headers);
  const own = { origin: stack.base };
  expect((await send({ form_token: token }, own)).status).toBe(303);
  expect((await send({}, own)).status).toBe(403);
  expect((await send({ form_token: "0".repeat(32) }, own)).status).toBe(403);
  expect((await send({ form_token: token }, { origin: "https://evil.example" })).status).toBe(403);
  expect((await send({ form_token: token }, { ...own, "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await send({ form_token: token }, { ...own, "sec-fetch-site": "same-site" })).status).toBe(403);
  const other = await loggedIn(stack, (await newKey(["webhooks:read"])).key);
  expect((await send({ form_token: formToken(await other.get("/console")) }, own)).status).toBe(403);
  const json = await me.ask("POST", "/console/sample", JSON.stringify({ form_token: token }), {
    ...own,
    "content-type": "text/plain",
  });
  expect(json.status).toBe(415);
  // The session opens nothing by itself: the API looks at no cookie.
  const cookie = `__Host-heliograph=${me.cookies.get("__Host-heliograph")}`;
  expect((await stack.call("GET", "/v1/webhooks", undefined, { authorization: "", cookie })).status).toBe(
    401,
  );
});

it("ends a session with its key", async () => {
  const { id, key } = await newKey(["webhooks:read"]);
  const me = await loggedIn(stack, key);
  expect((await me.get("/console")).status).toBe(200);
  expect((await stack.call("DELETE", `/v1/keys/${id}`)).status).toBe(200);
  expect((await me.get("/console")).status).toBe(303);
});

it("ends a session when somebody logs out", async () => {
  const me = await loggedIn(stack);
  const answer = await me.send("/console/logout");
  expect(answer.headers.get("location")).toBe("/console/login");
  expect(me.cookies.has("__Host-heliograph")).toBe(false);
});

it("shows what the key may see, and no more", async () => {
  const reads = await loggedIn(stack, (await newKey(["webhooks:read"])).key);
  const page = await reads.get("/console");
  expect(words(page)).toContain("Subscriptions");
  expect(words(page)).not.toContain("New subscription");
  expect(page.text).not.toContain('href="/console/events"');
  const sends = await loggedIn(stack, (await newKey(["events:write"])).key);
  expect(words(await sends.get("/console"))).toContain("may not read subscriptions");
});

it("is guarded by its headers on every answer", async () => {
  const me = await loggedIn(stack);
  for (const path of ["/console", "/console/login", "/console/nothing"]) {
    const { headers } = await me.get(path);
    const policy = headers.get("content-security-policy") ?? "";
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toContain("unsafe");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
});

it("loads what it needs from itself, for good", async () => {
  const page = await (await loggedIn(stack)).get("/console");
  const files = [...page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  expect(files.length).toBeGreaterThanOrEqual(4);
  for (const file of files) {
    const response = await fetch(stack.base + file);
    expect(response.status, file).toBe(200);
    expect(response.headers.get("cache-control"), file).toContain("immutable");
    await response.arrayBuffer();
  }
});

it("keeps the colours that somebody chose", async () => {
  const me = await loggedIn(stack);
  await me.send("/console/theme", { theme: "dark" });
  expect((await me.get("/console")).text).toContain('data-theme="dark"');
});

it("answers other methods as everything else does", async () => {
  const me = await loggedIn(stack);
  expect((await me.ask("PUT", "/console")).status).toBe(405);
  expect((await me.get("/console/nothing")).status).toBe(404);
});

it("lets nobody try keys for long", async () => {
  const slow = await startStack({ limits: { LOGIN: 3 } });
  try {
    const statuses = [];
    for (let at = 0; at < 5; at++) statuses.push((await visitor(slow).login(`guess-${at}`)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  } finally {
    await slow.stop();
  }
});
