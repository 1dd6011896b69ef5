// Subscriptions at the console: made, tried, changed, rotated and deleted, by forms and without a script.
import { execFile, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loggedIn, type Page, type Visitor, words } from "./support/console.ts";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Stack, startStack } from "./support/stack.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);
const hasPython = spawnSync("python3", ["--version"]).status === 0;

let stack: Stack;
let endpoint: Endpoint;
let me: Visitor;

beforeAll(async () => {
  stack = await startStack({ limits: { LOGIN: 1000 } });
  endpoint = await startEndpoint();
  me = await loggedIn(stack);
});
afterAll(async () => {
  await endpoint?.stop();
  await stack?.stop();
});

const EVIL = "\"><script>alert(1)</script>'\u202e";

const decode = (html: string) =>
  html
    .replace(
      /&(amp|lt|gt|quot);/g,
      (_, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name] ?? "",
    )
    .replace(/&#39;/g, "'");

/** What stands in the element of this id, as text. */
const textOf = (page: Page, id: string) => {
  const [, text] = new RegExp(` id="${id}"[^>]*>(?:<code>)?([^<]*)<`).exec(page.text) ?? [];
  return decode(text ?? "");
};
const fieldOf = (page: Page, name: string) =>
  decode(new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(page.text)?.[1] ?? "");
const idOf = (page: Page) => /\/console\/webhooks\/(sub_[0-9a-f]+)/.exec(page.text)?.[1] ?? "";
const inOrg = async (org: string, scopes: string[]) => {
  if (org !== "default") await stack.call("POST", "/v1/orgs", { id: org });
  const made = await stack.call("POST", "/v1/keys", { org, name: "for the console", scopes });
  return loggedIn(stack, String(made.data["key"]));
};

type Fields = Record<string, string | string[]>;
/** The fields of a form as they would be sent untouched. */
const usual = {
  sampleRate: "100",
  includeData: "on",
  format: "helicone",
  contentMode: "structured",
  oversize: "truncate",
  apiVersion: "2026-11-21",
  signature: ["helicone", "v1"],
  type: "request.completed",
  do: "save",
};

async function create(fields: Fields, by = me) {
  const once = fieldOf(await by.get("/console/webhooks/new"), "once");
  return by.send("/console/webhooks/new", { ...usual, once, ...fields });
}

async function edit(id: string, fields: Fields, tag?: string) {
  const path = `/console/webhooks/${id}/edit`;
  return me.send(path, { ...usual, tag: tag ?? fieldOf(await me.get(path), "tag"), ...fields });
}

const setting = async (id: string) => (await stack.call("GET", `/v1/webhooks/${id}`)).data;

it("makes one, shows its keys once, and the code that is shown takes its deliveries and nothing else", async () => {
  const free = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => free.once("listening", resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const made = await create({ destination: `http://127.0.0.1:${port}/in`, description: "Tried by its code" });
  expect(words(made)).toContain("this page shows it once");
  const id = idOf(made);
  const { data: keys } = await stack.call("GET", `/v1/webhooks/${id}/secret`);
  expect(textOf(made, "signing-secret")).toBe(keys["signing_secret"]);
  expect(textOf(made, "hmac-key")).toBe(keys["hmac_key"]);
  const later = await me.get(`/console/webhooks/${id}`);
  expect(later.text).not.toContain(String(keys["signing_secret"]));
  expect(later.text).not.toContain(String(keys["hmac_key"]));

  const code = textOf(made, "standard-node");
  const env = { ...process.env, PORT: String(port) };
  const server = spawn(process.execPath, ["--input-type=module", "-e", code], { cwd: root, env });
  try {
    await eventually(
      () =>
        fetch(`http://127.0.0.1:${port}/`).then(
          (answer) => answer.status === 401,
          () => false,
        ),
      "the code listens, and refuses what is not signed",
    );
    const answer = await me.send(`/console/webhooks/${id}/test`, { eventType: "guardrail.blocked" });
    expect(words(answer)).toContain("Test webhook sent successfully");
    expect(words(answer)).toMatch(/Answer 204 in/);
    // Signed with another key.
    await stack.call("POST", `/v1/webhooks/${id}/rotate`, { overlapSeconds: 0 });
    const refused = await me.send(`/console/webhooks/${id}/test`, { eventType: "guardrail.blocked" });
    expect(words(refused)).toMatch(/Answer 401 in/);
    expect(words(refused)).toContain("does it verify the raw body");
  } finally {
    server.kill();
  }
});

it("shows code for Helicone's header that knows a real delivery from a forged one", async () => {
  const made = await create({ destination: endpoint.url, description: "Helicone's" });
  await me.send(`/console/webhooks/${idOf(made)}/test`, { eventType: "request.completed" });
  const [delivery] = await endpoint.until(1);
  const [body, signature] = [delivery?.text ?? "", String(delivery?.headers["helicone-signature"])];
  const cases = [
    [body, signature],
    [`${body} `, signature],
    [body, signature.replace(/./, (first) => (first === "0" ? "1" : "0"))],
    [body, ""],
    [body, "ü"],
  ];
  const data = JSON.stringify(cases);
  const node = `${textOf(made, "helicone-node")}
    console.log(JSON.stringify(JSON.parse(process.env.CASES).map(([body, signature]) => isGenuine(body, signature))));`;
  const env = { ...process.env, CASES: data };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", node], { cwd: root, env });
  expect(JSON.parse(stdout)).toEqual([true, false, false, false, false]);
  if (!hasPython) return;
  const python = `${textOf(made, "helicone-python")}
import json, os
print(json.dumps([is_genuine(body.encode(), signature) for body, signature in json.loads(os.environ["CASES"])]))`;
  const said = await run("python3", ["-c", python], { env });
  expect(JSON.parse(said.stdout)).toEqual([true, false, false, false, false]);
});

it("makes one of a form that is sent twice, and another one of a form that was changed", async () => {
  const once = fieldOf(await me.get("/console/webhooks/new"), "once");
  const form = { ...usual, once, destination: endpoint.url, description: "Twice" };
  const [first, second] = [
    await me.send("/console/webhooks/new", form),
    await me.send("/console/webhooks/new", form),
  ];
  expect(idOf(first)).toMatch(/^sub_/);
  expect(idOf(second)).toBe(idOf(first));
  const back = await me.send("/console/webhooks/new", { ...form, description: "One more" });
  expect(words(back)).toContain("has made a subscription already");
  const another = { ...form, description: "One more", once: fieldOf(back, "once") };
  const third = await me.send("/console/webhooks/new", another);
  expect(idOf(third)).not.toBe(idOf(first));
});

it("says what is wrong at its field, keeps what was typed, and saves nothing", async () => {
  const before = (await stack.call("GET", "/v1/webhooks")).data as unknown as unknown[];
  const page = await create({
    destination: "ftp://example.org",
    sampleRate: "250",
    filter: '{"cost": {"$more": 1}}',
    description: EVIL,
    headerName: ["Host", ""],
    headerValue: ["x", ""],
  });
  expect(page.status).toBe(200);
  expect(textOf(page, "destination-error")).toContain("must begin with https://");
  expect(textOf(page, "sampleRate-error")).toContain("between 0 and 100");
  expect(textOf(page, "filter-error")).toContain("cost");
  expect(textOf(page, "headers-error")).toContain("can't be set");
  expect(fieldOf(page, "destination")).toBe("ftp://example.org");
  expect(fieldOf(page, "description")).toBe(EVIL);
  expect(page.text).not.toContain("<script>alert");
  expect((await stack.call("GET", "/v1/webhooks")).data).toHaveLength(before.length);
});

it("checks while somebody types, and says what would have matched", async () => {
  await stack.subscribe("http://127.0.0.1:9/", { status: "paused", eventTypes: ["*"], description: "Keeps" });
  const events = [0.9, 0.1, 0.2].map((cost) => completed({ cost }));
  await stack.send(events);
  const part = { "hx-request": "true" };
  const ask = async (path: string, fields: Fields) => {
    const token = fieldOf(await me.get("/console/webhooks/new"), "form_token");
    const form = new URLSearchParams({ form_token: token });
    for (const [name, value] of Object.entries({ ...usual, ...fields }))
      for (const one of [value].flat()) form.append(name, one);
    return me.ask("POST", `/console/webhooks/${path}`, form, { origin: stack.base, ...part });
  };
  const wrong = await ask("check", { sampleRate: "101", timeoutMs: "5" });
  expect(wrong.text).not.toContain("<html");
  expect(words(wrong)).toContain("2 fields need another look");
  expect(wrong.text).toMatch(/innerHTML:#timeoutMs-error">must be a whole number of milliseconds/);
  // A destination that is not typed yet is not wrong yet.
  expect(wrong.text).toContain('innerHTML:#destination-error"></p>');
  expect(words(await ask("check", {}))).toContain("Nothing is wrong");
  const preview = await ask("preview", { filter: '{"cost": {"$gt": 0.5}}' });
  expect(words(preview)).toContain("Would have matched 1 of the last 3.");
  expect(words(preview)).toContain("filter.cost.$gt does not hold");
  expect(words(await ask("preview", { filter: "{" }))).toContain("as soon as nothing is wrong");
  // Without a script, by a button of the form.
  const page = await create({ do: "preview", filter: '{"cost": {"$lt": 0.5}}', description: "Not yet" });
  expect(words(page)).toContain("Would have matched 2 of the last 3.");
  expect(fieldOf(page, "description")).toBe("Not yet");
});

it("adds rows without saving", async () => {
  const rows = (page: Page) => page.text.split('name="filterKey"').length - 1;
  const before = rows(await me.get("/console/webhooks/new"));
  const page = await create({
    do: "rows",
    destination: endpoint.url,
    filterKey: "team",
    filterValue: "core",
  });
  expect(rows(page)).toBeGreaterThan(before);
  expect(fieldOf(page, "filterKey")).toBe("team");
});

it("changes what was changed, and nothing that somebody else has changed meanwhile", async () => {
  const settings = { filter: { cost: { $gt: 1 } }, headers: { "X-Old": "1" }, metadata: { a: "b" } };
  const { id } = await stack.subscribe(endpoint.url, settings);
  const shown = await me.get(`/console/webhooks/${id}/edit`);
  const filter = decode(/<textarea id="filter"[^>]*>([^<]*)</.exec(shown.text)?.[1] ?? "");
  expect(JSON.parse(filter)).toEqual(settings.filter);
  const form = { destination: endpoint.url, filter };
  const same = await edit(id, form);
  expect(words(await me.follow(same))).toContain("Nothing was changed");
  const changed = await edit(id, {
    ...form,
    description: "Changed",
    timeoutMs: "2000",
    removeHeader: "X-Old",
    headerName: "X-New",
    headerValue: "2",
  });
  expect(words(await me.follow(changed))).toContain("Saved");
  expect(await setting(id)).toMatchObject({
    description: "Changed",
    timeoutMs: 2000,
    headers: ["X-New"],
    metadata: { a: "b" },
    filter: settings.filter,
  });

  const stale = fieldOf(await me.get(`/console/webhooks/${id}/edit`), "tag");
  await stack.call("PATCH", `/v1/webhooks/${id}`, { description: "Somebody else's", rateLimit: 5 });
  const mine = { ...form, description: "Mine", timeoutMs: "2000" };
  const refused = await edit(id, mine, stale);
  expect(words(refused)).toContain("Somebody has changed this subscription");
  expect(words(refused)).toContain("Description, Rate limit");
  expect(fieldOf(refused, "description")).toBe("Mine");
  expect(await setting(id)).toMatchObject({ description: "Somebody else's", rateLimit: 5 });
  const saved = await edit(id, mine, fieldOf(refused, "tag"));
  expect(saved.status).toBe(303);
  expect(await setting(id)).toMatchObject({ description: "Mine", rateLimit: null });
});

it("shows how one does, pauses it and has it sent again", async () => {
  const { id } = await stack.subscribe(endpoint.url, { description: `Seen ${EVIL}` });
  const { data } = await stack.send([completed()]);
  expect(data["accepted"]).toBe(1);
  const { data: page } = await stack.call("GET", `/v1/webhooks/${id}/deliveries`);
  const [delivery] = page["deliveries"] as { id: string }[];
  if (delivery) await stack.delivery(delivery.id, "delivered");
  else
    await eventually(
      async () => words(await me.get(`/console/webhooks/${id}`)).includes("delivered 200"),
      "it is listed",
    );
  const shown = await me.get(`/console/webhooks/${id}`);
  expect(words(shown)).toMatch(/Success rate 100 % 100 %/);
  expect(words(shown)).toMatch(/request\.completed:[0-9a-f-]+ delivered 200 1/);
  expect(shown.text).toContain("data-chart=");
  expect(shown.text).not.toContain("<script>alert");
  expect(words(await me.get(`/console/webhooks?q=seen`))).toContain("Seen");
  expect(words(await me.get(`/console/webhooks?q=nobody-has-this`))).toContain("fits");

  const paused = await me.follow(await me.send(`/console/webhooks/${id}/status`, { status: "paused" }));
  expect(words(paused)).toContain("Paused: what comes is held");
  expect(await setting(id)).toMatchObject({ status: "paused" });
  const resumed = await me.follow(await me.send(`/console/webhooks/${id}/status`, { status: "active" }));
  expect(words(resumed)).toContain("It is sent again");
  const neither = await me.follow(await me.send(`/console/webhooks/${id}/status`, { status: "gone" }));
  expect(words(neither)).toContain("must be one of");
});

it("tells what an endpoint answered to a test, whatever that is", async () => {
  const sour = await startEndpoint((_, response) => void response.writeHead(500).end(EVIL));
  const { id } = await stack.subscribe(sour.url);
  const answer = await me.send(`/console/webhooks/${id}/test`, { eventType: "request.failed" });
  expect(words(answer)).toMatch(/the endpoint answered 500/);
  expect(textOf(answer, "reply")).toBe(EVIL);
  expect(answer.text).not.toContain("<script>alert");
  const wrong = await me.send(`/console/webhooks/${id}/test`, { eventType: "no..type" });
  expect(wrong.status).toBe(400);
  await sour.stop();
});

it("rotates once per page, with the old secret beside the new one for as long as was asked", async () => {
  const { id, signing_secret } = await stack.subscribe(endpoint.url);
  const tag = fieldOf(await me.get(`/console/webhooks/${id}`), "tag");
  const rotated = await me.send(`/console/webhooks/${id}/rotate`, { tag, overlapSeconds: "3600" });
  const secret = textOf(rotated, "signing-secret");
  expect(secret).toMatch(/^whsec_/);
  expect(secret).not.toBe(signing_secret);
  const keys = (await setting(id))["keys"] as { expiresAt: string | null }[];
  expect(keys).toHaveLength(2);
  const left = Date.parse(keys[1]?.expiresAt ?? "") - Date.now();
  expect(left).toBeGreaterThan(3_500_000);
  expect(left).toBeLessThanOrEqual(3_600_000);
  // The page is loaded again.
  const again = await me.follow(
    await me.send(`/console/webhooks/${id}/rotate`, { tag, overlapSeconds: "0" }),
  );
  expect(words(again)).toContain("no secret was made now");
  expect((await setting(id))["keys"]).toHaveLength(2);
});

it("deletes what was named and nothing else", async () => {
  const { id } = await stack.subscribe(endpoint.url);
  const path = `/console/webhooks/${id}/delete`;
  const host = new URL(endpoint.url).host;
  expect(words(await me.get(path))).toContain(`Type ${host} to confirm`);
  const refused = await me.send(path, { confirm: "yes" });
  expect(textOf(refused, "confirm-error")).toContain("nothing was deleted");
  expect((await stack.call("GET", `/v1/webhooks/${id}`)).status).toBe(200);
  expect(words(await me.follow(await me.send(path, { confirm: host })))).toContain("is deleted");
  expect((await stack.call("GET", `/v1/webhooks/${id}`)).status).toBe(404);
});

it("shows and does what the key may, in its own org", async () => {
  const { id } = await stack.subscribe(endpoint.url, { description: "Not theirs" });
  const other = await inOrg("acme", ["webhooks:read", "webhooks:write", "requests:read"]);
  for (const path of ["", "/edit", "/delete"])
    expect((await other.get(`/console/webhooks/${id}${path}`)).status, path).toBe(404);
  for (const path of ["/edit", "/test", "/rotate", "/delete"]) {
    const answer = await other.send(`/console/webhooks/${id}${path}`, { ...usual, tag: '"1"', confirm: id });
    expect(answer.status, path).toBe(404);
  }
  const status = await other.follow(await other.send(`/console/webhooks/${id}/status`, { status: "paused" }));
  expect(status.status).toBe(404);
  expect(await setting(id)).toMatchObject({ status: "active", description: "Not theirs" });
  expect(words(await other.get("/console/webhooks"))).toContain("No subscriptions yet");

  const reads = await inOrg("default", ["webhooks:read"]);
  const page = await reads.get(`/console/webhooks/${id}`);
  for (const word of ["Pause", "Rotate the secret", "Send a test", "Edit", "Delete"])
    expect(words(page)).not.toContain(word);
  for (const path of ["new", `${id}/edit`, `${id}/delete`])
    expect((await reads.get(`/console/webhooks/${path}`)).status, path).toBe(403);
  expect((await create({ destination: endpoint.url }, reads)).status).toBe(403);
  expect((await reads.send(`/console/webhooks/${id}/test`)).status).toBe(403);
  expect((await (await inOrg("default", ["events:write"])).get("/console/webhooks")).status).toBe(403);
  const blind = await inOrg("default", ["webhooks:read", "webhooks:write"]);
  expect((await blind.get("/console/webhooks/new")).text).not.toContain('id="previewed"');
});
