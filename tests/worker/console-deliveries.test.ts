// The console's deliveries: found, looked at, sent again, recovered, and watched as they come.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loggedIn, words } from "./support/console.ts";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";
import { type News, watch } from "./support/tail.ts";

const EVIL = "\"><script>alert(1)</script>'\u202e\u0000";

let stack: Stack;
let endpoint: Endpoint;
let failing: Endpoint;

beforeAll(async () => {
  stack = await startStack({ limits: { LOGIN: 1000 }, vars: { RETRY_SCHEDULE: "3600" } });
  endpoint = await startEndpoint();
  failing = await startEndpoint((_, response) => void response.writeHead(503).end(`no ${EVIL}`));
});
afterAll(async () => {
  await stack?.stop();
  await Promise.all([endpoint?.stop(), failing?.stop()]);
});

const listed = async (path: string) => {
  const { status, data, error } = await stack.call("GET", path);
  expect(status, error).toBe(200);
  return data["deliveries"] as (Row & { id: string; event_id: string; webhook_id: string })[];
};

const keyWith = async (...scopes: string[]) => {
  const made = await stack.call("POST", "/v1/keys", { name: "console", scopes });
  return String(made.data["key"]);
};

/** A subscription whose deliveries have come. */
async function delivered(to: Endpoint, settings: Record<string, unknown>, events: Record<string, unknown>[]) {
  const webhook = await stack.subscribe(to.url, settings);
  await stack.send(events);
  const log = `/v1/webhooks/${webhook.id}/deliveries`;
  await eventually(async () => (await listed(log)).length === events.length, "deliveries are listed");
  return { webhook, log };
}

describe("the API behind it", () => {
  it("finds deliveries by answer, request and user", async () => {
    const own = completed({ id: "an id of its own", request_id: "find-own", user_id: "finder" });
    const one = completed({ request_id: "find-1", user_id: "finder" });
    const { webhook, log } = await delivered(failing, {}, [own, one, completed({ request_id: "find-2" })]);
    const found = async (query: string) =>
      (await listed(`${log}?${query}`)).map((row) => row.event_id).sort();
    expect(await found("status=503")).toHaveLength(3);
    expect(await found("status=5xx&status=timeout")).toHaveLength(3);
    expect(await found("status=2xx")).toEqual([]);
    expect(await found("requestId=find-1")).toEqual(["request.completed:find-1"]);
    expect(await found("requestId=request.completed:find-1")).toEqual(["request.completed:find-1"]);
    expect(await found("requestId=an%20id%20of%20its%20own")).toEqual(["an id of its own"]);
    expect(await found("requestId=find-1&eventType=request.failed")).toEqual([]);
    expect(await found("userId=finder")).toEqual(["request.completed:find-1"]);
    expect(await found("userId=nobody")).toEqual([]);
    const all = await listed("/v1/deliveries?requestId=find-1");
    expect(all.map((row) => row.webhook_id)).toEqual([webhook.id]);
    expect(all[0]).toMatchObject({ last_status: 503, attempt_count: 1 });
    expect(all[0]).not.toHaveProperty("attempts");
    for (const [query, field] of [
      ["status=teapot", "status"],
      ["requestId=", "requestId"],
      ["requestId=a&userId=b", "userId"],
      ["requestId=a&cursor=1.0", "cursor"],
      ["requestId=a&state=held", "state"],
      ["nonsense=1", "nonsense"],
    ])
      expect(await stack.call("GET", `${log}?${query}`), query).toMatchObject({ status: 400, field });
    for (const [query, field] of [
      ["cursor=1.0", "cursor"],
      ["state=held", "state"],
      ["userId=a", "userId"],
    ])
      expect(await stack.call("GET", `/v1/deliveries?${query}`), query).toMatchObject({ status: 400, field });
    const authorization = `Bearer ${await keyWith("webhooks:read")}`;
    expect((await stack.call("GET", `${log}?userId=finder`, undefined, { authorization })).status).toBe(403);
    await stack.unsubscribe();
  });

  it("lists the newest of all webhooks", async () => {
    const one = await stack.subscribe(endpoint.url);
    const two = await stack.subscribe(endpoint.url);
    for (let at = 0; at < 3; at++) await stack.send(completed({ request_id: `newest-${at}` }));
    await eventually(async () => (await listed("/v1/deliveries")).length === 6, "all are listed");
    const newest = await listed("/v1/deliveries?limit=2");
    expect(newest.map((row) => row.event_id)).toEqual(Array(2).fill("request.completed:newest-2"));
    expect(new Set(newest.map((row) => row.webhook_id))).toEqual(new Set([one.id, two.id]));
    await stack.unsubscribe();
  });

  it("shows the bytes that were sent", async () => {
    const settings = { format: "standard", headers: { "x-api-key": "not to be shown" } };
    const { log } = await delivered(endpoint, settings, [completed({ request_id: "bytes" })]);
    const [delivery] = await listed(log);
    const { data } = await stack.call("GET", `/v1/deliveries/${delivery?.id}/request`);
    const [got] = await endpoint.until(1, (one) => one.headers["webhook-id"] === delivery?.id);
    expect(data["is_exact"]).toBe(true);
    expect(data["body"]).toBe(got?.text);
    const sent = data["headers"] as { name: string; value: string | null }[];
    for (const { name, value } of sent)
      expect(value, name).toBe(name === "x-api-key" ? null : got?.headers[name]);
    const names = sent.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["webhook-signature", "helicone-signature", "x-api-key"]));
    expect(JSON.stringify(data)).not.toContain("not to be shown");
    const asked = async (query: string, key = stack.rootKey) => {
      const authorization = `Bearer ${key}`;
      const path = `/v1/deliveries/${delivery?.id}/request?${query}`;
      return (await stack.call("GET", path, undefined, { authorization })).status;
    };
    expect(await asked("attempt=1")).toBe(200);
    expect(await asked("attempt=2")).toBe(404);
    for (const wrong of ["attempt=0", "attempt=+1", "attempt=x", "x=1"]) expect(await asked(wrong)).toBe(400);
    expect(await asked("", await keyWith("webhooks:read"))).toBe(403);
    expect(await asked("", await keyWith("requests:read"))).toBe(403);
    // In another format they are no longer those that were sent.
    await stack.call("PATCH", `/v1/webhooks/${delivery?.webhook_id}`, { format: "helicone" });
    const changed = await stack.call("GET", `/v1/deliveries/${delivery?.id}/request`);
    expect(changed.data["is_exact"]).toBe(false);
    await stack.unsubscribe();
  });
});

