// @ts-check
// Endpoints as customers have them, good and bad, each on a loopback port of its own.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { HOST } from "../port.mjs";

/** @typedef {"healthy" | "slow" | "flaky" | "down" | "busy" | "gone"} Kind */
/** @typedef {{ status: number, text: string, headers?: Record<string, string>, afterMs?: number }} Reply */
/** @typedef {Awaited<ReturnType<typeof openEndpoints>>} Endpoints */

/** Once none of them was sent anything for so long, nothing is on its way any more. */
const QUIET_MS = 5_000;
const QUIET_AT_MOST_MS = 90_000;
/** What the busy one takes in a second. */
const QUOTA = 3;

/** @param {number} from @param {number} to */
const between = (from, to) => from + Math.random() * (to - from);

const ok = { status: 200, text: '{"ok":true}' };
let second = 0;
let taken = 0;

/** @type {Record<Kind, () => Reply>} */
const REPLIES = {
  healthy: () => ({ ...ok, afterMs: between(10, 80) }),
  // Some take longer than its subscription waits.
  slow: () => ({ ...ok, afterMs: between(800, 4_500) }),
  flaky: () =>
    Math.random() < 0.2
      ? {
          status: 500,
          text: '{"error":"deadlock detected, transaction rolled back"}',
          afterMs: between(50, 400),
        }
      : { ...ok, afterMs: between(30, 200) },
  down: () => ({
    status: 503,
    text: "upstream connect error or disconnect/reset before headers",
    afterMs: 20,
  }),
  busy: () => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) [second, taken] = [now, 0];
    taken += 1;
    if (taken <= QUOTA) return { ...ok, afterMs: between(20, 60) };
    return { status: 429, text: "quota exceeded", headers: { "retry-after": "3" } };
  },
  gone: () => ({ status: 410, text: "this integration was retired" }),
};

const KINDS = /** @type {Kind[]} */ (Object.keys(REPLIES));

export async function openEndpoints() {
  let last = Date.now();
  const opened = await Promise.all(
    KINDS.map(async (kind) => {
      /** @type {Map<number, number>} */
      const statuses = new Map();
      const server = createServer(async (request, response) => {
        last = Date.now();
        const { status, text, headers = {}, afterMs = 0 } = REPLIES[kind]();
        request.resume();
        await pause(afterMs);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const type = text.startsWith("{") ? "application/json" : "text/plain";
        response.writeHead(status, { "content-type": type, ...headers }).end(text);
      });
      await new Promise((resolve) => server.listen(0, HOST, () => resolve(undefined)));
      const address = server.address();
      const port = typeof address === "object" ? address?.port : undefined;
      return { kind, server, statuses, url: `http://${HOST}:${port}` };
    }),
  );

  return {
    /** @param {Kind} kind */
    url: (kind) => `${opened.find((one) => one.kind === kind)?.url}/${kind}`,
    /** What each was sent, by how it answered. */
    counts: () => opened.map(({ kind, statuses }) => ({ kind, statuses })),
    /** Waits until nothing comes any more, for a while at most. @param {AbortSignal} stop */
    async quiet(stop) {
      const deadline = Date.now() + QUIET_AT_MOST_MS;
      last = Date.now();
      while (!stop.aborted && Date.now() < Math.min(deadline, last + QUIET_MS)) await pause(100);
    },
    close: () =>
      Promise.all(
        opened.map(({ server }) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      ),
  };
}
