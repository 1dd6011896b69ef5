// What the core makes of inputs: examples/conformance, a native program that answers each line with one.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
/** Far more than any suite prints. */
const maxBuffer = 2 ** 31;

/** Whether all of a suite's cases are wanted, and not only those that take a few seconds: `npm run conformance`. */
export const WHOLE = process.env["HELIOGRAPH_CONFORMANCE"] === "whole";

const cargo = (...args: string[]) =>
  execFileSync("cargo", args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer,
    stdio: ["ignore", "pipe", "inherit"],
  });

let program: string | undefined;

function compiled() {
  const report = cargo("build", "--quiet", "--example", "conformance", "--message-format=json");
  const messages = report
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const artifact = messages.find(({ target, executable }) => target?.name === "conformance" && executable);
  if (!artifact) throw new Error("cargo built no examples/conformance");
  return String(artifact.executable);
}

/** The answers to inputs, in their order. */
export function core<T>(subject: string, inputs: unknown[]): T[] {
  program ??= compiled();
  const input = inputs.map((one) => `${JSON.stringify(one)}\n`).join("");
  const text = execFileSync(program, [subject], { input, encoding: "utf8", maxBuffer });
  const lines = text.trimEnd().split("\n");
  if (lines.length !== inputs.length) throw new Error(`${lines.length} answers to ${inputs.length} inputs`);
  return lines.map((line) => JSON.parse(line) as T);
}

/** A file that a crate is published with, from where cargo keeps the crate's source. */
export function fileOfCrate(name: string, path: string) {
  const metadata = JSON.parse(cargo("metadata", "--format-version=1", "--locked"));
  const crate = metadata.packages.find((one: { name: string }) => one.name === name);
  return readFileSync(join(dirname(crate.manifest_path), path), "utf8");
}
