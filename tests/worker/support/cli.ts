// The command line, compiled, as somebody would run it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const target = process.env["CARGO_TARGET_DIR"] ?? "target";

export const BINARY = resolve(root, target, "debug", "heliograph");

/** Compiles it where its sources have changed. */
export function buildCli() {
  execFileSync("cargo", ["build", "--quiet", "--bin", "heliograph"], { cwd: root, stdio: "inherit" });
}

export type Ended = { code: number | null; signal: NodeJS.Signals | null; out: string; err: string };

/** A run: what it has printed so far, and what it comes to. */
export class Run {
  readonly child: ChildProcess;
  out = "";
  err = "";
  readonly ended: Promise<Ended>;
  #wake = () => {};

  constructor(args: string[], env: Record<string, string>, input?: string) {
    // Nothing of whoever runs the tests: no configuration, and no proxy.
    const clean = { PATH: process.env["PATH"] ?? "", XDG_CONFIG_HOME: "/nonexistent", ...env };
    this.child = spawn(BINARY, args, { env: clean, stdio: ["pipe", "pipe", "pipe"] });
    // One that ends without reading it says itself why.
    this.child.stdin?.on("error", () => {}).end(input ?? "");
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.out += text;
      this.#wake();
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.err += text;
    });
    this.ended = new Promise((done) => {
      this.child.on("close", (code, signal) => done({ code, signal, out: this.out, err: this.err }));
    });
  }

  /** Standard output's lines of JSON so far. */
  lines() {
    const whole = this.out.slice(0, this.out.lastIndexOf("\n") + 1);
    return whole
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  /** Waits for so many of them. */
  async until(count: number, seconds = 30) {
    const deadline = Date.now() + seconds * 1000;
    while (this.lines().length < count) {
      const left = deadline - Date.now();
      if (left <= 0 || this.child.exitCode !== null)
        throw new Error(`${this.lines().length} of ${count} lines: ${this.out}${this.err}`);
      await new Promise<void>((wake) => {
        this.#wake = wake;
        setTimeout(wake, Math.min(left, 500));
      });
    }
    return this.lines();
  }
}
