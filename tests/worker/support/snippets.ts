// The receivers that docs/VERIFYING.md shows, taken out of the page and run as programs of their own.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { at, modernNode, root, toolCache } from "../../../scripts/lib/paths.mjs";
import { forSnippets, snippetsGo } from "../../../scripts/lib/python-clients.mjs";
import { snippetPackages, snippetPackagesInstalled } from "../../../scripts/lib/snippet-packages.mjs";
import { eventually } from "./endpoint.ts";

/** Compiling axum takes a minute or two, once per machine and change. */
export const BUILD_MS = 600_000;

/** Ruby compiles its WebAssembly anew each time, which takes long on a machine with other work. */
const START_SECONDS = 50;

const hosts = (file: string) => at("tests", "clients", "snippets", "hosts", file);
const page = readFileSync(at("docs", "VERIFYING.md"), "utf8");

/** The page's blocks of code, and the files' names where they have one. */
export const blocks = [...page.matchAll(/^```(\w*)(?: title="([^"]+)")?\n([\s\S]*?)^```$/gm)].map(
  ([, language = "", title, text = ""]) => ({ language, title, text }),
);

function block(title: string) {
  const found = blocks.filter((one) => one.title === title);
  if (found.length !== 1)
    throw new Error(`docs/VERIFYING.md has ${found.length} blocks with the title ${title}`);
  return found[0]?.text ?? "";
}

export type Snippet = {
  name: string;
  /** The blocks that it takes, by title. */
  files: string[];
  /** What runs it. */
  by: keyof typeof CAN_RUN;
  /** What is run, in a folder that has the files. */
  command: (folder: string) => string[] | Promise<string[]>;
};

const node = (...args: string[]) => [modernNode, "--no-warnings", ...args];
/** What is on this machine. Ruby and PHP come as packages of Node's. */
const CAN_RUN = {
  node: snippetPackagesInstalled(),
  python: forSnippets.isInstalled(),
  go: snippetsGo() !== undefined,
  rust: true,
};

export const canRun = ({ by }: Snippet) => CAN_RUN[by];

export const SNIPPETS: Snippet[] = [
  {
    name: "Express",
    files: ["verify.mjs", "express.mjs"],
    by: "node",
    command: () => node("express.mjs"),
  },
  { name: "Hono", files: ["verify.mjs", "hono.mjs"], by: "node", command: () => node("hono.mjs") },
  {
    name: "Next.js",
    files: ["verify.mjs", "app/webhook/route.ts"],
    by: "node",
    command: (folder) => node(host(folder, "next.mjs")),
  },
  {
    name: "FastAPI",
    files: ["verify.py", "fastapi_app.py"],
    by: "python",
    command: () => [forSnippets.python, "-c", RUN_FASTAPI],
  },
  {
    name: "Flask",
    files: ["verify.py", "flask_app.py"],
    by: "python",
    command: () => [forSnippets.python, "-c", RUN_FLASK],
  },
  { name: "Go", files: ["main.go"], by: "go", command: compileGo },
  { name: "axum", files: ["Cargo.toml", "src/main.rs"], by: "rust", command: compileRust },
  {
    name: "Rack",
    files: ["webhook.rb"],
    by: "node",
    command: (folder) => node(host(folder, "rack.mjs")),
  },
  {
    name: "PHP",
    files: ["webhook.php"],
    by: "node",
    command: (folder) => node(host(folder, "php.mjs")),
  },
];

const RUN_FASTAPI = `
import os, uvicorn
uvicorn.run("fastapi_app:app", port=int(os.environ["PORT"]))`;

const RUN_FLASK = `
import os
from flask_app import app
app.run(port=int(os.environ["PORT"]))`;

/** A program that gives a receiver its HTTP, beside it. */
function host(folder: string, file: string) {
  for (const one of [file, "serve.mjs"]) cpSync(hosts(one), join(folder, one));
  return file;
}

function write(folder: string, { files }: Snippet) {
  for (const title of files) {
    mkdirSync(join(folder, dirname(title)), { recursive: true });
    writeFileSync(join(folder, title), block(title));
  }
}

function compileGo(folder: string) {
  const go = snippetsGo() ?? "";
  const env = {
    GOCACHE: join(folder, "cache"),
    GOPATH: join(folder, "path"),
    GOTOOLCHAIN: "local",
    CGO_ENABLED: "0",
  };
  return compiled("go", block("main.go") + go, (binary) =>
    promisify(execFile)(go, ["build", "-o", binary, "main.go"], {
      cwd: folder,
      env: { ...process.env, ...env },
    }),
  );
}

function compileRust(folder: string) {
  const lock = readFileSync(at("tests", "clients", "snippets", "Cargo.lock"), "utf8");
  writeFileSync(join(folder, "Cargo.lock"), lock);
  const target = join(folder, "target");
  const env = { ...process.env, CARGO_TARGET_DIR: target, CARGO_PROFILE_DEV_DEBUG: "0" };
  const args = ["build", "--quiet", "--locked", "--manifest-path", join(folder, "Cargo.toml")];
  return compiled("axum", block("Cargo.toml") + block("src/main.rs") + lock, async (binary) => {
    // In our own folder, whose rust-toolchain.toml says which Rust.
    await promisify(execFile)("cargo", args, { cwd: root, env });
    cpSync(join(target, "debug", "receiver"), binary);
  });
}

/** A program that is compiled once per what it is made of, into the user's cache. */
async function compiled(name: string, of: string, compile: (binary: string) => Promise<unknown>) {
  const hash = createHash("sha256").update(of).digest("hex").slice(0, 12);
  const binary = join(toolCache, `snippet-${name}-${hash}`);
  if (!existsSync(binary)) {
    const unfinished = `${binary}.unfinished-${randomUUID()}`;
    await compile(unfinished);
    renameSync(unfinished, binary);
  }
  return [binary];
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

/** A snippet's files, and the command that they came to. */
export async function prepare(snippet: Snippet) {
  // Node finds packages in the folders above a file.
  const folder = mkdtempSync(join(snippet.by === "node" ? snippetPackages : tmpdir(), "run-"));
  write(folder, snippet);
  const [command = "", ...args] = await snippet.command(folder);
  let child: ChildProcess | undefined;
  const stop = async () => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    /** Runs it on a free port. Answers where, and what it prints. */
    async start(secrets: { WEBHOOK_SECRET: string; HELICONE_HMAC_KEY: string }) {
      await stop();
      const port = await freePort();
      const env = { ...process.env, ...secrets, PORT: String(port), PYTHONDONTWRITEBYTECODE: "1" };
      const started = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
      child = started;
      let output = "";
      for (const stream of [started.stdout, started.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      await eventually(
        () => {
          if (started.exitCode !== null) throw new Error(`it ended: ${output}`);
          return isOpen(port);
        },
        "it listens",
        START_SECONDS,
      );
      return { url: `http://127.0.0.1:${port}/webhook`, output: () => output };
    },
    async end() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
