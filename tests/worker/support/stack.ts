// The built Worker in workerd, with its real queues, R2, KV and Durable Objects on simulators, driven over HTTP. Its own
// requests leave workerd directly, as in production: through a test harness's fetch, redirects would be followed.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, Response } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { at } from "../../../scripts/lib/paths.mjs";
import { CANARY } from "./events.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Row = { [name: string]: Json };
export type Answer = {
  status: number;
  headers: Headers;
  data: Row;
  error: string;
  code?: string;
  field?: string;
};
export type Secrets = {
  ROOT_KEY: string;
  URL_SIGNING_KEY: string;
  SEALING_KEY: string;
  WEBHOOK_SECRETS: string;
};
export type Stack = Awaited<ReturnType<typeof startStack>>;

type Options = {
  /** Settings of the Worker beside the keys. */
  vars?: Record<string, string>;
  /** The keys, where they must be those of another stack. */
  secrets?: Secrets;
  /** Secrets of its receiver. */
  webhookSecrets?: string[];
  /** A collector's URL, and the queues whose messages are POSTed there instead of being consumed by the Worker. */
  collect?: { url: string; queues: string[] };
  /** The queues that nobody consumes. */
  unconsumed?: string[];
  /** Where the KV namespace is, if it is not the simulated one. */
  kv?: string;
  /** The text of a module around the Worker's own, `./index.js`. */
  around?: string;
  /** Bindings that are not there: what fails when a part of the platform does. */
  without?: string[];
  /** Where state is kept beyond the stack's end. */
  persist?: string;
  /** The text of another Worker's module, which has the Worker bound as `HELIOGRAPH`. */
  caller?: string;
  /** The name of a binding to another Worker, which logs what it is sent. */
  service?: string;
  /** Rate limits that are not those of wrangler.toml, by their bindings. */
  limits?: Record<string, number>;
  /** The name of a binding that sends e-mail: each is written to a file, which a line in the log names. */
  email?: string;
  /** Whether the Analytics Engine is bound, which the simulator takes everything for and keeps nothing of. */
  analytics?: boolean;
  /** The port to listen on; any free one where absent. */
  port?: number;
  /** Answers the Worker's own requests with 200 instead of letting them out, or as this says. */
  offline?: boolean | ((url: URL) => Response);
};

/** The Worker's name, where another one binds it. */
const MAIN = "heliograph";

/** Consumes queues as an operator's own Worker would: hands each message on. */
const COLLECTOR = `
export default {
  async queue(batch, env) {
    for (const message of batch.messages) {
      await fetch(env.COLLECTOR, { method: "POST", headers: { "x-queue": batch.queue }, body: message.body });
    }
  },
};`;

/** Another Worker of the team's. */
const SERVICE = `
export default {
  async fetch(request) {
    const id = request.headers.get("webhook-id");
    console.log(JSON.stringify({ event: "service", id, method: request.method, body: await request.text() }));
    return new Response("taken");
  },
};`;

/** Puts a message on a queue from outside, as any Worker with a binding to it may. */
const PRODUCER = `
export default {
  async fetch(request, env) {
    const queue = env[request.headers.get("x-queue")];
    await queue.send(await request.text(), { contentType: "text" });
    return new Response("sent");
  },
};`;

/** Keeps what the simulators have to say: where they have put an e-mail. */
class Kept extends Log {
  readonly #lines: string[];

  constructor(lines: string[]) {
    super(LogLevel.INFO);
    this.#lines = lines;
  }

  override logWithLevel(_: LogLevel, message: string) {
    this.#lines.push(message);
  }
}

export function newSecrets(webhookSecrets: string[] = []): Secrets {
  return {
    ROOT_KEY: `root-${randomBytes(16).toString("hex")}`,
    URL_SIGNING_KEY: randomBytes(32).toString("hex"),
    SEALING_KEY: randomBytes(32).toString("hex"),
    WEBHOOK_SECRETS: JSON.stringify(webhookSecrets),
  };
}

