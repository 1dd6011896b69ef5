// wrangler.toml: each environment has what its role names in the sources, and nothing else; and wrangler takes all of them.
import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import { at } from "./support/checkout.ts";

// A call of wrangler takes a second, and a busy machine's takes five.
vi.setConfig({ testTimeout: 300_000 });

/** What wrangler reads, as far as it is looked at here: its own type for it is lost in its declarations. */
type Config = {
  name: string;
  vars: Record<string, string>;
  kv_namespaces: { binding: string; id: string; preview_id: string }[];
  r2_buckets: { binding: string; bucket_name: string }[];
  durable_objects: { bindings: { name: string; class_name: string }[] };
  ratelimits: { name: string; namespace_id: string; simple: { limit: number; period: number } }[];
  queues: {
    producers: { binding: string; queue: string }[];
    consumers: { queue: string; dead_letter_queue?: string }[];
  };
  assets: { binding: string };
  triggers: { crons: string[] };
  migrations: { tag: string; new_sqlite_classes: string[] }[];
};

const read = (env?: "dispatcher" | "receiver"): Config =>
  readConfig({ config: at("wrangler.toml"), ...(env ? { env } : {}) }, { hideWarnings: true });

const [both, dispatcher, receiver] = [read(), read("dispatcher"), read("receiver")];

/** What a Worker sees of its bindings, without the names of what is behind them. */
function bindings(config: Config): Record<string, string> {
  const limit = ({ simple }: Config["ratelimits"][number]) => `limit ${simple.limit}/${simple.period}`;
  return Object.fromEntries([
    ...config.kv_namespaces.map(({ binding }) => [binding, "kv"]),
    ...config.r2_buckets.map(({ binding }) => [binding, "r2"]),
    ...config.durable_objects.bindings.map(({ name, class_name }) => [name, class_name]),
    ...config.ratelimits.map((rate) => [rate.name, limit(rate)]),
    ...config.queues.producers.map(({ binding, queue }) => [binding, `queue ${kind(queue)}`]),
    [config.assets.binding, "assets"],
  ]);
}

/** What the Worker knows a queue by. */
const kind = (queue = "") => /-((express|slow|inbox)(-dead)?)$/.exec(queue)?.[1] ?? queue;

/** The bindings whose names stand in a folder of the sources. */
function named(folder: string) {
  const files = readdirSync(at(`src/${folder}`), { recursive: true, encoding: "utf8" });
  const text = files
    .filter((file) => file.endsWith(".rs"))
    .map((file) => readFileSync(at(`src/${folder}/${file}`), "utf8"));
  const names = Object.keys(bindings(both));
  return names.filter((name) =>
    text.some((source) => source.includes(`: &str = "${name}"`) || source.includes(`=> "${name}"`)),
  );
}

it("have the bindings that their role names, and nothing else", () => {
  // Where API keys and subscriptions are is the dispatcher's; edge/ holds the calls, since more than one room of it makes them.
  const shared = ["ARCHIVE", "LOGIN", "ASSETS"];
  const of = {
    dispatcher: [...named("dispatcher"), "SUBSCRIPTIONS", "REGISTRY", ...shared],
    receiver: [...named("receiver"), ...shared],
  };
  expect(named("dispatcher")).toEqual(expect.arrayContaining(["EXPRESS", "SLOW", "LEDGER", "HISTORY"]));
  expect(named("receiver")).toEqual(expect.arrayContaining(["INBOX", "INBOX_STATE", "DOOR"]));
  const expected = (names: string[]) =>
    Object.fromEntries(Object.entries(bindings(both)).filter(([name]) => names.includes(name)));
  expect(bindings(dispatcher)).toEqual(expected(of.dispatcher));
  expect(bindings(receiver)).toEqual(expected(of.receiver));
  expect({ ...bindings(dispatcher), ...bindings(receiver) }).toEqual(bindings(both));
  expect([dispatcher.vars["ROLES"], receiver.vars["ROLES"]]).toEqual(["dispatcher", "receiver"]);
});

