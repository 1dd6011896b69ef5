// Every operation of the API's description, asked with the wrong key: another org's, and one without the scope. What the
// description gains is asked here by itself.
import { createHmac, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loggedIn } from "./support/console.ts";
import { type Operation, operationsOf } from "./support/openapi.ts";
import { possessions } from "./support/possessions.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";
import { watch } from "./support/tail.ts";

const ALL = ["events:write", "webhooks:read", "webhooks:write", "requests:read", "scores:write"];
const HMAC_KEY = "a-receiver-under-test";
const MISSING = "missing";

let stack: Stack;
let operations: Operation[];

beforeAll(async () => {
  stack = await startStack({
    offline: true,
    limits: { LOGIN: 1000 },
    webhookSecrets: [HMAC_KEY],
    vars: { HANDLERS: "review", HELICONE_API_KEY: "sk-helicone" },
  });
  operations = await operationsOf(stack);
  for (const id of ["acme", "globex"]) await stack.call("POST", "/v1/orgs", { id });
});
afterAll(() => stack?.stop());

async function keyOf(org: string, scopes = ALL) {
  const { data } = await stack.call("POST", "/v1/keys", { name: "test", scopes, org });
  return String(data["key"]);
}

/** The path with its parameters: an id of the kind that the path is about, or one that nothing has. */
function address({ path, example }: Operation, id: (kind: string) => string) {
  const kind = path.split("/")[2] ?? "";
  return path.replace(/\{(\w+)\}/g, (_, name) =>
    name === "id" || path.startsWith("/v1/event-types/") ? id(kind) : example(name),
  );
}

async function ask(operation: Operation, path: string, headers: Record<string, string>) {
  const [body] = operation.bodies;
  const type: Record<string, string> = body ? { "content-type": body.type } : {};
  const signature = createHmac("sha256", HMAC_KEY)
    .update(body?.text ?? "")
    .digest("hex");
  const response = await fetch(stack.base + path, {
    method: operation.method,
    headers: { ...type, ...headers, ...(path === "/webhook" ? { "helicone-signature": signature } : {}) },
    ...(body ? { body: body.text } : {}),
  });
  return { status: response.status, text: await response.text() };
}

const takesId = (path: string) => path.includes("{id}") || path.startsWith("/v1/event-types/");
/** What the deployer has alone: by the description with the root key, and by its path with any key of theirs. */
const isRoots = ({ about }: Operation) => about.includes("Needs the root key.");
const isReceivers = ({ path }: Operation) => /^\/v1\/(inbox|backfill|insights|reviews)\b/.test(path);

