// The API's description: served, valid, and true of the Worker that serves it. And its page.
import { createHmac } from "node:crypto";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "./support/stack.ts";

type Schema = Record<string, unknown>;
type Content = Record<
  string,
  { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }
>;
type Operation = {
  operationId: string;
  parameters?: { name: string; in: string; required: boolean; example?: string }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content; headers?: Record<string, unknown> }>;
};
type Document = { paths: Record<string, Record<string, Operation>>; components: Schema };

const HMAC_KEY = "the-key-of-a-receiver-under-test";
const ajv = new Ajv2020({ strict: false, validateFormats: false });

let stack: Stack;
let document: Document;
/** Ids that paths are called with: of what exists. */
const ids = {
  webhook: "",
  key: "",
  diagnosis: "",
  sending: "",
  delivery: "",
  job: "",
  review: "",
  backfill: "",
  rule: "",
  alert: "",
  poison: "msg_poison",
};

beforeAll(async () => {
  stack = await startStack({
    offline: true,
    webhookSecrets: [HMAC_KEY],
    vars: { HANDLERS: "review", HELICONE_API_KEY: "sk-helicone", WEBHOOK_ORIGINS: "*" },
  });
  const text = await (await fetch(`${stack.base}/openapi.json`)).text();
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(text));
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  expect(validator.version).toBe("3.1");
  document = JSON.parse(text);
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    operation.parameters = operation.parameters?.map(resolve);
    for (const [status, response] of Object.entries(operation.responses))
      operation.responses[status] = resolve(response);
  }
});
afterAll(() => stack?.stop());

/** What a reference leads to; anything else as it is. */
function resolve<T extends object>(value: T): T {
  const reference = "$ref" in value ? String(value.$ref) : undefined;
  if (!reference) return value;
  const parts = reference.split("/").slice(1);
  return parts.reduce((place, part) => place[part] as Schema, document as unknown as Schema) as T;
}

/** Every operation in the document's order, but what is put first, for others ask for it, and deletions last. */
function operations(): [method: string, path: string, operation: Operation][] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [method.toUpperCase(), path, operation] as [string, string, Operation],
    ),
  );
  const turn = (method: string) =>
    ["PUT", "GET", "DELETE"].indexOf(method === "DELETE" || method === "PUT" ? method : "GET");
  return all.toSorted(([one], [other]) => turn(one) - turn(other));
}

/** Of what exists, and is not changed by the calls of other paths where that matters. */
function idFor(path: string) {
  if (path.startsWith("/v1/keys/")) return ids.key;
  if (path.startsWith("/v1/diagnosis/")) return ids.diagnosis;
  if (path.startsWith("/v1/deliveries/")) return ids.delivery;
  if (path.startsWith("/v1/jobs/")) return ids.job;
  if (path.startsWith("/v1/rules/")) return ids.rule;
  if (path.startsWith("/v1/alerts/")) return ids.alert;
  if (path.startsWith("/v1/reviews/")) return ids.review;
  if (path.startsWith("/v1/request/")) return "one";
  if (path.startsWith("/v1/backfill/")) return ids.backfill;
  if (path.startsWith("/v1/inbox/")) return path.endsWith("/retry") ? ids.poison : ids.review;
  return /\/(deliveries|recover)$/.test(path) ? ids.sending : ids.webhook;
}

/** The path with the ids of what exists, or with its parameters' examples. */
function address(path: string, { parameters = [] }: Operation) {
  const id = idFor(path);
  const value = (name: string) =>
    name === "id" ? id : String(parameters.find((one) => one.name === name)?.example);
  const query = parameters.filter((one) => one.in === "query" && one.required).map((one) => one.name);
  const search = query.map((name) => `${name}=${value(name)}`).join("&");
  return path.replace(/\{(\w+)\}/g, (_, name) => value(name)) + (search ? `?${search}` : "");
}

/** Puts a delivery in the queue of reviews. */
async function reviewed() {
  const body = JSON.stringify({ type: "eval.failed", data: { request_id: "one" } });
  const headers = {
    "content-type": "application/json",
    "helicone-signature": createHmac("sha256", HMAC_KEY).update(body).digest("hex"),
  };
  const response = await fetch(`${stack.base}/webhook`, { method: "POST", body, headers });
  const { id } = ((await response.json()) as { data: { id: string } }).data;
  await expect.poll(async () => (await stack.call("GET", `/v1/reviews/${id}`)).status).toBe(200);
  return id;
}

function call(method: string, path: string, operation: Operation, body?: { type: string; text: string }) {
  const headers: Record<string, string> = { authorization: `Bearer ${stack.rootKey}` };
  if (body) headers["content-type"] = body.type;
  if (operation.operationId === "askReceiver") headers["webhook-request-origin"] = "gateway.example.com";
  if (body && path === "/webhook")
    headers["helicone-signature"] = createHmac("sha256", HMAC_KEY).update(body.text).digest("hex");
  return fetch(stack.base + address(path, operation), {
    method,
    headers,
    ...(body ? { body: body.text } : {}),
  });
}