it("consume the queues of their role as the Worker of both roles does", () => {
  const consumers = (config: Config) =>
    config.queues.consumers.map(({ queue, dead_letter_queue, ...settings }) => ({
      ...settings,
      queue: kind(queue),
      dead: dead_letter_queue && kind(dead_letter_queue),
    }));
  const of = (role: RegExp) => consumers(both).filter(({ queue }) => role.test(queue));
  expect(consumers(dispatcher)).toEqual(of(/express|slow/));
  expect(consumers(receiver)).toEqual(of(/inbox/));
  expect(dispatcher.triggers).toEqual(both.triggers);
  expect(receiver.triggers).toEqual({ crons: [] });
});

it("share nothing with one another", () => {
  const names = (config: Config) => [
    config.name,
    ...config.kv_namespaces.flatMap(({ id, preview_id }) =>
      [id, preview_id].filter((one, at, all) => all.indexOf(one) === at),
    ),
    ...config.r2_buckets.map(({ bucket_name }) => bucket_name),
    ...config.queues.consumers.map(({ queue }) => queue),
    ...config.ratelimits.map(({ namespace_id }) => namespace_id),
  ];
  const all = [both, dispatcher, receiver].flatMap(names);
  expect(all.length).toBe(new Set(all).size);
});

it("have one list of migrations, which makes each class that is bound", () => {
  expect(dispatcher.migrations).toEqual(both.migrations);
  expect(receiver.migrations).toEqual(both.migrations);
  const made = both.migrations.flatMap((migration) => migration.new_sqlite_classes);
  expect([...made].sort()).toEqual(both.durable_objects.bindings.map(({ class_name }) => class_name).sort());
});

it("are deployed as far as wrangler goes without an account", async () => {
  // With the Worker that was built for the tests, whatever it was built of.
  const folder = mkdtempSync(join(tmpdir(), "heliograph-deploy-"));
  try {
    const config = join(folder, "wrangler.toml");
    copyFileSync(at("wrangler.toml"), config);
    const text = readFileSync(config, "utf8");
    const unbuilt = text.replace('command = "node scripts/build.mjs"', 'command = "true"');
    expect(unbuilt).not.toBe(text);
    writeFileSync(config, unbuilt);
    for (const name of ["build", "public", "src", "web"]) symlinkSync(at(name), join(folder, name));
    const shown = await Promise.all(
      [both, dispatcher, receiver].map((_, at) =>
        deploy(config, ["both", "dispatcher", "receiver"][at] ?? ""),
      ),
    );
    for (const [at, config] of [both, dispatcher, receiver].entries()) {
      const bound = [...(shown[at] ?? "").matchAll(/^env\.([A-Z_]+) /gm)].map(([, name]) => name);
      expect(bound.sort()).toEqual([...Object.keys(bindings(config)), ...Object.keys(config.vars)].sort());
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** `npm run deploy -- --dry-run` of an environment: what it says. */
function deploy(config: string, env: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = [at("scripts/cloud/deploy.mjs"), "--config", config, "--env", env, "--dry-run"];
    const options = { env: { ...process.env, HELIOGRAPH_SETUP: "done", WRANGLER_LOG: "log" } };
    execFile(process.execPath, args, options, (error, out, err) => {
      if (error) reject(new Error(`${env}: ${out}${err}`));
      else resolve(out);
    });
  });
}

it("are not deployed before they were set up", async () => {
  const refused = new Promise((resolve) => {
    const options = { env: { ...process.env, HELIOGRAPH_SETUP: "done", WORKERS_CI: "" } };
    const args = [at("scripts/cloud/deploy.mjs"), "--env", "dispatcher"];
    execFile(process.execPath, args, options, (error, _out, err) => resolve({ failed: error !== null, err }));
  });
  const why = expect.stringContaining("npm run cloud:setup -- --env dispatcher");
  expect(await refused).toEqual({ failed: true, err: why });
});