describe.each([
  ["default", "globex"],
  ["acme", "default"],
])("what belongs to %s", (owner, stranger) => {
  /** Stands in everything that it has, and in nothing that the other one is answered. */
  let mark: string;
  beforeEach(() => {
    mark = `of_${owner}_${randomBytes(4).toString("hex")}`;
  });

  it(`is neither shown to a key of ${stranger} nor changed by it, in any operation`, async () => {
    const theirs = await possessions(stack, await keyOf(owner), mark, "https://hooks.example.com");
    const ids: Record<string, string> = theirs.ids;
    const before = await theirs.state();
    expect(JSON.stringify(before)).toContain(mark);
    const as = { authorization: `Bearer ${await keyOf(stranger)}` };
    let foreign = 0;
    for (const operation of operations) {
      const { method, path } = operation;
      const answer = await ask(
        operation,
        address(operation, (kind) => ids[kind] ?? MISSING),
        as,
      );
      const what = `${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`;
      // A type's name is nobody's: who describes one of the same name describes their own.
      if (path === "/v1/event-types/{name}" && method === "PUT") {
        expect(
          (await stack.call("DELETE", `/v1/event-types/${ids["event-types"]}`, undefined, as)).status,
        ).toBe(200);
        continue;
      }
      for (const own of [mark, ...Object.values(ids)]) expect(answer.text.includes(own), what).toBe(false);
      if (isRoots(operation)) expect(answer.status, what).toBe(403);
      else if (isReceivers(operation) && stranger !== "default") expect(answer.status, what).toBe(403);
      else if (takesId(path)) {
        foreign += 1;
        const absent = await ask(
          operation,
          address(operation, () => MISSING),
          as,
        );
        expect([answer.status, answer.text], what).toEqual([404, absent.text]);
      }
    }
    expect(foreign).toBeGreaterThan(25);
    const { request, webhooks } = theirs.ids;
    const filter = { request_response_rmt: { user_id: { equals: mark } } };
    for (const [method, path, body] of [
      ["POST", "/v1/request/query", { filter }],
      ["POST", "/v1/request/query-clickhouse", { filter: "all" }],
      ["POST", "/v1/request/query-ids", { requestIds: [request] }],
      ["POST", "/v1/request/count/query", { filter }],
      ["POST", "/v1/webhooks/shape", { requestId: request, fields: { exclude: ["request"] } }],
      ["POST", "/v1/webhooks/preview", { last: 1000 }],
      ["GET", `/v1/request?userId=${mark}`],
      ["GET", `/v1/request/export?userId=${mark}`],
      ["GET", `/v1/deliveries?requestId=${request}`],
    ] as const) {
      const response = await fetch(stack.base + path, {
        method,
        headers: { ...as, "content-type": "application/json" },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      for (const own of [`"${request}`, String(webhooks), '"count":1', '"data":1'])
        expect(text.includes(own), `${method} ${path}: ${response.status} ${text.slice(0, 300)}`).toBe(false);
    }
    expect(await theirs.state()).toEqual(before);
  });

  it(`is shown by no page of the console, and told by no tail, to ${stranger}`, async () => {
    const theirs = await possessions(stack, await keyOf(owner), mark, "https://hooks.example.com");
    const before = await theirs.state();
    const key = await keyOf(stranger);
    const visitor = await loggedIn(stack, key);
    const { webhooks, deliveries, jobs, rules, alerts, request } = theirs.ids;
    for (const path of [
      "",
      "/webhooks",
      `/webhooks/${webhooks}`,
      `/webhooks/${webhooks}/edit`,
      `/webhooks/${webhooks}/delete`,
      `/deliveries/recover?webhook=${webhooks}`,
      `/deliveries?webhook=${webhooks}`,
      `/deliveries/${deliveries}`,
      `/deliveries/${deliveries}/request`,
      `/deliveries/jobs/${jobs}`,
      `/deliveries/live?webhook=${webhooks}`,
      "/events",
      `/events/${request}`,
      `/events/${request}/exchange`,
      "/settings",
      "/settings/rules",
      `/settings/rules/${rules}`,
      "/settings/alerts",
      `/settings/alerts/${alerts}`,
      "/settings/event-types",
      `/settings/keys?org=${owner}`,
    ]) {
      const page = await visitor.get(`/console${path}`);
      expect(page.status, path).toBeLessThan(500);
      // An address that was asked for may be repeated.
      const said = page.text.replaceAll(`${request}`, "").replaceAll(encodeURIComponent(`${request}`), "");
      expect(said.includes(mark), `${path}: ${page.status}`).toBe(false);
    }
    for (const [path, fields] of [
      [`/webhooks/${webhooks}/delete`, { confirm: `https://hooks.example.com/${mark}` }],
      [`/webhooks/${webhooks}/status`, { status: "paused" }],
      [`/webhooks/${webhooks}/rotate`, { overlapSeconds: "0" }],
      [`/deliveries/jobs/${jobs}/cancel`, {}],
      [`/deliveries/${deliveries}/retry`, {}],
      [`/settings/rules/${rules}/delete`, {}],
      [`/settings/alerts/${alerts}/delete`, {}],
      [`/events/${request}/feedback`, { rating: "true" }],
    ] as [string, Record<string, string>][]) {
      const page = await visitor.send(`/console${path}`, fields);
      expect(page.text.includes(mark), path).toBe(false);
      expect([303, 404], `${path}: ${page.status}`).toContain(page.status);
    }
    const tail = `${stack.base}/v1/webhooks/${webhooks}/tail`;
    expect((await watch(tail, { authorization: `Bearer ${key}` })).opened).toBe(false);
    expect((await watch(tail, theirs.as)).opened).toBe(true);
    expect(await theirs.state()).toEqual(before);
  });
});

it("a key does in each operation what its scope names and nothing else", async () => {
  const keys = new Map<string, string>();
  for (const scope of ALL) keys.set(scope, await keyOf("default", [scope]));
  let asked = 0;
  for (const operation of operations) {
    const needed = [...operation.about.matchAll(/the scope `([a-z:]+)`/g)].map(([, scope]) => String(scope));
    for (const [scope, key] of keys) {
      const may = needed.length === 1 && needed[0] === scope;
      if ((needed.length === 0 && !isRoots(operation)) || may) continue;
      asked += 1;
      const path = address(operation, () => MISSING);
      const answer = await ask(operation, path, { authorization: `Bearer ${key}` });
      expect(answer.status, `${operation.method} ${operation.path} with ${scope}`).toBe(403);
    }
  }
  expect(asked).toBeGreaterThan(250);
});

it("a key that was revoked does nothing in any operation", async () => {
  const { data } = await stack.call("POST", "/v1/keys", { name: "gone", scopes: ALL });
  const { id, key } = data as Row & { id: string; key: string };
  expect((await stack.call("DELETE", `/v1/keys/${id}`)).status).toBe(200);
  for (const operation of operations.filter(({ about }) => /the scope|Needs the root key/.test(about))) {
    const path = address(operation, () => MISSING);
    const answer = await ask(operation, path, { authorization: `Bearer ${key}` });
    expect(answer.status, `${operation.method} ${operation.path}`).toBe(401);
  }
});
