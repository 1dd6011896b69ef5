// `heliograph doctor` and what it asks: a deployment that is well, and one that lacks something.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildCli, Run } from "./support/cli.ts";
import { newSecret } from "./support/sign.ts";
import { newSecrets, type Stack, startStack } from "./support/stack.ts";

type Finding = { check: string; result: "ok" | "failed" | "skipped"; said: string };

const SECRET = newSecret();
let stack: Stack | undefined;

beforeAll(buildCli, 600_000);
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
});

async function doctor(at: Stack, args: string[] = [], env: Record<string, string> = {}) {
  const given = { HELIOGRAPH_URL: at.base, HELIOGRAPH_KEY: at.rootKey, HELIOGRAPH_SECRETS: SECRET, ...env };
  const run = new Run(["doctor", "--json", ...args], given);
  const { code, err } = await run.ended;
  const findings = run.lines() as Finding[];
  const of = (result: string) => findings.filter((finding) => finding.result === result);
  return { code, err, findings, failed: of("failed"), skipped: of("skipped"), text: run.out };
}

describe("of a deployment that is well", () => {
  it("finds nothing, tries the queues down to their dead letters, and leaves no webhook", async () => {
    stack = await startStack({ webhookSecrets: [SECRET] });
    const { code, err, failed, skipped, findings, text } = await doctor(stack, ["--dead-letters"]);
    expect({ code, err, failed, skipped }).toEqual({ code: 0, err: "", failed: [], skipped: [] });
    const checks = findings.map(({ check }) => check);
    const queues = ["express", "slow", "inbox"].flatMap((name) => [`queue ${name}`, `queue ${name}-dead`]);
    expect(checks).toEqual(expect.arrayContaining([...queues, "binding LEDGER", "clock", "signed URL"]));
    expect(findings.at(-1)).toMatchObject({ check: "round trip: handled", said: "log done, mine done" });
    expect((await stack.call("GET", "/v1/webhooks")).data).toEqual([]);
    expect(text).not.toMatch(/whsec_|signature=|root-/);
    // Probes are nobody's dead letters.
    expect(stack.logs().filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it("does without the round trip where no secret is known, and says so to people, too", async () => {
    stack = await startStack({ webhookSecrets: [SECRET] });
    const run = new Run(["doctor"], { HELIOGRAPH_URL: stack.base, HELIOGRAPH_KEY: stack.rootKey });
    const { code, out } = await run.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/^ok {7}address {28}http/);
    expect(out).toMatch(/^skipped {2}round trip +needs a secret of the receiver's/m);
    expect(out).toMatch(/\n\n\d+ ok, 0 failed, 2 skipped\n$/);
  });
});

describe("of a deployment that lacks something", () => {
  it("names a binding that is gone", async () => {
    stack = await startStack({ webhookSecrets: [SECRET], without: ["LEDGER", "SLOW"] });
    const { code, failed } = await doctor(stack);
    expect(code).toBe(1);
    const names = failed.map(({ check, said }) => `${check}: ${said}`);
    expect(names).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^binding LEDGER: .*is it bound/),
        expect.stringMatching(/^binding SLOW: .*missing/),
      ]),
    );
    expect(names.filter((name) => name.startsWith("binding"))).toHaveLength(2);
  });

  it("names the queue that nobody consumes", async () => {
    stack = await startStack({ webhookSecrets: [SECRET], unconsumed: ["heliograph-inbox"] });
    const { code, failed } = await doctor(stack, ["--wait", "3"]);
    expect(code).toBe(1);
    expect(failed.map(({ check }) => check)).toEqual(["queue inbox", "round trip: handled"]);
    expect(failed[0]?.said).toContain("is there a consumer for it");
  });

  it("names the key that is wrong: the caller's, and the receiver's", async () => {
    const secrets = newSecrets([SECRET]);
    stack = await startStack({ secrets });
    const refused = await doctor(stack, [], { HELIOGRAPH_KEY: "root-0" });
    expect(refused).toMatchObject({ code: 1, failed: [{ check: "key" }] });
    const issued = await stack.call("POST", "/v1/keys", { name: "k", scopes: ["webhooks:read"] });
    const scoped = await doctor(stack, [], { HELIOGRAPH_KEY: String(issued.data["key"]) });
    expect(scoped.failed).toEqual([
      expect.objectContaining({ check: "key", said: expect.stringContaining("root key") }),
    ]);
    const other = await doctor(stack, ["--secret", newSecret()]);
    expect(other.failed).toEqual([
      expect.objectContaining({
        check: "round trip: delivered",
        said: expect.stringContaining("WEBHOOK_SECRETS"),
      }),
    ]);
    expect(other.text).not.toContain("whsec_");
  });

  it("names the key that secrets are sealed with, where it is another one than then", async () => {
    const persist = mkdtempSync(join(tmpdir(), "heliograph-doctor-"));
    const secrets = newSecrets([SECRET]);
    stack = await startStack({ secrets, persist });
    const headers = { "x-tenant": "acme" };
    const { id, signing_secret } = await stack.subscribe("http://127.0.0.1:9/", {
      status: "paused",
      headers,
    });
    await stack.stop();
    const changed = { ...secrets, SEALING_KEY: newSecrets().SEALING_KEY };
    stack = await startStack({ secrets: changed, persist });
    const { code, failed } = await doctor(stack);
    expect(code).toBe(1);
    expect(failed).toEqual([
      {
        check: "sealed secrets",
        result: "failed",
        said: expect.stringMatching(/^SEALING_KEY: .* 1 of 1 webhooks/),
      },
    ]);
    // The way out: its own secret sealed anew, and its headers given anew.
    const path = `/v1/webhooks/${id}`;
    const rotated = await stack.call("POST", `${path}/rotate`, { signing_secret, overlapSeconds: 0 });
    expect(rotated.status).toBe(200);
    expect(await stack.call("PATCH", path, { headers })).toMatchObject({ status: 500 });
    expect(await stack.call("PATCH", path, { headers: null })).toMatchObject({ status: 200 });
    expect(await stack.call("PATCH", path, { headers })).toMatchObject({ status: 200 });
    expect(await doctor(stack)).toMatchObject({ code: 0, failed: [] });
    await stack.stop();
    stack = undefined;
    rmSync(persist, { recursive: true, force: true });
  });

  it("names settings that are wrong, and an address that leads elsewhere", async () => {
    const broken = { ...newSecrets([]), WEBHOOK_SECRETS: "[]" };
    stack = await startStack({ secrets: broken, vars: { PUBLIC_URL: "http://127.0.0.1:9" } });
    const { code, failed } = await doctor(stack);
    expect(code).toBe(1);
    const checks = failed.map(({ check }) => check);
    expect(checks).toEqual(expect.arrayContaining(["WEBHOOK_SECRETS", "signed URL"]));
    expect(failed.find(({ check }) => check === "signed URL")?.said).toContain("PUBLIC_URL");
  });
});

describe("the calls behind it", () => {
  it("take the root key alone, and say which fields and ids there are", async () => {
    stack = await startStack();
    const key = (await stack.call("POST", "/v1/keys", { name: "k", scopes: ["webhooks:write"] })).data["key"];
    const as = { authorization: `Bearer ${key}` };
    expect((await stack.call("POST", "/v1/diagnosis", {}, as)).status).toBe(403);
    expect((await stack.call("GET", `/v1/diagnosis/${"0".repeat(32)}`, undefined, as)).status).toBe(403);
    expect(await stack.call("POST", "/v1/diagnosis", { deadletters: true })).toMatchObject({ status: 400 });
    const wrong = await stack.call("POST", "/v1/diagnosis", { deadLetters: "yes" });
    expect(wrong).toMatchObject({ status: 400, field: "deadLetters" });
    expect((await stack.call("GET", "/v1/diagnosis")).status).toBe(405);
    expect((await stack.call("GET", "/v1/diagnosis/..%2Farchive")).status).toBe(404);
    const never = await stack.call("GET", `/v1/diagnosis/${"0".repeat(32)}`);
    expect(never.data).toEqual({ arrived: [] });
  });
});
