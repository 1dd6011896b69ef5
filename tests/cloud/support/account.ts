// A Cloudflare account on loopback, as far as wrangler's calls need one: keeps what is made and records each call.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

type Rule = { id: string; enabled: boolean; conditions: { prefix?: string } };
type Queue = { queue_id: string; queue_name: string; consumers: { script: string; type: string }[] };
type Call = { method: string; path: string; body: string };
type Answer = { status?: number; code?: number; message?: string; result?: unknown; result_info?: object };
type Handler = (call: Call, name: string, query: URLSearchParams) => Answer;

/** So few that lists have several pages. */
const PAGE = 4;
const ACCOUNT = "0123456789abcdef0123456789abcdef";

export type Account = Awaited<ReturnType<typeof openAccount>>;

export async function openAccount() {
  const queues: Queue[] = [];
  const buckets = new Map<string, { rules: Rule[]; full: boolean }>();
  const namespaces: { id: string; title: string }[] = [];
  const workers = new Map<string, Record<string, string>>();
  const calls: Call[] = [];
  const uploads: string[] = [];
  let tag: string | undefined;
  let broken: ((call: Call) => boolean) | undefined;

  const missing = (code: number, message: string): Answer => ({ status: 404, code, message });
  const routes: [string, RegExp, Handler][] = [
    [
      "GET",
      /^\/queues$/,
      (_call, _name, query) => {
        const wanted = query.get("name");
        const found = queues.filter((queue) => wanted === null || queue.queue_name === wanted);
        return page(found.map(shown), Number(query.get("page") ?? 1), PAGE);
      },
    ],
    [
      "POST",
      /^\/queues$/,
      ({ body }) => {
        const queue = newQueue(JSON.parse(body).queue_name, queues.length);
        queues.push(queue);
        return { result: shown(queue) };
      },
    ],
    [
      "DELETE",
      /^\/queues\/([^/]+)$/,
      (_call, id) => {
        const at = queues.findIndex((queue) => queue.queue_id === id);
        if (queues[at]?.consumers.length) return { status: 400, code: 11005, message: "queue has consumers" };
        queues.splice(at, 1);
        return { result: null };
      },
    ],
    [
      "GET",
      /^\/queues\/([^/]+)\/consumers$/,
      (_call, id) => ({
        result: queues.find((queue) => queue.queue_id === id)?.consumers.map(consumer) ?? [],
      }),
    ],
    [
      "DELETE",
      /^\/queues\/([^/]+)\/consumers\/[^/]+$/,
      (_call, id) => {
        const queue = queues.find((one) => one.queue_id === id);
        if (queue) queue.consumers = [];
        return { result: null };
      },
    ],
    [
      "POST",
      /^\/r2\/buckets$/,
      ({ body }) => {
        buckets.set(JSON.parse(body).name, { rules: [], full: false });
        return { result: {} };
      },
    ],
    [
      "DELETE",
      /^\/r2\/buckets\/([^/]+)$/,
      (_call, name) => {
        if (buckets.get(name)?.full) return { status: 409, code: 10008, message: "The bucket is not empty" };
        buckets.delete(name);
        return { result: {} };
      },
    ],
    [
      "GET",
      /^\/r2\/buckets\/([^/]+)\/lifecycle$/,
      (_call, name) => {
        const bucket = buckets.get(name);
        return bucket
          ? { result: { rules: bucket.rules } }
          : missing(10006, "The specified bucket does not exist.");
      },
    ],
    [
      "PUT",
      /^\/r2\/buckets\/([^/]+)\/lifecycle$/,
      ({ body }, name) => {
        const bucket = buckets.get(name);
        if (bucket) bucket.rules = JSON.parse(body).rules;
        return { result: {} };
      },
    ],
    [
      "GET",
      /^\/storage\/kv\/namespaces$/,
      (_call, _name, query) => page(namespaces, Number(query.get("page") ?? 1), 1000),
    ],
    [
      "POST",
      /^\/storage\/kv\/namespaces$/,
      ({ body }) => {
        const { title } = JSON.parse(body);
        const namespace = { id: String(namespaces.length + 1).padStart(32, "a"), title };
        namespaces.push(namespace);
        return { result: namespace };
      },
    ],
    [
      "DELETE",
      /^\/storage\/kv\/namespaces\/([^/]+)$/,
      (_call, id) => {
        const at = namespaces.findIndex((namespace) => namespace.id === id);
        namespaces.splice(at, 1);
        return { result: null };
      },
    ],
    [
      "GET",
      /^\/workers\/scripts\/([^/]+)\/secrets$/,
      (_call, name) => {
        const secrets = workers.get(name);
        if (!secrets) return missing(10007, "This Worker does not exist on your account.");
        return { result: Object.keys(secrets).map((secret) => ({ name: secret, type: "secret_text" })) };
      },
    ],
    [
      "PATCH",
      /^\/workers\/scripts\/([^/]+)\/secrets-bulk$/,
      ({ body }, name) => {
        const secrets = workers.get(name);
        if (!secrets) return missing(10007, "This Worker does not exist on your account.");
        const given = JSON.parse(body).secrets as Record<string, { text: string }>;
        for (const [secret, { text }] of Object.entries(given)) secrets[secret] = text;
        return { result: [] };
      },
    ],
    [
      "PUT",
      /^\/workers\/scripts\/([^/]+)$/,
      ({ body }, name) => {
        workers.set(name, workers.get(name) ?? {});
        uploads.push(body);
        return { result: { id: name, deployment_id: "deployment", startup_time_ms: 1 } };
      },
    ],
    // What a deployment asks beside.
    [
      "GET",
      /^\/workers\/services\/([^/]+)$/,
      (_call, name) =>
        workers.has(name)
          ? { result: { default_environment: { script: { migration_tag: tag } } } }
          : missing(10090, "This service does not exist on your account."),
    ],
    ["GET", /^\/workers\/scripts\/([^/]+)\/settings$/, () => ({ result: { bindings: [] } })],
    [
      "POST",
      /^\/workers\/scripts\/([^/]+)\/assets-upload-session$/,
      () => ({ result: { jwt: "jwt", buckets: [] } }),
    ],
    ["GET", /^\/workers\/scripts\/([^/]+)\/deployments$/, () => ({ result: { deployments: [] } })],
    [
      "GET",
      /^\/workers\/workers\/([^/]+)$/,
      () => ({ result: { subdomain: { enabled: true, previews_enabled: true } } }),
    ],
    [
      "POST",
      /^\/queues\/([^/]+)\/consumers$/,
      ({ body }, id) => {
        const queue = queues.find((one) => one.queue_id === id);
        queue?.consumers.push({ script: JSON.parse(body).script_name, type: "worker" });
        return { result: {} };
      },
    ],
    ["GET", /^\/workers\/subdomain$/, () => ({ result: { subdomain: "team" } })],
    ["GET", /\/subdomain$/, () => ({ result: { enabled: true, previews_enabled: true } })],
    ["POST", /\/subdomain$/, () => ({ result: { enabled: true, previews_enabled: true } })],
    [
      "DELETE",
      /^\/workers\/services\/([^/]+)$/,
      (_call, name) => {
        const consumes = queues.some((queue) => queue.consumers.some(({ script }) => script === name));
        if (consumes) return { status: 400, code: 10064, message: "still in use as a consumer for a queue" };
        workers.delete(name);
        return { result: null };
      },
    ],
  ];

  function answer(call: Call, query: URLSearchParams): Answer {
    if (broken?.(call)) return { status: 500, code: 10001, message: "internal error" };
    for (const [method, path, handler] of routes) {
      const name = method === call.method && path.exec(call.path);
      if (name) return handler(call, name[1] ?? "", query);
    }
    return { result: [] };
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://account");
    const path = url.pathname.replace(`/client/v4/accounts/${ACCOUNT}`, "");
    const call = { method: request.method ?? "", path, body: await text(request) };
    calls.push(call);
    const { status = 200, code, message, result = null, ...more } = answer(call, url.searchParams);
    response.writeHead(status, { "content-type": "application/json" });
    const errors = code === undefined ? [] : [{ code, message }];
    response.end(JSON.stringify({ success: status < 300, errors, messages: [], result, ...more }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    queues,
    buckets,
    namespaces,
    workers,
    /** Points wrangler here. */
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}/client/v4`,
      CLOUDFLARE_API_TOKEN: "token",
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    },
    /** The calls since the last time that changed something, as `METHOD path`, with the name that a body gives. */
    changes() {
      const changed = calls.splice(0).filter(({ method }) => method !== "GET");
      return changed.map(({ method, path, body }) => `${method} ${path}${named(body)}`);
    },
    /** What Workers were uploaded as: their descriptions and modules, in one text each. */
    uploads,
    /** The last migration that the Workers there have been through. */
    migrated(to: string) {
      tag = to;
    },
    /** Which calls fail from now on. */
    breaks(when?: (call: Call) => boolean) {
      broken = when;
    },
    /** A queue that is there before. */
    addQueue(name: string, consumer?: string) {
      const queue = newQueue(name, queues.length);
      if (consumer) queue.consumers.push({ script: consumer, type: "worker" });
      queues.push(queue);
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function page(all: unknown[], number: number, size: number): Answer {
  const result = all.slice((number - 1) * size, number * size);
  const counts = { count: result.length, total_count: all.length };
  return { result, result_info: { page: number, per_page: size, ...counts } };
}

function newQueue(name: string, count: number): Queue {
  return { queue_id: `queue-${count}-${name}`, queue_name: name, consumers: [] };
}

function shown(queue: Queue) {
  const { consumers } = queue;
  return {
    ...queue,
    created_on: "2026-11-22T00:00:00Z",
    modified_on: "2026-11-22T00:00:00Z",
    producers: [],
    producers_total_count: 0,
    consumers: consumers.map(consumer),
    consumers_total_count: consumers.length,
  };
}

const consumer = (one: { script: string }) => ({ ...one, consumer_id: `consumer-${one.script}` });

async function text(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** What a body calls that which it makes: a queue, a bucket, a namespace, rules with their days, secrets by their names alone. */
function named(body: string) {
  if (!body.startsWith("{")) return "";
  const { queue_name, name, title, rules, secrets } = JSON.parse(body);
  const shown = (rule: Rule & { deleteObjectsTransition: { condition: { maxAge: number } } }) =>
    `${rule.conditions.prefix}=${rule.deleteObjectsTransition.condition.maxAge / 86_400}`;
  const text =
    queue_name ?? name ?? title ?? rules?.map(shown).join(",") ?? Object.keys(secrets ?? {}).join(",");
  return text ? ` ${text}` : "";
}
