// Settings that every Worker under test needs, made up for one run.
import { randomBytes } from "node:crypto";

/** @param {Record<string, string>} [more] */
export function newVars(more = {}) {
  return {
    ROOT_KEY: randomBytes(16).toString("hex"),
    URL_SIGNING_KEY: randomBytes(32).toString("hex"),
    SEALING_KEY: randomBytes(32).toString("hex"),
    ALLOW_INSECURE_DESTINATIONS: "true",
    LOG_LEVEL: "warn",
    ...more,
  };
}
