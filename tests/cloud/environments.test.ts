// wrangler.toml: each environment has what its role names in the sources, and nothing else.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { at } from "./support/checkout.ts";
import { bindings, type Config, kind, read } from "./support/config.ts";

const [both, dispatcher, receiver] = [read(), read("dispatcher"), read("receiver")];

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
