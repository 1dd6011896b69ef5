// The programs of docs/MIGRATING-FROM-HELICONE.md, run as they stand there. What they read is another org of this
// deployment, whose API has Helicone's shapes.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { at, modernNode } from "../../scripts/lib/paths.mjs";
import { AWKWARD, completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const REQUESTS = 150;
const PAGE = readFileSync(at("docs", "MIGRATING-FROM-HELICONE.md"), "utf8");

let stack: Stack;
let folder: string;
let old: { authorization: string };

beforeAll(async () => {
  stack = await startStack();
  folder = mkdtempSync(join(tmpdir(), "migrating-"));
  for (const [, title = "", text = ""] of PAGE.matchAll(/^```js title="([^"]+)"\n([\s\S]*?)^```$/gm))
    writeFileSync(join(folder, title), text);
  await stack.call("POST", "/v1/orgs", { id: "helicone", name: "the old one" });
  const scopes = ["events:write", "webhooks:read", "webhooks:write", "requests:read", "scores:write"];
  const { data } = await stack.call("POST", "/v1/keys", { name: "old", org: "helicone", scopes });
  old = { authorization: `Bearer ${data["key"]}` };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stack?.stop();
});

async function program(file: string, ...args: string[]) {
  const env = {
    ...process.env,
    HELICONE: stack.base,
    HELICONE_API_KEY: old.authorization.replace("Bearer ", ""),
    HELIOGRAPH: stack.base,
    HELIOGRAPH_KEY: stack.rootKey,
  };
  const { stdout } = await promisify(execFile)(modernNode, [join(folder, file), ...args], { env });
  return stdout.trim().split("\n");
}

it("copies webhooks, paused and once", async () => {
  const webhook = {
    destination: "http://127.0.0.1:9/hook",
    includeData: false,
    config: { sampleRate: 12.5, propertyFilters: [{ key: "environment", value: "production" }] },
  };
  const created = await stack.call("POST", "/v1/webhooks", webhook, old);
  const [line = ""] = await program("copy-webhooks.mjs");
  expect(await program("copy-webhooks.mjs")).toEqual([line]);
  const [from, to, destination] = line.split(" ");
  expect([from, destination]).toEqual([created.data["id"], webhook.destination]);
  const { data } = await stack.call("GET", "/v1/webhooks");
  expect(data).toEqual([
    expect.objectContaining({
      id: to,
      status: "paused",
      sampleRate: 12.5,
      propertyFilters: webhook.config.propertyFilters,
      includeData: false,
      eventTypes: ["request.completed", "request.failed"],
    }),
  ]);
  await stack.unsubscribe();
});

it("imports requests with bodies and scores, each once however often it is run", async () => {
  for (const headers of [old, {}]) await stack.call("PATCH", "/v1/settings", { retain: "all" }, headers);
  const begin = Date.parse("2026-11-20T23:59:59.500Z");
  // Some in one millisecond, more than a page of them.
  const made = (number: number) => new Date(begin + Math.max(0, number - 105) * 10).toISOString();
  const events = Array.from({ length: REQUESTS }, (_, number) =>
    completed({
      request_id: `request-${number}`,
      created_at: made(number),
      request: { model: "gpt-4o", prompt: `${number} ${AWKWARD}` },
      ...(number === 7 ? { type: "request.failed", status: 503, cost: undefined } : {}),
    }),
  );
  await stack.call("POST", "/v1/events", events, old);
  const scores = { accuracy: 95, checked: true };
  await stack.call("POST", "/v1/request/request-3/score", { scores }, old);

  const range = ["2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z"];
  const said = await program("import-requests.mjs", ...range);
  expect(said.join("\n")).not.toMatch(/request-\d+: /);
  await program("import-requests.mjs", ...range);

  const query = { filter: "all", limit: 1000, sort: { created_at: "asc" } };
  const rows = async (headers: Record<string, string>) => {
    const { data } = await stack.call("POST", "/v1/request/query", query, headers);
    return (data as unknown as Row[])
      .map(({ signed_body_url: _, cursor: __, cost_status: ___, ...row }) => row)
      .sort((one, other) => String(one["request_id"]).localeCompare(String(other["request_id"])));
  };
  const imported = await rows({});
  expect(imported).toHaveLength(REQUESTS);
  expect(imported).toEqual(await rows(old));
  expect(imported.find((row) => row["request_id"] === "request-3")).toMatchObject({
    scores: { accuracy: 95, "checked-hcone-bool": 1 },
  });
  expect(imported.find((row) => row["request_id"] === "request-7")).toMatchObject({
    event_type: "request.failed",
    response_status: 503,
  });
  const { data } = await stack.call("GET", "/v1/request/request-9?includeBody=true");
  expect(data).toMatchObject({
    request_body: { prompt: `9 ${AWKWARD}` },
    response_body: events[9]?.["response"],
  });
});
