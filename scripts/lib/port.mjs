// @ts-check
// The address `npm start` serves on.
import net from "node:net";
import { Failure } from "./fail.mjs";

export const HOST = "127.0.0.1";
const DEFAULT_PORT = 8787;

/** @param {string | undefined} given the variable PORT */
export function parsePort(given) {
  if (!given) return DEFAULT_PORT;
  const port = Number(given);
  if (!/^\d{1,5}$/.test(given) || port < 1 || port > 65535) {
    throw new Failure(`PORT must be a number from 1 to 65535, not '${given}'.`);
  }
  return port;
}

/** @param {number} port */
export async function requireFreePort(port) {
  const code = await new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code));
    probe.listen(port, HOST, () => probe.close(() => resolve(undefined)));
  });
  if (code === "EADDRINUSE") {
    throw new Failure(
      `Port ${port} on ${HOST} is taken: stop what uses it, or choose another one with PORT=${port === 65535 ? 8787 : port + 1} npm start.`,
    );
  }
  if (code === "EACCES")
    throw new Failure(`Port ${port} needs more rights than you have: choose one above 1023.`);
  if (code) throw new Failure(`Port ${port} on ${HOST} cannot be used (${code}).`);
}