describe("the pages", () => {
  it("lists, filters, and tells what is wrong at its field", async () => {
    const events = [
      completed({ request_id: 'page-1 "><script>alert(1)</script>\u202e' }),
      completed({ request_id: "page-2" }),
    ];
    const { webhook } = await delivered(
      failing,
      { description: "Alerting <script>alert(1)</script>" },
      events,
    );
    const me = await loggedIn(stack);
    const list = await me.get("/console/deliveries");
    expect(words(list)).toContain("request.completed:page-2");
    expect(list.text).toContain("page-1 &quot;&gt;&lt;script&gt;");
    expect(list.text).not.toContain("<script>alert");
    const one = await me.get(`/console/deliveries?webhook=${webhook.id}&request=page-2&status=503`);
    expect(words(one)).toContain("request.completed:page-2");
    expect(one.text.match(/<tr>/g)).toHaveLength(2);
    const wrong = await me.get(`/console/deliveries?status=${encodeURIComponent(EVIL)}`);
    expect(wrong.text).toContain('id="status-error"');
    expect(wrong.text).not.toContain("<script>alert");
    expect((await me.get("/console/deliveries?webhook=sub_nobody")).status).toBe(404);
    expect((await me.get("/console/deliveries?webhook=..%2F..%2Fv1%2Fkeys")).status).toBe(404);
    await stack.unsubscribe();
  });

  it("shows one, its bytes when they are asked for, and sends it again", async () => {
    const { log } = await delivered(failing, {}, [completed({ request_id: "one" })]);
    const [delivery] = await listed(log);
    const path = `/console/deliveries/${delivery?.id}`;
    const me = await loggedIn(stack);
    const page = await me.get(path);
    for (const part of ["retrying", "the endpoint failed", "its own log", "How attempt 1 was signed"])
      expect(words(page)).toContain(part);
    expect(page.text).not.toContain("<script>alert");
    expect(page.text).not.toContain("request_response_url");
    const request = await me.get(`${path}/request?attempt=1`, { "hx-request": "true" });
    for (const part of ["these are the bytes that were sent", "curl -X POST", "request_response_url"])
      expect(words(request)).toContain(part);
    expect(request.text).not.toContain("<html");
    expect((await me.get(`${path}/request?attempt=1`)).text).toContain("<html");
    const before = failing.received.length;
    const again = await me.follow(await me.send(`${path}/retry`, {}, path));
    expect(words(again)).toContain("It is queued");
    await failing.until(before + 1);
    const reader = await loggedIn(stack, await keyWith("webhooks:read"));
    const seen = words(await reader.get(path));
    expect(seen).not.toContain("Send again");
    expect(seen).not.toContain("headers and body");
    expect((await reader.get(`${path}/request`)).status).toBe(403);
    const refused = await reader.follow(await reader.send(`${path}/retry`));
    expect(words(refused)).toContain("webhooks:write is required");
    expect((await me.get("/console/deliveries/msg_nobody")).status).toBe(404);
    await stack.unsubscribe();
  });

  it("shows nothing of another org", async () => {
    const { log } = await delivered(endpoint, {}, [completed({ request_id: "ours" })]);
    const [delivery] = await listed(log);
    await stack.call("POST", "/v1/orgs", { id: "other", name: "Other" });
    const scopes = ["webhooks:read", "webhooks:write", "requests:read"];
    const made = await stack.call("POST", "/v1/keys", { name: "other", org: "other", scopes });
    const me = await loggedIn(stack, String(made.data["key"]));
    expect((await me.get(`/console/deliveries/${delivery?.id}`)).status).toBe(404);
    expect((await me.get(`/console/deliveries/${delivery?.id}/request`)).status).toBe(404);
    expect((await me.get(`/console/deliveries?webhook=${delivery?.webhook_id}`)).status).toBe(404);
    expect(words(await me.get("/console/deliveries?request=ours"))).toContain("No delivery fits");
    const foreign = { webhook: String(delivery?.webhook_id), since: "2026-01-01T00:00", failed: "on" };
    expect((await me.send("/console/deliveries/recover", foreign)).status).toBe(404);
    await stack.unsubscribe();
  });

  it("recovers in bulk and tells how far it is", async () => {
    const { webhook } = await delivered(failing, { retrySchedule: [] }, [completed({}), completed({})]);
    const dead = `/v1/webhooks/${webhook.id}/deliveries?state=dead`;
    await eventually(async () => (await listed(dead)).length === 2, "both are dead");
    const me = await loggedIn(stack);
    const fields = { webhook: webhook.id, since: "2026-01-01T00:00", failed: "on" };
    const refused = await me.send("/console/deliveries/recover", { ...fields, types: "not a type" });
    expect(refused.text).toContain('id="types-error"');
    expect(refused.text).toContain('value="2026-01-01T00:00"');
    const begun = await me.send("/console/deliveries/recover", fields);
    const page = begun.headers.get("location") ?? "";
    expect(page).toMatch(/^\/console\/deliveries\/jobs\/job_[0-9a-f]+$/);
    await eventually(async () => words(await me.get(page)).includes("2 queued"), "both are queued");
    const part = await me.get(page, { "hx-request": "true" });
    expect(part.text).not.toContain("<html");
    const cancelled = await me.follow(await me.send(`${page}/cancel`, {}, page));
    expect(words(cancelled)).toContain("It is cancelled");
    await stack.unsubscribe();
  });
});

