// An upgrade and the way back, with whole Workers: today's on databases as the first version made them, and on databases that a later
// version has been at. (tests/native/schema.rs reads the rows that each version wrote.)
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { newSecrets, startStack } from "./support/stack.ts";

/** What each object's database has gained since its first version, undone; the objects are told apart by one of their tables. */
const FIRST: Record<string, string[]> = {
  api_keys: ["DROP TABLE untold", "DROP TABLE settings"],
  deliveries: ["ALTER TABLE open DROP COLUMN accepted", "DROP TABLE volumes"],
  segments: ["DROP TABLE requests", "DELETE FROM counters WHERE name = 'indexed'"],
};

const LATER = 99;
const secrets = newSecrets();
let persist: string;
let endpoint: Endpoint;
let webhook: string;
let first: string;

const start = () => startStack({ persist, secrets });

/** Opens the database of each object, none of which is running. Says how many there were of each kind. */
async function databases(work: (database: DatabaseSync, kind: string) => void) {
  const files = await readdir(persist, { recursive: true });
  const seen: Record<string, number> = {};
  for (const file of files.filter((name) => name.endsWith(".sqlite"))) {
    const database = new DatabaseSync(join(persist, file));
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const names = tables.map(({ name }) => String(name));
    const kind = Object.keys(FIRST).find((name) => names.includes(name) && names.includes("counters"));
    if (kind) {
      seen[kind] = (seen[kind] ?? 0) + 1;
      work(database, kind);
    }
    database.close();
  }
  return seen;
}

const version = (database: DatabaseSync) =>
  database.prepare("SELECT value FROM counters WHERE name = 'schema'").get()?.["value"];
const setVersion = (database: DatabaseSync, to: number) =>
  database.prepare("UPDATE counters SET value = ? WHERE name = 'schema'").run(to);

/** Sends an event until it is delivered, and sees what was there before. Answers the delivery's id. */
async function work(...before: string[]) {
  const stack = await start();
  if (!webhook) webhook = (await stack.subscribe(endpoint.url)).id;
  const known = await stack.call("GET", `/v1/webhooks/${webhook}/deliveries`);
  const ids = (known.data["deliveries"] as { id: string }[]).map(({ id }) => id);
  expect(ids).toEqual(before);
  const count = endpoint.received.length;
  expect(await stack.send(completed())).toMatchObject({ status: 202, data: { deliveries: 1 } });
  const id = String((await endpoint.until(count + 1))[count]?.headers["webhook-id"]);
  await stack.delivery(id, "delivered");
  const settings = await stack.call("PATCH", "/v1/settings", { retentionDays: 20 + before.length });
  expect(settings).toMatchObject({ status: 200 });
  const requests = await stack.call("POST", "/v1/request/query", { filter: "all" });
  expect(requests).toMatchObject({ status: 200 });
  expect((requests.data as unknown as unknown[]).length).toBe(before.length + 1);
  await stack.stop();
  return id;
}

beforeAll(async () => {
  persist = await mkdtemp(join(tmpdir(), "heliograph-"));
  endpoint = await startEndpoint();
  first = await work();
});
afterAll(async () => {
  await endpoint?.stop();
  await rm(persist, { recursive: true, force: true });
});

it("starts on the databases of the first version, and makes them today's", async () => {
  const newest = new Map<string, unknown>();
  const seen = await databases((database, kind) => {
    newest.set(kind, version(database));
    for (const statement of FIRST[kind] ?? []) database.exec(statement);
    setVersion(database, 1);
  });
  expect(seen).toEqual({ api_keys: 1, deliveries: 1, segments: 1 });
  await work(first);
  await databases((database, kind) => expect(version(database), kind).toBe(newest.get(kind)));
});

it("goes on with databases that a later version has added to, and leaves that alone", async () => {
  await databases((database) => {
    database.exec("CREATE TABLE later (body TEXT NOT NULL) STRICT");
    database.exec("INSERT INTO later VALUES ('kept')");
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .all();
    for (const { name } of tables) database.exec(`ALTER TABLE "${name}" ADD COLUMN later TEXT`);
    setVersion(database, LATER);
  });
  const stack = await start();
  const known = await stack.call("GET", `/v1/webhooks/${webhook}/deliveries`);
  const ids = (known.data["deliveries"] as { id: string }[]).map(({ id }) => id);
  await stack.stop();
  expect(ids).toHaveLength(2);
  await work(...ids);
  await databases((database, kind) => {
    expect(version(database), kind).toBe(LATER);
    expect(database.prepare("SELECT body FROM later").all()).toEqual([{ body: "kept" }]);
  });
});
