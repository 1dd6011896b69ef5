// `npm run cloud:setup`: wrangler's calls as they arrive at an account.
import { expect, vi } from "vitest";
import { parseDevVars } from "../../scripts/lib/dev-vars.mjs";
import { it } from "./support/test.ts";

// A call of wrangler takes a second, and a busy machine's takes five.
vi.setConfig({ testTimeout: 300_000 });

it("makes what is missing, writes down the id and the secrets, and changes nothing the second time", async ({
  account,
  checkout,
}) => {
  const before = checkout.config();
  const first = await checkout.run("setup", "--env", "dispatcher");
  expect(first, first.text).toMatchObject({ code: 0 });
  const archive = "/r2/buckets/heliograph-dispatcher-archive";
  const secrets = "/workers/scripts/heliograph-dispatcher/secrets-bulk ROOT_KEY,SEALING_KEY,URL_SIGNING_KEY";
  expect(account.changes()).toEqual([
    "POST /queues heliograph-dispatcher-express-dead",
    "POST /queues heliograph-dispatcher-slow-dead",
    "POST /queues heliograph-dispatcher-express",
    "POST /queues heliograph-dispatcher-slow",
    "POST /r2/buckets heliograph-dispatcher-archive",
    `PUT ${archive}/lifecycle archive/=31`,
    `PUT ${archive}/lifecycle archive/=31,poison/=31`,
    `PUT ${archive}/lifecycle archive/=31,poison/=31,probes/=1`,
    "POST /storage/kv/namespaces heliograph-dispatcher-subscriptions",
    `PATCH ${secrets}`,
    // The Worker is not there yet: an empty one is made for them.
    "PUT /workers/scripts/heliograph-dispatcher",
    `PATCH ${secrets}`,
  ]);

  const title = "heliograph-dispatcher-subscriptions";
  const changed = checkout.config();
  const id = account.namespaces[0]?.id;
  expect(changed).toBe(before.replace(`", id = "${title}"`, `", id = "${id}"`));
  expect(changed).not.toBe(before);

  const kept = checkout.secrets("heliograph-dispatcher");
  expect(kept?.mode).toBe(0o600);
  const set = account.workers.get("heliograph-dispatcher") ?? {};
  expect(parseDevVars(kept?.text ?? "")).toEqual(set);
  expect(set["SEALING_KEY"]).toMatch(/^[0-9a-f]{64}$/);
  for (const secret of Object.values(set)) expect(first.text).not.toContain(secret);

  const second = await checkout.run("setup", "--env", "dispatcher");
  expect(second.text).toContain("nothing is missing");
  expect(account.changes()).toEqual([]);
  expect(checkout.config()).toBe(changed);
  expect(checkout.secrets("heliograph-dispatcher")).toEqual(kept);
});

it("only says what it would do with --dry-run", async ({ account, checkout }) => {
  account.addQueue("heliograph-inbox-dead");
  const before = checkout.config();
  const { code, text } = await checkout.run("setup", "--dry-run");
  expect(code, text).toBe(0);
  const lifecycle = "r2 bucket lifecycle add heliograph-archive";
  const steps = text.matchAll(/^would do: (.*)$/gm);
  expect([...steps].map(([, step]) => step)).toEqual([
    "wrangler queues create heliograph-express-dead",
    "wrangler queues create heliograph-slow-dead",
    "wrangler queues create heliograph-express",
    "wrangler queues create heliograph-slow",
    "wrangler queues create heliograph-inbox",
    "wrangler r2 bucket create heliograph-archive",
    `wrangler ${lifecycle} archive archive/ --expire-days 31 --force`,
    `wrangler ${lifecycle} poison poison/ --expire-days 31 --force`,
    `wrangler ${lifecycle} inbox inbox/ --expire-days 31 --force`,
    `wrangler ${lifecycle} reviews reviews/ --expire-days 92 --force`,
    `wrangler ${lifecycle} probes probes/ --expire-days 1 --force`,
    "wrangler kv namespace create heliograph-subscriptions, and its id into wrangler.toml",
    "wrangler secret bulk, with ROOT_KEY, SEALING_KEY, URL_SIGNING_KEY, WEBHOOK_SECRETS",
  ]);
  expect(account.changes()).toEqual([]);
  expect(checkout.config()).toBe(before);
  expect(checkout.secrets("heliograph")).toBeUndefined();
});

it("goes on where it failed, with the secrets that it had made", async ({ account, checkout }) => {
  account.breaks(({ method, path }) => method === "POST" && path === "/r2/buckets");
  const first = await checkout.run("setup", "--env", "receiver");
  expect(first.code).not.toBe(0);
  expect(first.text).toContain("wrangler r2 bucket create heliograph-receiver-archive failed");
  expect(account.changes().slice(0, 3)).toEqual([
    "POST /queues heliograph-receiver-inbox-dead",
    "POST /queues heliograph-receiver-inbox",
    "POST /r2/buckets heliograph-receiver-archive",
  ]);

  account.breaks(({ path }) => path.endsWith("/secrets-bulk"));
  const second = await checkout.run("setup", "--env", "receiver");
  expect(second.text).toContain("wrangler secret bulk failed");
  const [made, rules] = ["/r2/buckets", "/r2/buckets/heliograph-receiver-archive/lifecycle"];
  expect(account.changes().slice(0, 3)).toEqual([
    `POST ${made} heliograph-receiver-archive`,
    `PUT ${rules} inbox/=31`,
    `PUT ${rules} inbox/=31,reviews/=92`,
  ]);
  const secrets = parseDevVars(checkout.secrets("heliograph-receiver")?.text ?? "");
  expect(Object.keys(secrets)).toEqual(["ROOT_KEY", "SEALING_KEY", "WEBHOOK_SECRETS"]);

  account.breaks();
  const third = await checkout.run("setup", "--env", "receiver");
  expect(third, third.text).toMatchObject({ code: 0 });
  const kinds = new Set(account.changes().map((change) => change.split(" ")[1]));
  expect([...kinds].filter((path) => !path?.startsWith("/workers/scripts/heliograph-receiver"))).toEqual([]);
  expect(account.workers.get("heliograph-receiver")).toEqual(secrets);
  for (const secret of Object.values(secrets)) expect(second.text + third.text).not.toContain(secret);
});

it("says what it cannot find out, and stops", async ({ account, checkout }) => {
  account.breaks(({ path }) => path.startsWith("/storage/"));
  const { code, text } = await checkout.run("setup");
  expect(code).not.toBe(0);
  expect(text).toContain("wrangler kv namespace list failed");
  expect(account.changes()).toEqual([]);
});
