// What the scripts make of what they read, without an account.
import { expect, it } from "vitest";
import { type Found, lifecycle, table } from "../../scripts/lib/cloud/found.mjs";
import { removalPlan, setUpPlan } from "../../scripts/lib/cloud/plan.mjs";
import { targetOf } from "../../scripts/lib/cloud/target.mjs";
import { withId } from "../../scripts/lib/cloud/write-id.mjs";

const ID = "0123456789abcdef0123456789abcdef";
const OTHER = "fedcba9876543210fedcba9876543210";
const CONFIG = {
  name: "w",
  vars: { ROLES: "dispatcher" },
  kv_namespaces: [{ id: ID, preview_id: "w-subscriptions" }],
  r2_buckets: [{ bucket_name: "w-archive" }],
  queues: {},
};
const THERE: Found = {
  queues: {},
  namespaces: [{ id: ID, title: "w-subscriptions" }],
  buckets: {
    "w-archive": [
      { prefix: "archive/", days: 31 },
      { prefix: "poison/", days: 31 },
      { prefix: "probes/", days: 1 },
    ],
  },
  secrets: ["ROOT_KEY", "SEALING_KEY", "URL_SIGNING_KEY"],
};
const plan = (config: Partial<typeof CONFIG>, found: Partial<Found> = {}) =>
  setUpPlan(targetOf({ ...CONFIG, ...config }), { ...THERE, ...found });

it("nothing is done where everything is there", () => {
  expect(plan({})).toEqual({ steps: [], notes: [] });
});

it("rules follow the settings, are never shorter than retries need, and those of somebody else stay", () => {
  const days = (vars: Record<string, string>) =>
    targetOf({ ...CONFIG, vars }).rules.map((rule) => [rule.prefix, rule.days]);
  expect(days({ ROLES: "dispatcher", RETENTION_DAYS: "2" })).toEqual([
    ["archive/", 5],
    ["poison/", 3],
    ["probes/", 1],
  ]);
  expect(days({ ROLES: "receiver", RETENTION_DAYS: "2", REVIEW_DAYS: "10" })).toEqual([
    ["inbox/", 9],
    ["reviews/", 12],
    ["probes/", 1],
  ]);
  const vars = { ROLES: "dispatcher", RETENTION_DAYS: "60" };
  const { steps, notes } = plan({ vars }, { buckets: { "w-archive": [{ prefix: "archive/", days: 31 }] } });
  expect(steps.map((step) => step.kind === "call" && step.args.slice(5, 7))).toEqual([
    ["poison", "poison/"],
    ["probes", "probes/"],
  ]);
  expect(notes).toEqual([
    "w-archive: archive/ is deleted after 31 days; by the settings it is needed for 61.",
  ]);
});

it("an id of another account gives way to that of the namespace of this name", () => {
  const found = { namespaces: [{ id: OTHER, title: "w-subscriptions" }] };
  expect(plan({}, found).steps).toEqual([{ kind: "id", title: "w-subscriptions", from: ID, to: OTHER }]);
  // One that the operator has bound by its id is left alone, whatever it is called.
  expect(plan({}, { namespaces: [{ id: ID, title: "older" }] }).steps).toEqual([]);
  expect(plan({ kv_namespaces: [{ id: OTHER, preview_id: "" }] }).steps).toEqual([]);
});

it("what is removed leaves its placeholder", () => {
  const steps = removalPlan(targetOf(CONFIG), { ...THERE, buckets: {}, secrets: undefined }).steps;
  expect(steps).toEqual([
    { kind: "call", args: ["kv", "namespace", "delete", "--namespace-id", ID, "--skip-confirmation"] },
    { kind: "id", title: "w-subscriptions", from: ID, to: "w-subscriptions" },
  ]);
});

it("an id is written where it stands once, and comments stay", () => {
  const text = `# id = "w"\n[[kv_namespaces]]\nid = "w" # ours\npreview_id = "w"\n`;
  expect(withId(text, "w", ID)).toBe(
    `# id = "w"\n[[kv_namespaces]]\nid = "${ID}" # ours\npreview_id = "w"\n`,
  );
  expect(withId(`x = [{ binding = "S", id = "w", preview_id = "w" }]`, "w", ID)).toBe(
    `x = [{ binding = "S", id = "${ID}", preview_id = "w" }]`,
  );
  expect(withId(text, "v", ID)).toBeUndefined();
  expect(withId(`${text}id = "w"\n`, "w", ID)).toBeUndefined();
});

it("wrangler's lists are read by their columns and fields", () => {
  const lines = [
    "┌──┬──┐",
    "│ id │ name │ consumers │",
    "├──┼──┤",
    "│ 1 │ a-dead │ 0 │",
    "│ 2 │ a │ 1 │",
    "└──┴──┘",
  ];
  expect(table(lines.join("\n"), ["name", "consumers"])).toEqual([
    ["a-dead", "0"],
    ["a", "1"],
  ]);
  expect(table("", ["name"])).toEqual([]);
  expect(() => table(lines.join("\n"), ["title"])).toThrow("title");
  const rule = (name: string, action: string, enabled = "Yes") =>
    `name:     ${name}\nenabled:  ${enabled}\nprefix:   ${name}/\naction:   ${action}\n`;
  const rules = [
    rule("archive", "Expire objects after 31 days"),
    rule("dated", "Expire objects on 2027-01-01"),
    rule("off", "Expire objects after 1 day", "No"),
    rule("moved", "Transition to Infrequent Access after 30 days"),
  ];
  expect(lifecycle(`Listing lifecycle rules for bucket 'b'...\n${rules.join("\n")}`)).toEqual([
    { prefix: "archive/", days: 31 },
    { prefix: "dated/", days: undefined },
  ]);
});
