// The console's settings: what an org decides, keys that are shown once, rules, alerts and types of events.
import { afterAll, beforeAll, expect, it } from "vitest";
import { loggedIn, type Page, type Visitor, words } from "./support/console.ts";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const HOSTILE = `"><script>alert(1)</script>'\u202e & <b>`;
const SETTINGS = "/console/settings";

let stack: Stack;
let endpoint: Endpoint;
let root: Visitor;

beforeAll(async () => {
  endpoint = await startEndpoint();
  stack = await startStack({ limits: { LOGIN: 1000 } });
  root = await loggedIn(stack);
  expect((await stack.call("POST", "/v1/orgs", { id: "other", name: HOSTILE })).status).toBe(200);
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
});

const as = (key: unknown) => ({ authorization: `Bearer ${key}` });
const rows = async (path: string) => (await stack.call("GET", path)).data as unknown as Row[];
const field = (page: Page, name: string) =>
  new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(page.text)?.[1]?.replaceAll("&quot;", '"') ?? "";
/** What stands at a field as wrong. */
const wrong = (page: Page, name: string) =>
  new RegExp(`id="${name}-error">([^<]*)`).exec(page.text)?.[1] ?? "";

async function keyFor(scopes: string[], org = "default") {
  const made = await stack.call("POST", "/v1/keys", { name: "for a test", scopes, org });
  expect(made.status, made.error).toBe(200);
  return String(made.data["key"]);
}

it("changes the settings, of two editors the one who saw them last", async () => {
  const [mine, theirs] = [await root.get(SETTINGS), await root.get(SETTINGS)];
  const save = (page: Page, retain: string, retentionDays: string) =>
    root.send(SETTINGS, { retain, retentionDays, revision: field(page, "revision") });
  const saved = await root.follow(await save(mine, "all", "90"));
  expect(words(saved)).toContain("Saved.");
  const late = await save(theirs, "none", "7");
  expect(words(late)).toContain("Somebody else has changed this");
  expect(words(late)).toMatch(/By now it is: Every request , 90 days/);
  expect([field(late, "retentionDays"), /value="none" checked/.test(late.text)]).toEqual(["7", true]);
  expect((await stack.call("GET", "/v1/settings")).data).toMatchObject({ retain: "all", retentionDays: 90 });
  // Having seen it, they may put theirs in its place.
  await root.follow(await save(late, "matched", ""));
  expect((await stack.call("GET", "/v1/settings")).data).toMatchObject({
    retain: "matched",
    retentionDays: null,
  });
  const bad = await save(await root.get(SETTINGS), "matched", "<b>lots");
  expect(wrong(bad, "retentionDays")).toContain("must be a whole number of days");
  expect(bad.text).toContain('value="&lt;b&gt;lots"');
});

it("shows settings to those who may not change them", async () => {
  const reader = await loggedIn(stack, await keyFor(["webhooks:read"]));
  const page = await reader.get(SETTINGS);
  expect(words(page)).toContain("may not change it");
  expect(page.text).not.toContain('name="retain"');
  expect(words(await reader.send(SETTINGS, { retain: "all", revision: '"0"' }))).toContain("webhooks:write");
  const sends = await loggedIn(stack, await keyFor(["events:write"]));
  expect(words(await sends.get(SETTINGS))).not.toContain("History of requests");
  expect((await sends.get(`${SETTINGS}/rules`)).status).toBe(403);
});

it("makes a key and shows it once, also where the form comes twice", async () => {
  const form = await root.get(`${SETTINGS}/keys/new`);
  const fields = {
    name: HOSTILE,
    org: "other",
    scopes: ["webhooks:read", "events:write"],
    once: field(form, "once"),
  };
  const made = await root.send(`${SETTINGS}/keys/new`, fields);
  expect([made.status, made.headers.get("cache-control")]).toEqual([200, "no-store"]);
  const key = /hg_other_[0-9a-f]{60}/.exec(made.text)?.[0] ?? "";
  expect((await stack.call("GET", "/v1/webhooks", undefined, as(key))).status).toBe(200);
  const again = await root.follow(await root.send(`${SETTINGS}/keys/new`, fields));
  expect(words(again)).toContain("This form was sent before");
  expect((await rows("/v1/keys?org=other")).map(({ name, scopes }) => [name, scopes])).toEqual([
    [HOSTILE, ["webhooks:read", "events:write"]],
  ]);
  const list = await root.get(`${SETTINGS}/keys?org=other`);
  for (const page of [list, again, await root.get(`${SETTINGS}/keys/new`)]) {
    expect(page.text).not.toContain(key);
    expect(page.text).not.toContain("<script>alert");
  }
  expect(words(list)).toContain(HOSTILE);
});

