// The command line against a deployment: what it takes, sends, verifies, lists and imports, and how it ends.
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCli, Run } from "./support/cli.ts";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { newSecret, signed } from "./support/sign.ts";
import { type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
let endpoint: Endpoint;
let folder: string;

beforeAll(async () => {
  buildCli();
  folder = mkdtempSync(join(tmpdir(), "heliograph-cli-"));
  endpoint = await startEndpoint();
  stack = await startStack();
}, 600_000);
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const start = (args: string[], env: Record<string, string> = {}, input?: string) =>
  new Run(args, { HELIOGRAPH_URL: stack.base, HELIOGRAPH_KEY: stack.rootKey, ...env }, input);
const run = (args: string[], env?: Record<string, string>, input?: string) => start(args, env, input).ended;
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe("listen", () => {
  it("subscribes itself, prints a verified delivery as a line of JSON, and leaves nothing behind", async () => {
    const listen = start(["listen", "--create", "--port", "0", "--event-type", "guardrail.*"]);
    const [first] = await listen.until(1);
    expect(first).toEqual({ listening: expect.stringMatching(/^http:/), webhook: expect.any(String) });
    const triggered = await run(["trigger", "guardrail.blocked", "--set", "user_id=u-9", "--json"]);
    expect(triggered).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(triggered.out)).toMatchObject({ accepted: 1, deliveries: 1 });
    const [, delivery] = await listen.until(2);
    expect(delivery).toMatchObject({
      type: "guardrail.blocked",
      verified: true,
      scheme: "standard",
      attempt: 1,
      answered: 200,
    });
    expect(listen.out).not.toContain("u-9");
    listen.child.kill("SIGTERM");
    expect(await listen.ended).toMatchObject({ code: 0 });
    expect((await stack.call("GET", "/v1/webhooks")).data).toEqual([]);
  });

  it("gets events of every type where none was named", async () => {
    const listen = start(["listen", "--create", "--port", "0", "--count", "2"]);
    await listen.until(1);
    for (const type of ["eval.failed", "request.completed"]) await run(["trigger", type]);
    expect(await listen.ended).toMatchObject({ code: 0 });
    const types = listen.lines().map((line) => line["type"]);
    expect(new Set(types.slice(1))).toEqual(new Set(["eval.failed", "request.completed"]));
  });

  it("hands on what it verified byte for byte, and answers what was answered", async () => {
    const secret = newSecret();
    endpoint.received.length = 0;
    endpoint.reply = (_, response) => response.writeHead(418, { "content-type": "text/x-own" }).end("short");
    const args = ["listen", "--port", "0", "--secret", secret, "--forward-to", endpoint.url, "--bodies"];
    const listen = start([...args, "--count", "2"]);
    const [{ listening }] = await listen.until(1);
    const body = '{"request_id": "r-1",\n "ü": 1e3}';
    const post = (headers: Record<string, string>) => fetch(listening, { method: "POST", headers, body });
    const response = await post({ ...signed(secret, body), "x-own": "kept" });
    expect([response.status, response.headers.get("content-type")]).toEqual([418, "text/x-own"]);
    expect(await response.text()).toBe("short");
    expect(endpoint.received).toHaveLength(1);
    expect(endpoint.received[0]?.text).toBe(body);
    expect(endpoint.received[0]?.headers["x-own"]).toBe("kept");
    // What was changed on its way goes no further, and the line says what happened to it.
    const changed = await post(signed(secret, `${body}\n`));
    expect(changed.status).toBe(401);
    expect(endpoint.received).toHaveLength(1);
    const { code, out } = await listen.ended;
    expect(code).toBe(1);
    const [, forwarded, refused] = listen.lines();
    expect(forwarded).toMatchObject({ verified: true, answered: 418, forwarded: { status: 418 }, body });
    expect(refused).toMatchObject({ verified: false, refused: "mismatch", mistakes: ["body_newline_lost"] });
    // A line can be verified again.
    const saved = file("delivery.json", out.trim().split("\n")[1] ?? "");
    expect(await run(["verify", "--secret", secret, saved])).toMatchObject({ code: 0 });
    endpoint.reply = (_, reply) => reply.end("ok");
  });

  it("bounds what it reads, and rehearses failures", async () => {
    const listen = start(["listen", "--port", "0", "--no-verify", "--status", "503", "--count", "1"]);
    const [{ listening }] = await listen.until(1);
    const large = await fetch(listening, { method: "POST", body: "x".repeat(1024 * 1024 + 1) });
    expect(large.status).toBe(413);
    expect((await fetch(listening)).status).toBe(405);
    expect((await fetch(listening, { method: "POST", body: "{}" })).status).toBe(503);
    expect(await listen.ended).toMatchObject({ code: 1 });
    expect(listen.lines()[1]).toMatchObject({ rehearsed: true, answered: 503 });
  });
});