/** Fails where an answer is not what the description says of its status. */
async function check(response: Response, { operationId, responses }: Operation) {
  const described = responses[response.status];
  expect(
    described,
    `${operationId} answered ${response.status}: ${await response.clone().text()}`,
  ).toBeDefined();
  const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  for (const name of Object.keys(described?.headers ?? {}))
    expect(response.headers.get(name), name).not.toBeNull();
  if (described?.headers && !described.content) {
    expect(await response.text(), operationId).toBe("");
    return;
  }
  const content = described?.content?.[type];
  expect(content, `${operationId} answered with ${type}`).toBeDefined();
  if (type === "application/json") expectValid(content?.schema, await response.json(), operationId);
}

function expectValid(schema: Schema | undefined, value: unknown, what: string) {
  // Schemas refer to the components.
  ajv.validate({ ...schema, components: document.components }, value);
  expect(ajv.errors ?? [], what).toEqual([]);
}

describe("the description", () => {
  it("holds examples that are what their schemas say", () => {
    for (const [, , operation] of operations()) {
      const contents = [operation.requestBody, ...Object.values(operation.responses)].map(
        (one) => one?.content ?? {},
      );
      for (const { schema, example, examples = {} } of contents.flatMap((content) =>
        Object.values(content),
      )) {
        if (example !== undefined) expectValid(schema, example, operation.operationId);
        for (const { value } of Object.values(examples)) expectValid(schema, value, operation.operationId);
      }
    }
  });

  it("holds requests that are taken, and tells their answers", async () => {
    ids.webhook = (await stack.subscribe("https://hooks.example.com/")).id;
    const key = await stack.call("POST", "/v1/keys", { name: "test", scopes: ["events:write"] });
    ids.key = String(key.data["id"]);
    ids.sending = (await stack.subscribe("https://hooks.example.com/")).id;
    await stack.send({ request_id: "one" });
    const log = `/v1/webhooks/${ids.sending}/deliveries`;
    await expect.poll(async () => (await stack.call("GET", log)).data["deliveries"]).toHaveLength(1);
    const [delivery] = (await stack.call("GET", log)).data["deliveries"] as { id: string }[];
    ids.delivery = String(delivery?.id);
    const recovery = { since: "2026-11-01T00:00:00Z" };
    ids.job = String((await stack.call("POST", `/v1/webhooks/${ids.sending}/recover`, recovery)).data["id"]);
    ids.review = await reviewed();
    const rule = { name: "spend", metric: "cost", threshold: 1 };
    ids.rule = String((await stack.call("POST", "/v1/rules", rule)).data["id"]);
    const alert = { name: "dead letters", metric: "dead", threshold: 1 };
    ids.alert = String((await stack.call("POST", "/v1/alerts", alert)).data["id"]);
    ids.diagnosis = String((await stack.call("POST", "/v1/diagnosis")).data["id"]);
    await stack.call("PUT", "/v1/event-types/refund.proposed", {});
    const backfill = await stack.call("POST", "/v1/backfill", recovery);
    ids.backfill = String(backfill.data["id"]);
    const message = { v: 1, id: ids.poison, event_type: null, received_at: Date.now() };
    await stack.enqueue(`${JSON.stringify(message)}\n{}`, "INBOX_DEAD");
    const inbox = async () => (await stack.call("GET", `/v1/inbox/${ids.poison}`)).status;
    // The dead letters wait a second for company.
    await expect.poll(inbox, { timeout: 5000 }).toBe(200);
    for (const [method, path, operation] of operations()) {
      const bodies = Object.entries(operation.requestBody?.content ?? {}).flatMap(
        ([type, { examples = {} }]) =>
          Object.values(examples).map(({ value }) => ({
            type,
            text: typeof value === "string" ? value : JSON.stringify(value),
          })),
      );
      for (const body of bodies.length > 0 ? bodies : [undefined]) {
        const response = await call(method, path, operation, body);
        // An example's URL was signed by nobody.
        if (operation.operationId === "getPayload") expect(response.status).toBe(403);
        else expect(response.status, `${method} ${path}: ${await response.clone().text()}`).toBeLessThan(300);
        await check(response, operation);
      }
    }
  });

  it("tells what happens without a key, with nothing of that name, and with another method", async () => {
    for (const [method, path, operation] of operations()) {
      if (operation.responses["401"] && path !== "/webhook") {
        const response = await fetch(stack.base + address(path, operation), { method });
        expect(response.status, `${method} ${path}`).toBe(401);
        await check(response, operation);
      }
      if (operation.responses["404"] && path.includes("{id}")) {
        const headers = { authorization: `Bearer ${stack.rootKey}` };
        const body = method === "PATCH" ? "{}" : null;
        for (const id of ["nobody", "%00", "%F0%9F%98%80", "..%2F..", "%FF"]) {
          const response = await fetch(stack.base + path.replace("{id}", id), { method, headers, body });
          expect(response.status, `${method} ${path} ${id}`).toBe(404);
          await check(response, operation);
        }
      }
    }
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of ["PUT", "OPTIONS", "QUERY"].filter((one) => !(one.toLowerCase() in methods))) {
        const operation = Object.values(methods)[0] as Operation;
        const response = await fetch(stack.base + address(path, operation), { method });
        expect(response.status, `${method} ${path}`).toBe(405);
        const allowed = response.headers.get("allow")?.split(", ") ?? [];
        expect(allowed.filter((one) => one !== "HEAD").sort(), path).toEqual(
          Object.keys(methods)
            .map((one) => one.toUpperCase())
            .sort(),
        );
      }
    }
  });
});

