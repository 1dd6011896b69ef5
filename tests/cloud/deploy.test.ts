// `npm run deploy`: what wrangler would upload, and what it does upload to an account.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Account, openAccount } from "./support/account.ts";
import { openCheckout } from "./support/checkout.ts";
import { bindings, read } from "./support/config.ts";

// A call of wrangler takes a second, and a busy machine's takes five.
vi.setConfig({ testTimeout: 300_000 });

let account: Account;
let checkout: ReturnType<typeof openCheckout>;

beforeEach(async () => {
  account = await openAccount();
});
afterEach(async () => {
  checkout.close();
  await account.close();
});

it("of each environment goes as far as wrangler goes without an account", async () => {
  checkout = openCheckout();
  for (const env of ["both", "dispatcher", "receiver"]) {
    const config = read(env === "both" ? undefined : env);
    const { code, text } = await checkout.run("deploy", "--env", env, "--dry-run");
    expect(code, text).toBe(0);
    const bound = [...text.matchAll(/^env\.([A-Z_]+) /gm)].map(([, name]) => name);
    expect(bound.sort(), env).toEqual([...Object.keys(bindings(config)), ...Object.keys(config.vars)].sort());
  }
});

it("is refused before it was set up", async () => {
  checkout = openCheckout(account.env);
  const why = expect.stringContaining("npm run cloud:setup -- --env dispatcher");
  expect(await checkout.run("deploy", "--env", "dispatcher")).toMatchObject({ code: 1, text: why });
  expect(account.changes()).toEqual([]);
});

it("makes what the button does not, and takes classes from the last migration on", async () => {
  checkout = openCheckout({ ...account.env, WORKERS_CI: "1" });
  account.addQueue("heliograph-receiver-inbox");
  account.buckets.set("heliograph-receiver-archive", { rules: [], full: false });
  account.workers.set("heliograph-receiver", {});
  const [before, last] = read("receiver").migrations.slice(-2);
  account.migrated(before?.tag ?? "");
  const { code, text } = await checkout.run("deploy", "--env", "receiver");
  expect(code, text).toBe(0);
  expect(account.changes()).toEqual([
    "POST /queues heliograph-receiver-inbox-dead",
    "PUT /r2/buckets/heliograph-receiver-archive/lifecycle inbox/=31",
    "PUT /r2/buckets/heliograph-receiver-archive/lifecycle inbox/=31,reviews/=92",
    "PUT /r2/buckets/heliograph-receiver-archive/lifecycle inbox/=31,reviews/=92,probes/=1",
    "POST /workers/scripts/heliograph-receiver/assets-upload-session",
    "PUT /workers/scripts/heliograph-receiver",
    "PATCH /workers/scripts/heliograph-receiver/script-settings",
    "POST /workers/scripts/heliograph-receiver/subdomain",
    "PUT /workers/scripts/heliograph-receiver/schedules",
    "POST /queues/queue-0-heliograph-receiver-inbox/consumers",
    "POST /queues/queue-1-heliograph-receiver-inbox-dead/consumers",
  ]);
  // No secrets, which are lost with the machine that makes them up there.
  expect(account.workers.get("heliograph-receiver")).toEqual({});
  expect(checkout.secrets("heliograph-receiver")).toBeUndefined();
  const { tag, ...step } = last ?? { tag: "" };
  const migrations = { old_tag: before?.tag, new_tag: tag, steps: [step] };
  expect(account.uploads[0]).toContain(`"migrations":${JSON.stringify(migrations)}`);
});