it("says at its field what is wrong with a key", async () => {
  const none = await root.send(`${SETTINGS}/keys/new`, { name: "x", org: "default", once: "a" });
  expect(wrong(none, "scopes")).toContain("must be a non-empty list");
  expect(field(none, "name")).toBe("x");
  const nameless = await root.send(`${SETTINGS}/keys/new`, {
    org: "default",
    scopes: "events:write",
    once: "b",
  });
  expect(wrong(nameless, "name")).not.toBe("");
  expect(nameless.text).toMatch(/value="events:write" checked/);
  const nowhere = { name: "x", org: "nowhere", scopes: "events:write", once: "c" };
  expect(words(await root.send(`${SETTINGS}/keys/new`, nowhere))).toContain("org not found");
});

it("revokes a key that is named, and its sessions with it", async () => {
  const made = await stack.call("POST", "/v1/keys", { name: "on-call", scopes: ["webhooks:read"] });
  const held = await loggedIn(stack, String(made.data["key"]));
  expect((await held.get("/console")).status).toBe(200);
  const path = `${SETTINGS}/keys/${made.data["id"]}/revoke`;
  expect(words(await root.get(path))).toContain("on-call");
  expect(wrong(await root.send(path, { confirm: "something" }), "confirm")).toContain("must be the name");
  expect((await held.get("/console")).status).toBe(200);
  expect(words(await root.follow(await root.send(path, { confirm: "on-call" })))).toContain("is revoked");
  const gone = await held.get("/console");
  expect([gone.status, gone.headers.get("location")]).toEqual([303, "/console/login"]);
  expect((await root.get(path)).status).toBe(404);
  expect((await root.get(`${SETTINGS}/keys?org=nowhere`)).status).toBe(404);
});

it("manages keys and orgs for the root key alone", async () => {
  const me = await loggedIn(stack, await keyFor(["webhooks:read", "webhooks:write"]));
  const before = await rows("/v1/keys");
  const page = await me.get(`${SETTINGS}/keys`);
  expect(words(page)).toContain("made and revoked with the root key");
  expect(page.text).not.toContain(`${SETTINGS}/orgs`);
  await me.send(`${SETTINGS}/keys/new`, { name: "mine", scopes: "events:write", once: "d" });
  await me.send(`${SETTINGS}/keys/${before[0]?.["id"]}/revoke`, { confirm: String(before[0]?.["id"]) });
  expect((await rows("/v1/keys")).length).toBe(before.length);
  expect((await me.get(`${SETTINGS}/orgs`)).status).toBe(403);
  expect((await me.send(`${SETTINGS}/orgs`, { id: "mine" })).status).toBe(403);
  const added = await root.follow(await root.send(`${SETTINGS}/orgs`, { id: "acme", name: "Acme" }));
  expect(words(added)).toContain("The org acme is added");
  const twice = await root.send(`${SETTINGS}/orgs`, { id: "acme" });
  expect(words(twice)).toContain("already");
  expect(wrong(await root.send(`${SETTINGS}/orgs`, { id: "A B" }), "id")).toContain("lower-case");
});

it("makes, shows, changes and deletes a rule", async () => {
  const rule = {
    name: HOSTILE,
    metric: "cost",
    threshold: "0.001",
    per: "user",
    window: "day",
    score: "",
    minRequests: "",
  };
  await root.follow(await root.send(`${SETTINGS}/rules/new`, rule));
  const { id } = (await rows("/v1/rules"))[0] as Row;
  await stack.send(completed({ user_id: "ada<b>", cost: 0.002, created_at: new Date().toISOString() }));
  const path = `${SETTINGS}/rules/${id}`;
  await expect.poll(async () => words(await root.get(path))).toContain("ada<b>");
  const list = await root.get(`${SETTINGS}/rules`);
  expect(words(list)).toMatch(/of \$0\.001 crossed/);
  for (const page of [list, await root.get(path)]) expect(page.text).not.toContain("<script>alert");
  const bad = await root.send(path, { ...rule, threshold: "lots" });
  expect(wrong(bad, "threshold")).toContain("US dollars");
  expect(field(bad, "threshold")).toBe("lots");
  const changed = { ...rule, metric: "score", score: "helpful", direction: "above", threshold: "0.5" };
  expect(words(await root.follow(await root.send(path, changed)))).toContain("helpful is above 0.5");
  expect((await rows("/v1/rules"))[0]).toMatchObject({ metric: "score", per: "org", score: "helpful" });
  const others = await loggedIn(stack, await keyFor(["webhooks:read", "webhooks:write"], "other"));
  expect((await others.get(path)).status).toBe(404);
  expect((await others.send(path, changed)).status).toBe(404);
  expect((await others.send(`${path}/delete`)).status).toBe(404);
  const reader = await loggedIn(stack, await keyFor(["webhooks:read"]));
  expect((await reader.get(path)).text).not.toContain("Delete");
  expect(words(await reader.send(`${path}/delete`))).not.toContain("is deleted");
  expect(words(await root.follow(await root.send(`${path}/delete`)))).toContain("The rule is deleted");
  expect(await rows("/v1/rules")).toEqual([]);
});

