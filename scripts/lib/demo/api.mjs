// @ts-check
// The API of the local deployment, and whether there is one.
import { setTimeout as pause } from "node:timers/promises";
import { readDevVars } from "../dev-vars.mjs";
import { Failure } from "../fail.mjs";

const RETRIES = 5;
const MAX_WAIT_MS = 10_000;

/**
 * What it takes to be heard by a deployment: its root key, and what its receiver verifies with, where it has one.
 * @param {string} base
 * @returns {Promise<{ rootKey: string, receiverSecret: string | undefined }>}
 */
export async function reach(base) {
  const roles = await rolesOf(base);
  if (!roles.includes("dispatcher")) {
    throw new Failure(
      `${base} is no dispatcher (its ROLES are ${roles.join(", ")}): there is nothing to show.`,
    );
  }
  const kept = readDevVars();
  const rootKey = process.env.ROOT_KEY || kept.ROOT_KEY;
  if (!rootKey)
    throw new Failure("ROOT_KEY is neither in .dev.vars nor in the environment: give it as ROOT_KEY=<key>.");
  const secrets = process.env.WEBHOOK_SECRETS || kept.WEBHOOK_SECRETS || "";
  return { rootKey, receiverSecret: roles.includes("receiver") ? symmetric(secrets) : undefined };
}

/** @param {string} base @returns {Promise<string[]>} */
async function rolesOf(base) {
  try {
    const response = await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(5_000) });
    return /** @type {{ roles: string[] }} */ (await response.json()).roles.map(String);
  } catch {
    throw new Failure(
      `No Heliograph answers at ${base}: run npm start in another terminal, then this again (PORT=<port> where it has another one).`,
    );
  }
}

/**
 * The first secret of a receiver that deliveries can be signed with.
 * @param {string} setting
 * @returns {string | undefined}
 */
function symmetric(setting) {
  const found = /whsec_[A-Za-z0-9+/=]+/.exec(setting);
  return found?.[0];
}

/** @typedef {any} Data whatever the API answers; the demo reads what docs/API.md describes */

export class Api {
  /** @param {string} base @param {string} key */
  constructor(base, key) {
    this.base = base;
    this.key = key;
  }

  /**
   * Makes a call, again where the deployment asks for that: ids are derived, so nothing is there twice.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<{ status: number, data: Data, error: string }>}
   */
  async ask(method, path, body) {
    for (let tried = 1; ; tried++) {
      const response = await fetch(this.base + path, {
        method,
        headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch(() => {
        throw new Failure(`${this.base} has gone away.`);
      });
      const { status, headers } = response;
      if ((status !== 503 && status !== 429) || tried > RETRIES) {
        return { .../** @type {{ data: Data, error: string }} */ (await response.json()), status };
      }
      await response.arrayBuffer();
      await pause(Math.min(Number(headers.get("retry-after") ?? 1) * 1000, MAX_WAIT_MS));
    }
  }

  /**
   * The same, for what has to work.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<Data>}
   */
  async call(method, path, body) {
    const { status, data, error } = await this.ask(method, path, body);
    if (status < 300) return data;
    if (status === 401) {
      throw new Failure(
        "The root key is not that of the running deployment: give the one that npm start was given, as ROOT_KEY=<key>.",
      );
    }
    throw new Failure(`${method} ${path} was refused with ${status}: ${error}`);
  }
}
