// The demo fills a deployment, goes on with what it made before, and takes that away again: that, and nothing else.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newSecret } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/demo.mjs", import.meta.url));
const secret = newSecret();
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ webhookSecrets: [secret] });
});
afterAll(async () => {
  await stack?.stop();
});

/** Runs it to its end, or interrupts it where it says something. */
async function demo(args: string[], env: Record<string, string> = {}, until?: string) {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: {
      ...process.env,
      PORT: new URL(stack.base).port,
      ROOT_KEY: stack.rootKey,
      WEBHOOK_SECRETS: stack.secrets.WEBHOOK_SECRETS,
      ...env,
    },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      if (until && text.includes(until)) child.kill("SIGINT");
    });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, text };
}

const listed = async (path: string) => (await stack.call("GET", path)).data as unknown as Row[];

it("says what is wrong in a sentence", async () => {
  const cases: [string[], Record<string, string>, string][] = [
    [["--rate", "201"], {}, "--rate is 200 calls a second at most."],
    [["--seconds", "3600"], {}, "36000 calls; 20000 is the most"],
    [["--seconds=-1"], {}, "--seconds must be a number above 0"],
    [["--what"], {}, "npm run demo -- [flags]"],
    [[], { PORT: "1" }, "run npm start in another terminal"],
    [[], { ROOT_KEY: "another" }, "The root key is not that of the running deployment"],
  ];
  for (const [args, env, said] of cases) {
    const { code, text } = await demo(args, env);
    expect(text).toContain(said);
    expect(text).not.toContain("    at ");
    expect(code, said).toBeGreaterThan(0);
  }
  expect(await listed("/v1/webhooks")).toEqual([]);
});

it("fills a deployment once, goes on with it, and takes its own away", async () => {
  const mine = await stack.subscribe("http://127.0.0.1:9/mine", { eventTypes: ["mine"] });
  const args = ["--seconds", "2", "--rate", "20"];
  const first = await demo(args);
  expect(first.code, first.text).toBe(0);
  expect(first.text).toMatch(/Sent 40 calls/);
  expect(first.text).toMatch(/and [1-9]\d* are held/);
  expect(first.text).toContain(`${stack.base}/console`);
  // No secret stands in what people may paste somewhere.
  for (const kept of [stack.rootKey, secret]) expect(first.text).not.toContain(kept);
  const webhooks = await listed("/v1/webhooks");
  expect(webhooks.filter(({ status }) => status === "disabled")).toHaveLength(1);
  const { data } = await stack.call("GET", "/v1/metrics");
  const { total } = data as unknown as {
    total: { delivered: number; failed_attempts: number; held: number };
  };
  expect(total.delivered).toBeGreaterThan(30);
  expect(total.failed_attempts).toBeGreaterThan(0);

  // Its endpoints have other ports, and what was given up is active.
  const again = await demo([], {}, "Sending 600 calls in 60 s");
  expect(again.text).toContain("(0 new)");
  expect(again.text).toContain("Away with it");
  expect(await listed("/v1/webhooks")).toHaveLength(webhooks.length);

  const clean = await demo(["--clean"]);
  expect(clean.text).toContain(`Deleted ${webhooks.length - 1} subscriptions`);
  expect((await listed("/v1/webhooks")).map(({ id }) => id)).toEqual([mine.id]);
  expect(await listed("/v1/rules")).toEqual([]);
});