/** The runtime processes of the stacks that this process has started. */
export function workerds() {
  const ours = execFileSync("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)], { encoding: "utf8" });
  const lines = ours.split("\n").filter((line) => line.includes("workerd"));
  return lines.map((line) => Number.parseInt(line, 10));
}

/** Ends them without a word. Says how many there were. */
export function killWorkerd() {
  const all = workerds();
  for (const pid of all) process.kill(pid, "SIGKILL");
  return all.length;
}

export async function startStack(options: Options = {}) {
  const secrets = options.secrets ?? newSecrets(options.webhookSecrets);
  const offline = options.offline === true ? () => new Response("ok") : options.offline;
  const lines: string[] = [];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: options.port ?? 0,
      cf: false,
      log: options.email ? new Kept(lines) : new Log(LogLevel.ERROR),
      handleStructuredLogs: ({ message }) => lines.push(message),
      ...(options.persist ? { resourcePersistencePath: options.persist } : {}),
      workers: [
        {
          ...heliograph(options, secrets),
          ...(offline
            ? { outboundService: (request: { url: string }) => offline(new URL(request.url)) }
            : {}),
        },
        ...helpers(options),
      ],
    }),
  );
  const base = (await miniflare.ready).origin;

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const init: RequestInit = {
      method,
      headers: { authorization: `Bearer ${secrets.ROOT_KEY}`, ...headers },
    };
    if (Buffer.isBuffer(body)) init.body = new Uint8Array(body);
    else if (body !== undefined) init.body = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(base + path, init);
    const { status, headers: received } = response;
    return { ...JSON.parse(await response.text()), status, headers: received } as Answer;
  }

  return {
    base,
    secrets,
    rootKey: secrets.ROOT_KEY,
    call,
    /** Creates a subscription and fails the test where that does not work. */
    async subscribe(destination: string, settings: Record<string, unknown> = {}) {
      const created = await call("POST", "/v1/webhooks", { destination, ...settings });
      if (created.status !== 200) throw new Error(`subscription refused: ${created.error}`);
      return created.data as Row & { id: string; hmac_key: string; signing_secret: string };
    },
    /** Deletes every subscription. */
    async unsubscribe() {
      const { data } = await call("GET", "/v1/webhooks");
      for (const { id } of data as unknown as { id: string }[]) await call("DELETE", `/v1/webhooks/${id}`);
    },
    send: (events: unknown) => call("POST", "/v1/events", events),
    /** A delivery as the log has it, once its state is this one. */
    async delivery(id: unknown, state: string, seconds = 20) {
      const deadline = Date.now() + seconds * 1000;
      for (;;) {
        const { data } = await call("GET", `/v1/deliveries/${id}`);
        if (data?.["state"] === state) return data as Row & { attempts: Row[] };
        if (Date.now() > deadline) throw new Error(`${id} is ${data?.["state"]} and not ${state}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    /** Puts a message on a queue: that of deliveries, that of the receiver's inbox, or the latter's dead letters. */
    async enqueue(message: string, queue: "EXPRESS" | "INBOX" | "INBOX_DEAD" = "EXPRESS") {
      const producer = await miniflare.getWorker("producer");
      const headers = { "x-queue": queue };
      await producer.fetch("http://producer/", { method: "POST", body: message, headers });
    },
    /** What the cron trigger does: the reconciler, and the alerts. */
    async reconcile() {
      const worker = await miniflare.getWorker();
      const { outcome } = await worker.scheduled({ cron: "*/5 * * * *" });
      if (outcome !== "ok") throw new Error(`the reconciler came to ${outcome}`);
    },
    /** The bucket behind the Worker: what a lifecycle rule removes, a test removes here. */
    bucket: () => miniflare.getR2Bucket("ARCHIVE"),
    /** Asks the history of a day, as the Worker does: a command, and bodies for it. Answers the rows with their indexes. */
    async history(name: string, command: unknown, bodies: string[] = []) {
      const namespace = await miniflare.getDurableObjectNamespace("HISTORY");
      const stub = namespace.get(namespace.idFromName(name));
      const body = [JSON.stringify(command), ...bodies].join("\n");
      const response = await stub.fetch("http://history/", { method: "POST", body });
      if (response.status !== 200) throw new Error(`the history answered ${response.status}`);
      const [head, ...indexes] = (await response.text()).split("\n");
      const page = JSON.parse(head ?? "") as { rows: Row[]; more: boolean };
      const rows = page.rows.map((row, at): Row & { index: Row } => ({
        ...row,
        index: JSON.parse(indexes[at] ?? ""),
      }));
      return { rows, more: page.more };
    },
    /** Asks the other Worker, which has this one bound. */
    async ask(init: { method: string; body: string; headers: Record<string, string> }) {
      const caller = await miniflare.getWorker("caller");
      const response = await caller.fetch("http://caller/", init);
      return { status: response.status, text: await response.text() };
    },
    /** Asks the receiver's insights, as its consumer does. */
    async insights(command: unknown) {
      const namespace = await miniflare.getDurableObjectNamespace("INSIGHTS");
      const stub = namespace.get(namespace.idFromName("insights"));
      const response = await stub.fetch("http://insights/", {
        method: "POST",
        body: JSON.stringify(command),
      });
      return { ...(JSON.parse(await response.text()) as Answer), status: response.status };
    },
    /** Everything that was logged, line by line. */
    logs: () => lines,
    /** Its lines of this event. */
    logged: (event: string) =>
      lines
        .filter((line) => line.startsWith("{") && line.includes(`"${event}"`))
        .map((line) => JSON.parse(line) as Row)
        .filter((line) => line["event"] === event),
    /** Ends the stack, and fails the test where something was logged that is nobody's business. */
    async stop() {
      await miniflare.dispose();
      const forbidden = [
        CANARY,
        "whsec_",
        "signature=",
        ...Object.values(secrets).filter((secret) => secret.length > 8),
      ];
      const leak = lines.find((line) => forbidden.some((text) => line.includes(text)));
      if (leak) throw new Error(`a log line holds what none may: ${leak}`);
    },
  };
}

/** The Worker as wrangler.toml describes it, without consuming what somebody else collects and without what it shall lack. */
function heliograph(options: Options, secrets: Secrets) {
  const { collect, unconsumed = [], without = [] } = options;
  const config = at("wrangler.toml");
  const { modulesRules: _, ...worker } = unstable_getMiniflareWorkerOptions(config).workerOptions;
  const consumers = Object.entries(worker.queueConsumers ?? {}).filter(
    ([queue]) => !collect?.queues.includes(queue) && !unconsumed.includes(queue),
  );
  // Wrangler's type for the bindings says less than what Miniflare takes.
  const bound = worker as {
    durableObjects?: Record<string, string>;
    r2Buckets?: Record<string, string>;
    queueProducers?: Record<string, string>;
    ratelimits?: Record<string, { simple: { limit: number; period: number } }>;
  };
  const limits = Object.entries(bound.ratelimits ?? {}).map(([name, { simple, ...more }]) => [
    name,
    { ...more, simple: { ...simple, limit: options.limits?.[name] ?? simple.limit } },
  ]);
  const there = <T>(bindings: Record<string, T> = {}) =>
    Object.fromEntries(Object.entries(bindings).filter(([name]) => !without.includes(name)));
  return {
    ...worker,
    queueConsumers: Object.fromEntries(consumers),
    ...(options.caller ? { name: MAIN } : {}),
    ...(options.service ? { serviceBindings: { [options.service]: "service" } } : {}),
    ...(options.email ? { email: { send_email: [{ name: options.email }] } } : {}),
    ...(options.analytics ? { analyticsEngineDatasets: { ANALYTICS: { dataset: "heliograph" } } } : {}),
    ...(options.kv ? { kvNamespaces: { SUBSCRIPTIONS: remote(options.kv) } } : {}),
    durableObjects: there(bound.durableObjects),
    r2Buckets: there(bound.r2Buckets),
    queueProducers: there(bound.queueProducers),
    ratelimits: Object.fromEntries(limits),
    // From the file and from the test, and nothing from .dev.vars, which wrangler would add.
    bindings: {
      ...unstable_readConfig({ config }).vars,
      ALLOW_INSECURE_DESTINATIONS: "true",
      ...secrets,
      ...options.vars,
    },
    modules: [
      ...(options.around ? [{ type: "ESModule" as const, path: "around.js", contents: options.around }] : []),
      { type: "ESModule" as const, path: "index.js", contents: readFileSync(at("build/index.js"), "utf8") },
      {
        type: "CompiledWasm" as const,
        path: "index_bg.wasm",
        contents: new Uint8Array(readFileSync(at("build/index_bg.wasm"))),
      },
    ],
  };
}

/** A namespace over Miniflare's way to bindings elsewhere: workerd's own KV client, its requests passed on to a URL. */
function remote(url: string) {
  return { id: "heliograph-subscriptions", remoteProxyConnectionString: new URL(url) as never };
}

function helpers(options: Options) {
  const compatibilityDate = "2026-11-01";
  const producer = {
    name: "producer",
    compatibilityDate,
    modules: [{ type: "ESModule" as const, path: "index.js", contents: PRODUCER }],
    queueProducers: {
      EXPRESS: "heliograph-express",
      INBOX: "heliograph-inbox",
      INBOX_DEAD: "heliograph-inbox-dead",
    },
  };
  const service = {
    name: "service",
    compatibilityDate,
    modules: [{ type: "ESModule" as const, path: "index.js", contents: SERVICE }],
  };
  const caller = {
    name: "caller",
    compatibilityDate,
    modules: [{ type: "ESModule" as const, path: "index.js", contents: options.caller ?? "" }],
    serviceBindings: { HELIOGRAPH: MAIN },
  };
  const others = [producer, ...(options.service ? [service] : []), ...(options.caller ? [caller] : [])];
  if (!options.collect) return others;
  const consumer = { maxBatchTimeout: 0 };
  const collector = {
    name: "collector",
    compatibilityDate,
    modules: [{ type: "ESModule" as const, path: "index.js", contents: COLLECTOR }],
    bindings: { COLLECTOR: options.collect.url },
    queueConsumers: Object.fromEntries(options.collect.queues.map((queue) => [queue, consumer])),
  };
  return [...others, collector];
}
