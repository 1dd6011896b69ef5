// An org's settings: shown, changed, and guarded by their revision.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "./support/stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack?.stop();
});

it("are the default ones until they are changed, and changed by merging", async () => {
  const before = await stack.call("GET", "/v1/settings");
  expect(before).toMatchObject({ status: 200, data: { retain: "matched", retentionDays: null } });
  expect(before.headers.get("etag")).toBe('"0"');
  const changed = await stack.call("PATCH", "/v1/settings", { retentionDays: 7 });
  expect(changed).toMatchObject({ status: 200, data: { retain: "matched", retentionDays: 7 } });
  expect(changed.headers.get("etag")).toBe('"1"');
  expect(await stack.call("GET", "/v1/settings")).toMatchObject({ data: { retentionDays: 7 } });
  await stack.call("PATCH", "/v1/settings", { retentionDays: null });
});

it("are changed at the revision that is named, or not at all", async () => {
  const revision = (await stack.call("GET", "/v1/settings")).headers.get("etag") ?? "";
  const headers = { "if-match": revision };
  const first = await stack.call("PATCH", "/v1/settings", { retain: "all" }, headers);
  expect(first.status).toBe(200);
  const second = await stack.call("PATCH", "/v1/settings", { retain: "none" }, headers);
  expect(second).toMatchObject({ status: 412, error: expect.stringContaining("changed by somebody else") });
  expect(await stack.call("PATCH", "/v1/settings", { retain: null })).toMatchObject({
    data: { retain: "matched" },
  });
});

it("of many who change them at once, each is heard", async () => {
  const changes = Array.from({ length: 4 }, (_, at) =>
    stack.call("PATCH", "/v1/settings", { retentionDays: at + 1 }),
  );
  expect((await Promise.all(changes)).map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
});

it("names what is wrong", async () => {
  expect(await stack.call("PATCH", "/v1/settings", { retain: "some" })).toMatchObject({
    status: 400,
    field: "retain",
    error: "retain: must be one of: none, matched, all",
  });
});