it("answers a script with the fields that a metric has", async () => {
  const part = await root.get(`${SETTINGS}/rules/fields?metric=score&threshold=%3Cb%3E`, {
    "hx-request": "true",
  });
  expect(part.text).toMatch(/^<div class="stack" id="fields">/);
  expect(part.text).toContain('value="&lt;b&gt;"');
  const alert = await root.get(`${SETTINGS}/alerts/fields?metric=oldest_retrying`, { "hx-request": "true" });
  expect(words(alert)).toContain("in seconds");
});

it("makes, shows, changes and deletes an alert", async () => {
  const webhook = await stack.subscribe(endpoint.url, { description: HOSTILE });
  const alert = {
    name: "late",
    metric: "success_rate",
    threshold: "95",
    webhookId: webhook.id,
    hours: "2",
    minDeliveries: "",
  };
  const listed = await root.follow(await root.send(`${SETTINGS}/alerts/new`, alert));
  expect(words(listed)).toContain("quiet");
  const { id } = (await rows("/v1/alerts"))[0] as Row;
  const path = `${SETTINGS}/alerts/${id}`;
  const page = await root.get(path);
  expect(words(page)).toContain("the last 2 hours");
  for (const one of [listed, page]) expect(one.text).not.toContain("<script>alert");
  expect(wrong(await root.send(path, { ...alert, hours: "99" }), "hours")).toContain("from 1 to 24");
  const astray = await root.send(path, { ...alert, webhookId: "sub_x" });
  expect(wrong(astray, "webhookId")).toContain("must be the id");
  await root.follow(await root.send(path, { ...alert, metric: "retrying", threshold: "10", webhookId: "" }));
  expect((await rows("/v1/alerts"))[0]).toMatchObject({ metric: "retrying", hours: 1, webhookId: null });
  const others = await loggedIn(stack, await keyFor(["webhooks:read", "webhooks:write"], "other"));
  expect((await others.get(path)).status).toBe(404);
  expect((await others.send(`${path}/delete`)).status).toBe(404);
  expect(words(await root.follow(await root.send(`${path}/delete`)))).toContain("The alert is deleted");
  expect(await rows("/v1/alerts")).toEqual([]);
});

it("shows the catalogue, and describes types of the org's own", async () => {
  const types = `${SETTINGS}/event-types`;
  const all = words(await root.get(types));
  for (const { name } of await rows("/v1/event-types")) expect(all).toContain(String(name));
  const ours = await root.get(`${types}/request.completed?version=2026-11-01`);
  expect(words(ours)).toMatch(/Helicone .*Standard Webhooks .*CloudEvents, structured .*CloudEvents, binary/);
  const schema = /href="(\/schemas\/2026-11-01\/[^"]+)"/.exec(ours.text)?.[1] ?? "";
  expect((await fetch(stack.base + schema)).status).toBe(200);
  // It has no shape of Helicone's.
  expect(words(await root.get(`${types}/eval.failed`))).not.toContain("Helicone ");
  expect((await root.get(`${types}/nobody.knows`)).status).toBe(404);

  const describe = (name: string, schema: string) =>
    root.send(`${types}/new-type`, { name, description: HOSTILE, schema });
  for (const name of ["", "a b", "../keys", "request.completed"])
    expect(wrong(await describe(name, ""), "name"), name).not.toBe("");
  const astray = await describe("refund.proposed", "{\n oops");
  expect(wrong(astray, "schema")).toContain("line 2");
  expect(astray.text).toContain("oops");
  expect(wrong(await describe("refund.proposed", '{"type": "nonsense"}'), "schema")).toContain("JSON Schema");
  const shown = await root.follow(await describe("refund.proposed", '{"required": ["amount"]}'));
  expect(words(shown)).toContain("amount");
  expect(shown.text).not.toContain("<script>alert");
  expect(wrong(await describe("refund.proposed", ""), "name")).toContain("described already");
  const own = `${types}/refund.proposed`;
  await root.follow(await root.send(own, { description: "Money back.", schema: "" }));
  expect((await stack.call("GET", "/v1/event-types/refund.proposed")).data).toMatchObject({
    description: "Money back.",
    dataSchema: null,
  });
  const others = await loggedIn(stack, await keyFor(["webhooks:read", "webhooks:write"], "other"));
  expect((await others.get(own)).status).toBe(404);
  expect((await others.send(`${own}/forget`)).status).toBe(404);
  expect(words(await root.follow(await root.send(`${own}/forget`)))).toContain("forgotten");
  expect((await root.get(own)).status).toBe(404);
});