describe("trigger --to, sign and verify", () => {
  it("make deliveries that the receiver takes, and that it refuses", async () => {
    const secret = newSecret();
    const listen = start(["listen", "--port", "0", "--secret", secret, "--count", "4"]);
    const [{ listening }] = await listen.until(1);
    const to = ["trigger", "eval.failed", "--to", listening, "--json"];
    const right = await run([...to, "--secret", secret, "--count", "2", "--rate", "50"]);
    expect(right).toMatchObject({ code: 0, err: "" });
    expect(right.out.trim().split("\n")).toHaveLength(2);
    const wrong = await run([...to, "--secret", newSecret()]);
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.out)).toMatchObject({ delivered: false, status: 401 });
    const body = file("body.json", '{"a":1}');
    const { out } = await run(["sign", body, "--json"], { HELIOGRAPH_SECRETS: secret });
    const answer = await fetch(listening, { method: "POST", headers: JSON.parse(out), body: '{"a":1}' });
    expect(answer.status).toBe(200);
    await listen.ended;
    expect(listen.lines().map((line) => line.verified)).toEqual([undefined, true, true, false, true]);
  });

  it("sign as Helicone does where there is its key alone", async () => {
    endpoint.received.length = 0;
    expect(await run(["trigger", "--to", endpoint.url, "--secret", "an-hmac-key"])).toMatchObject({
      code: 0,
    });
    const [{ headers, body }] = (await endpoint.until(1)) as [(typeof endpoint.received)[0]];
    expect(headers["helicone-signature"]).toBe(
      createHmac("sha256", "an-hmac-key").update(body).digest("hex"),
    );
    expect(headers["webhook-id"]).toBeUndefined();
    expect(JSON.parse(body.toString())).toMatchObject({ model: expect.any(String) });
  });

  it("say what is wrong with a saved request", async () => {
    const secret = newSecret();
    const headers = Object.entries(signed(secret, '{"a":1}'));
    const http = (body: string) =>
      `POST /webhook HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
    const verify = (text: string, more: string[] = []) =>
      run(["verify", "--secret", secret, ...more], {}, text);
    expect(await verify(http('{"a":1}'))).toMatchObject({ code: 0, out: expect.stringMatching(/^valid: /) });
    const explained = await verify(http('{"a": 1}'), ["--explain"]);
    expect(explained).toMatchObject({ code: 1, out: expect.stringContaining("JSON.stringify") });
    expect((await verify(http('{"a": 1}'))).out).not.toContain("because");
    expect((await verify("no request")).code).toBe(2);
  });
});

describe("the API at hand", () => {
  it("webhooks are made, listed, changed, tried and deleted", async () => {
    const created = await run(["webhooks", "create", endpoint.url, "--format", "standard", "--json"]);
    expect(created).toMatchObject({ code: 0, err: "" });
    const { id, signing_secret } = JSON.parse(created.out);
    expect(signing_secret).toMatch(/^whsec_/);
    const table = await run(["webhooks", "list"]);
    expect(table.out).toMatch(/^ID +STATUS +TYPES/);
    expect(table.out).toContain(id);
    const shown = await run(["webhooks", "show", id]);
    expect(shown.out).toContain("sampleRate");
    expect(shown.out).not.toMatch(/whsec_|hmac_key/);
    const changed = await run(["webhooks", "update", id, "--set", "sampleRate=50", "--json"]);
    expect(JSON.parse(changed.out)).toMatchObject({ sampleRate: 50 });
    const refused = await run(["webhooks", "update", id, "--set", "sampleRate=500"]);
    expect(refused).toMatchObject({ code: 5, err: expect.stringContaining("sampleRate") });
    endpoint.reply = (_, response) => response.writeHead(500).end("\u001b[2Jno");
    const failed = await run(["webhooks", "test", id]);
    expect(failed.code).toBe(1);
    // What an endpoint answers does not steer the terminal.
    expect(failed.out).not.toContain("\u001b");
    endpoint.reply = (_, response) => response.end("ok");
    expect(await run(["webhooks", "test", id])).toMatchObject({ code: 0 });
    expect(await run(["webhooks", "pause", id])).toMatchObject({ code: 0 });
    expect(await run(["webhooks", "delete", id])).toMatchObject({ code: 0 });
    expect(await run(["webhooks", "show", id])).toMatchObject({ code: 4 });
  });

  it("deliveries are listed, shown, followed, sent again and recovered", async () => {
    endpoint.reply = (_, response) => response.writeHead(400).end("no");
    const { id } = await stack.subscribe(endpoint.url, { retrySchedule: [] });
    expect(await run(["tail", "sub_0"])).toMatchObject({ code: 4, err: expect.stringContaining("webhook") });
    const tail = start(["tail", id, "--json", "--count", "2"]);
    await stack.send([completed()]);
    await eventually(async () => {
      const { out } = await run(["deliveries", "list", id, "--state", "dead", "--json"]);
      return out !== "";
    }, "the delivery is dead");
    const { out } = await run(["deliveries", "list", id, "--since", "1h", "--json"]);
    const delivery = JSON.parse(out);
    await tail.until(1);
    expect((await run(["deliveries", "show", delivery.id])).out).toMatch(/TRY +AT +LANE/);
    endpoint.reply = (_, response) => response.end("ok");
    expect(await run(["deliveries", "retry", delivery.id])).toMatchObject({ code: 0 });
    await stack.delivery(delivery.id, "delivered");
    const followed = await tail.ended;
    expect(tail.lines().map((line) => line.state)).toEqual(["dead", "delivered"]);
    expect(followed.code).toBe(0);
    const recovered = await run(["recover", id, "--since", "1h", "--state", "failed", "--wait", "--json"]);
    expect(recovered).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(recovered.out)).toMatchObject({ status: "done", queued: 0 });
    await stack.unsubscribe();
  });

  it("keys are issued, used and revoked; what a key may not is one exit code, a wrong one another message", async () => {
    const created = await run(["keys", "create", "ci", "--scope", "webhooks:read", "--json"]);
    const { id, key } = JSON.parse(created.out);
    expect((await run(["keys", "list"])).out).toContain(id);
    const as = { HELIOGRAPH_KEY: key };
    expect(await run(["webhooks", "list"], as)).toMatchObject({ code: 0 });
    expect(await run(["trigger"], as)).toMatchObject({ code: 3, err: expect.stringContaining("403") });
    expect(await run(["keys", "revoke", id])).toMatchObject({ code: 0 });
    expect(await run(["webhooks", "list"], as)).toMatchObject({ code: 3 });
    expect(await run(["webhooks", "list"], { HELIOGRAPH_KEY: "" })).toMatchObject({ code: 3 });
  });

  it("ends as it promises, and is set up by a file", async () => {
    expect((await run(["frobnicate"])).code).toBe(2);
    expect((await run(["webhooks", "list"], { HELIOGRAPH_URL: "http://127.0.0.1:1" })).code).toBe(6);
    expect(await run(["webhooks", "list", "--json"], { HELIOGRAPH_URL: "ftp://x" })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^\{"error":"url/),
    });
    const config = file("config.toml", `[profiles.here]\nurl = "${stack.base}"\nkey = "${stack.rootKey}"\n`);
    const bare = (args: string[]) => new Run(args, { HELIOGRAPH_CONFIG: config }).ended;
    expect(await bare(["webhooks", "list", "--profile", "here"])).toMatchObject({ code: 0 });
    expect(await bare(["webhooks", "list", "--profile", "there"])).toMatchObject({ code: 2 });
    const wrong = file("wrong.toml", 'url = "x"\nkeys = "a-secret"\n');
    const refused = await run(["webhooks", "list"], { HELIOGRAPH_CONFIG: wrong });
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("wrong.toml:2") });
    expect(refused.err).not.toContain("a-secret");
  });
});

describe("events import", () => {
  const lines = (count: number, wrong: number[] = []) =>
    Array.from({ length: count }, (_, at) =>
      wrong.includes(at + 1)
        ? '{"user_id":1}\n'
        : `${JSON.stringify(completed({ request_id: `i-${at}` }))}\n`,
    ).join("");

  it("names the lines that are rejected", async () => {
    const path = file("rejected.ndjson", lines(10, [3, 8]));
    const { code, out, err } = await run(["events", "import", path, "--batch", "4", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ lines: 10, accepted: 8, rejected: 2 });
    expect(err).toMatch(/^line 3: .*\nline 8: /);
    expect(existsSync(`${path}.import.json`)).toBe(false);
  });

  it("goes on after it was killed, and takes each event in once", async () => {
    endpoint.received.length = 0;
    await stack.subscribe(endpoint.url);
    const path = file("many.ndjson", lines(600));
    const first = start(["events", "import", path, "--batch", "2", "--json"]);
    await eventually(() => existsSync(`${path}.import.json`), "the first call is through");
    first.child.kill("SIGKILL");
    expect((await first.ended).signal).toBe("SIGKILL");
    const { offset, line } = JSON.parse(readFileSync(`${path}.import.json`, "utf8"));
    expect(line).toBeLessThan(600);
    expect(readFileSync(path).subarray(0, offset).toString().split("\n")).toHaveLength(line + 1);
    // Another deployment is not told what it has not got.
    const other = await run(["events", "import", path], { HELIOGRAPH_URL: "http://127.0.0.1:1" });
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining("another deployment") });
    const second = await run(["events", "import", path, "--json"]);
    expect(second).toMatchObject({ code: 0, err: `going on behind line ${line}\n` });
    expect(JSON.parse(second.out)).toMatchObject({ lines: 600, accepted: 600, rejected: 0 });
    const ids = () => new Set(endpoint.received.map(({ headers }) => headers["webhook-id"]));
    await eventually(() => ids().size === 600, "600 deliveries", 50);
    await stack.unsubscribe();
  });
});