const told = (news: News[]) => news.reduce((sum, one) => sum + one.deliveries.length + (one.skipped ?? 0), 0);

describe("the tail", () => {
  it("tells what comes, to whoever may read", async () => {
    const webhook = await stack.subscribe(failing.url);
    const path = `${stack.base}/v1/webhooks/${webhook.id}/tail`;
    const headers = { authorization: `Bearer ${await keyWith("webhooks:read")}` };
    const watcher = await watch(path, headers);
    expect(watcher.opened).toBe(true);
    await stack.send([completed({}), completed({})]);
    await eventually(() => told(watcher.news) === 2, "both are told");
    expect(watcher.news[0]?.deliveries[0]).toMatchObject({
      event_type: "request.completed",
      state: "retrying",
      status: 503,
      failure: null,
    });
    // Another connection goes on where this one has ended, and knows what came meanwhile.
    watcher.socket.close();
    await watcher.closed;
    await stack.send([completed({}), completed({})]);
    const log = `/v1/webhooks/${webhook.id}/deliveries`;
    await eventually(async () => (await listed(log)).length === 4, "all were tried");
    const again = await watch(`${path}?after=${watcher.news.at(-1)?.cursor}`, headers);
    await eventually(() => told(again.news) === 2, "what came meanwhile is told or counted");
    again.socket.send("less");
    expect(await again.closed).toBe(1008);
    const last = await watch(path, headers);
    await stack.unsubscribe();
    // Told to close; that the connection ends with it can take the simulator ten seconds.
    await eventually(() => last.socket.readyState >= WebSocket.CLOSING, "it is closed", 5);
  });

  it("refuses whoever may not read, and what is no WebSocket", async () => {
    const { id } = await stack.subscribe(endpoint.url);
    const path = `${stack.base}/v1/webhooks/${id}/tail`;
    const authorization = `Bearer ${stack.rootKey}`;
    const other = `Bearer ${await keyWith("events:write")}`;
    for (const wrong of ["", "Bearer wrong", other])
      expect((await watch(path, { authorization: wrong })).opened, wrong).toBe(false);
    expect((await watch(path.replace(id, "sub_nobody"), { authorization })).opened).toBe(false);
    expect((await watch(`${path}?before=1`, { authorization })).opened).toBe(false);
    expect(await stack.call("GET", `/v1/webhooks/${id}/tail`)).toMatchObject({ status: 400 });
    await stack.unsubscribe();
  });

  it("is opened by the console's own pages alone", async () => {
    const webhook = await stack.subscribe(endpoint.url);
    const me = await loggedIn(stack);
    const page = await me.get("/console/deliveries/live");
    expect(page.text).toContain(`data-tail="/console/deliveries/tail?webhook=${webhook.id}"`);
    const cookie = [...me.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const path = `${stack.base}/console/deliveries/tail?webhook=${webhook.id}`;
    const watcher = await watch(path, { cookie, origin: stack.base });
    expect(watcher.opened).toBe(true);
    await stack.send(completed({}));
    await eventually(() => told(watcher.news) === 1, "it is told");
    watcher.socket.close();
    for (const headers of [{ cookie, origin: "https://evil.example" }, { cookie }, { origin: stack.base }])
      expect((await watch(path, headers as Record<string, string>)).opened).toBe(false);
    await stack.unsubscribe();
  });

  it("keeps up with many, and counts what a slow watcher does not see", { timeout: 120_000 }, async () => {
    const COUNT = 2000;
    const webhook = await stack.subscribe(endpoint.url);
    const path = `${stack.base}/v1/webhooks/${webhook.id}/tail`;
    const headers = { authorization: `Bearer ${stack.rootKey}` };
    const [quick, slow] = [await watch(path, headers), await watch(path, headers, false)];
    const began = Date.now();
    for (let at = 0; at < COUNT; at += 500)
      await stack.send(Array.from({ length: 500 }, () => ({ request_id: crypto.randomUUID() })));
    await eventually(() => told(quick.news) === COUNT, "all are told or counted", 100);
    const seconds = (Date.now() - began) / 1000;
    const shown = quick.news.reduce((sum, one) => sum + one.deliveries.length, 0);
    console.log(
      `tail: ${COUNT} deliveries in ${seconds.toFixed(1)} s (${Math.round(COUNT / seconds)}/s), ${quick.news.length} messages, ${COUNT - shown} skipped, the largest ${quick.largest()} bytes`,
    );
    let seq = 0;
    for (const { skipped, deliveries, seq: now } of quick.news) {
      expect(deliveries.length).toBeLessThanOrEqual(50);
      seq += deliveries.length + (skipped ?? Number.NaN);
      expect(now).toBe(seq);
    }
    expect(quick.largest()).toBeLessThan(50 * 400);
    // Who asked for nothing was sent one message; of the rest it gets what is kept.
    expect(slow.news).toHaveLength(1);
    slow.socket.send("more");
    await eventually(() => slow.news.length === 2, "the rest is told");
    expect(slow.news[1]?.skipped).toBe(COUNT - 100 - Number(slow.news[0]?.seq));
    quick.socket.close();
    slow.socket.close();
    await stack.unsubscribe();
  });
});
