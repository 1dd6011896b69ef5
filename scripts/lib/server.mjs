// @ts-check
// The development server as its parent sees it: start, readiness, stop, and nothing left behind.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { modernNode, root, toolEnv } from "./paths.mjs";
import { QUIET } from "./quiet.mjs";
import { signalGroup } from "./run.mjs";

/** @typedef {import("./dev-server.mjs").ServerOptions} ServerOptions */

const SCRIPT = fileURLToPath(new URL("./dev-server.mjs", import.meta.url));
const STOP_MS = 5_000;

export class Server {
  #child;
  #stopping = false;
  /** @type {Promise<number>} the exit code; 0 when it was told to stop */
  ended;
  /** @type {Promise<string>} the roles the Worker was started with */
  roles;

  /** @param {ServerOptions} options */
  constructor(options) {
    // A process group of its own: the runtime and whatever else wrangler starts can be reached even when it is gone.
    this.#child = spawn(modernNode, ["--no-warnings", SCRIPT], {
      cwd: root,
      // A line per queue batch comes from the simulators at any level that is not set here.
      env: toolEnv({ ...QUIET, WRANGLER_LOG: "warn" }),
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      detached: true,
    });
    const child = this.#child;
    this.ended = new Promise((resolve) => {
      child.on("error", () => resolve(1));
      child.on("exit", (code) => {
        this.kill();
        resolve(this.#stopping ? 0 : code || 1);
      });
    });
    this.roles = new Promise((resolve) => child.on("message", (message) => resolve(Object(message).roles)));
    child.send(options);
  }

  /** Takes up a new build. */
  reload() {
    if (this.#child.connected) this.#child.send("reload");
  }

  async stop() {
    this.#stopping = true;
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.kill(), STOP_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** For the last moment: nobody of the group survives. */
  kill() {
    signalGroup(this.#child, "SIGKILL");
  }
}
