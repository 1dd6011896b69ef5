// The first delivery of README.md, sent by the commands as they stand there.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.mjs";
import { eventually } from "./support/endpoint.ts";
import { newSecret } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const README = readFileSync(at("README.md"), "utf8");
const SECTION = README.split("\n## ").find((section) => section.startsWith("First delivery")) ?? "";
const [COMMANDS = ""] = blocks("sh");
const [ANSWER = "", LINES = ""] = blocks("json");
/** What another run says otherwise: a port may have a digit more, and is in a body. */
const OWN = ["delivery", "subscription", "ms", "since_accepted_ms", "bytes"];

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ webhookSecrets: [newSecret()] });
});
afterAll(async () => stack?.stop());

function blocks(language: string) {
  return [...SECTION.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text]) => text,
  );
}

/** A line of the log with the kind of what is its own alone. */
function alike(line: Row) {
  return Object.fromEntries(
    Object.entries(line).map(([name, value]) => [name, OWN.includes(name) ? typeof value : value]),
  );
}

it("is answered and logged as the README says", async () => {
  const commands = COMMANDS.replace(/^\. \.\/\.dev\.vars.*$/m, "").replaceAll(
    "http://127.0.0.1:8787",
    stack.base,
  );
  const env = { ...process.env, ...stack.secrets };
  const { stdout } = await promisify(execFile)("bash", ["-euc", commands], { env });
  expect(stdout.trim().endsWith(ANSWER.trim()), stdout).toBe(true);

  const said = LINES.trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  expect(said).toHaveLength(4);
  for (const line of said) {
    const event = String(line["event"]);
    await eventually(() => stack.logged(event).length > 0, `${event} in the log`);
    expect(alike(stack.logged(event)[0] ?? {})).toEqual(alike(line));
  }
});
