// @ts-check
// The Worker's settings that scripts know of: those somebody may give to `npm start` in the environment, and those
// .dev.vars must have.
import { randomBytes } from "node:crypto";

/** @param {number} bytes */
const hex = (bytes) => randomBytes(bytes).toString("hex");

/**
 * What a local deployment cannot do without, and how to make one up. Real deployments get theirs by
 * `wrangler secret put`.
 * @type {Record<string, () => string>}
 */
export const REQUIRED = {
  ROOT_KEY: () => `hg_root_${randomBytes(32).toString("base64url")}`,
  URL_SIGNING_KEY: () => hex(32),
  SEALING_KEY: () => hex(32),
  WEBHOOK_SECRETS: () => JSON.stringify([`whsec_${randomBytes(32).toString("base64")}`]),
  // A laptop's endpoints are http://127.0.0.1:..., which a deployment on the Internet must refuse.
  ALLOW_INSECURE_DESTINATIONS: () => "true",
};

const OPTIONAL = ["ROLES", "LOG_LEVEL", "RETRY_SCHEDULE", "PAYLOAD_URL_TTL_SECONDS", "PUBLIC_URL"];

/** Given in the environment of `npm start`, each of these wins over .dev.vars and wrangler.toml, for that run. */
export const OVERRIDABLE = [...Object.keys(REQUIRED), ...OPTIONAL];

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string>}
 */
export function overrides(env) {
  /** @type {Record<string, string>} */
  const given = {};
  for (const name of OVERRIDABLE) {
    const value = env[name];
    // CI systems define what is unset as empty.
    if (value) given[name] = value;
  }
  return given;
}
