// Requests to the Worker under test, over kept-alive connections.
import { Agent, request } from "node:http";

const ANSWER_MS = 30_000;

/** @typedef {{ status: number, text: string }} Answer */
/** @typedef {{ send: (method: string, path: string, body?: string, headers?: Record<string, string>) => Promise<Answer>, close: () => void }} Client */

/** @param {string} origin @param {string} key @param {number} connections @returns {Client} */
export function connect(origin, key, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  /** @type {Client["send"]} */
  const send = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, origin),
        {
          agent,
          method,
          timeout: ANSWER_MS,
          headers: {
            authorization: `Bearer ${key}`,
            ...headers,
            ...(body === undefined
              ? {}
              : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
          },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk) => (text += chunk));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
          response.on("error", reject);
        },
      );
      outgoing.on("timeout", () => outgoing.destroy(new Error(`${method} ${path}: no answer in time`)));
      outgoing.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
        // Closed by the other side while it was idle, just when it was to be used again: nothing was taken.
        const isStale = outgoing.reusedSocket && error.code === "ECONNRESET";
        if (isStale) send(method, path, body, headers).then(resolve, reject);
        else reject(error);
      });
      outgoing.end(body);
    });
  return { send, close: () => agent.destroy() };
}

/** What an answer holds, if it has the status that was wanted. @param {Answer} answer @param {number[]} wanted */
export function dataOf({ status, text }, ...wanted) {
  if (!wanted.includes(status)) throw new Error(`answered ${status}: ${text.slice(0, 500)}`);
  return JSON.parse(text).data;
}