it("takes no body that says it is no JSON", async () => {
  for (const path of ["/v1/webhooks", "/v1/keys", "/v1/orgs"]) {
    const answer = await stack.call("POST", path, "{}", { "content-type": "application/xml" });
    expect(answer).toMatchObject({
      status: 415,
      error: expect.stringContaining("content-type: must be application/json"),
    });
  }
});

it("holds every name of a field to its rule, and whole numbers to their value alone", async () => {
  const { id } = await stack.subscribe("https://hooks.example.com/");
  const test = (body: unknown) => stack.call("POST", `/v1/webhooks/${id}/test`, body);
  expect(await test({ eventType: "request.completed", event_type: "a b" })).toMatchObject({
    status: 400,
    error: expect.stringContaining("event_type: "),
  });
  const rotate = (body: string) => stack.call("POST", `/v1/webhooks/${id}/rotate`, body);
  expect((await rotate('{"overlapSeconds":60.0}')).status).toBe(200);
  for (const wrong of ["60.5", "-1", "604801", "1e9"])
    expect((await rotate(`{"overlapSeconds":${wrong}}`)).status, wrong).toBe(400);
  const create = (key: string) =>
    stack.call(
      "POST",
      "/v1/webhooks",
      { destination: "https://hooks.example.com/" },
      { "idempotency-key": key },
    );
  for (const wrong of ["", "\u00e9", "x".repeat(256)]) expect((await create(wrong)).status, wrong).toBe(400);
  expect((await create("an order's, no. 1")).status).toBe(200);
});

describe("the page", () => {
  const source = (policy: string, directive: string) =>
    policy.split("; ").find((part) => part.startsWith(`${directive} `));

  it("comes with a policy that lets it load its own files alone, and they are there", async () => {
    const response = await fetch(`${stack.base}/docs`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(source(policy, "default-src")).toBe("default-src 'none'");
    expect(source(policy, "script-src")).toBe("script-src 'self'");
    expect(source(policy, "style-src")).toBe("style-src 'self'");
    expect(source(policy, "connect-src")).toBe("connect-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const page = await response.text();
    // Nothing inline: no script without a source, no style, no handler; and no address but of this origin.
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=")|<style|\sstyle=|\son\w+=|javascript:|https?:|"\/\//i);
    const files = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => String(file));
    expect(files).toContain("/docs/swagger-ui-bundle.js");
    for (const file of files) expect((await fetch(stack.base + file)).status, file).toBe(200);
  });

  it("loads files that are served here, under the same policy, and load nothing from another origin", async () => {
    const page = await fetch(`${stack.base}/docs`);
    const types = { js: "text/javascript", css: "text/css" };
    for (const file of ["page.js", "page.css", "swagger-ui-bundle.js", "swagger-ui.css"]) {
      const response = await fetch(`${stack.base}/docs/${file}`, { redirect: "error" });
      expect(response.headers.get("content-type"), file).toContain(types[file.endsWith("js") ? "js" : "css"]);
      for (const name of ["content-security-policy", "x-content-type-options"])
        expect(response.headers.get(name), `${file} ${name}`).toBe(page.headers.get(name));
      const text = await response.text();
      if (file.endsWith("css")) expect(/@import|url\(\s*(?!["']?data:)/i.test(text), file).toBe(false);
      // The bundle names addresses in texts and namespaces; the policy keeps it from asking there.
      if (file === "page.js") expect(text, file).not.toMatch(/https?:|"\/\//);
    }
  });

  it("is refused to other methods, and serves no other files", async () => {
    const wrong = await fetch(`${stack.base}/docs`, { method: "POST" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    for (const path of ["/docs.html", "/docs/nothing.js", "/_headers", "/package.json"])
      expect((await fetch(stack.base + path)).status, path).toBe(404);
  });
});
