// Endpoints of every bad kind, each behind a path of one server, and what they saw: which deliveries they took, and when.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";

/** How long `busy` asks to be left alone, in seconds of the scaled clock: more than one second of real time. */
export const BUSY_SECONDS = 40_000;

export type Seen = {
  /** How often it was taken: answered 2xx. */
  taken: number;
  /** How often it was tried. */
  tried: number;
  /** When it was tried first, in milliseconds. */
  at: number;
  /** When `busy` may be asked again, in milliseconds of real time. */
  notBefore?: number;
};

type Reply = (response: ServerResponse, seen: Seen, dice: () => number) => void;

const answer = (status: number, headers: Record<string, string | number> = {}): Reply => {
  return (response) => response.writeHead(status, headers).end("answered");
};
const nothing: Reply = () => {};
const pour = (chunk: Buffer, headers: Record<string, string | number>): Reply => {
  return (response) => {
    response.writeHead(200, headers);
    const more = () => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  };
};
const MEGABYTE = Buffer.alloc(64 * 1024, "x");

/** Kinds that take everything in the end; what the others do not take is dead or held. */
export const KINDS = {
  calm1: answer(200),
  calm2: answer(204),
  calm3: answer(200),
  flaky: (response, seen, dice) => answer(dice() < 0.3 ? 500 : 200)(response, seen, dice),
  busy: (response, seen, dice) => {
    const isFirst = seen.tried === 1;
    answer(isFirst ? 429 : 200, isFirst ? { "retry-after": BUSY_SECONDS } : {})(response, seen, dice);
  },
  endless: pour(MEGABYTE, {}),
  huge: pour(MEGABYTE, { "content-length": 500_000_000 }),
  error: answer(500),
  gone: answer(410),
  moved: answer(302, { location: "https://elsewhere.example.com/" }),
  hang: nothing,
  reset: (response) => {
    response.writeHead(200, { "content-length": 1000 });
    response.write("half");
    setTimeout(() => response.destroy(), 5);
  },
  drip: (response) => {
    response.writeHead(200, { "content-length": 1000 });
    const timer = setInterval(() => response.write("."), 1000);
    response.on("close", () => clearInterval(timer));
  },
} satisfies Record<string, Reply>;
export type Kind = keyof typeof KINDS | "tls";
export const CALM: Kind[] = ["calm1", "calm2", "calm3"];

export async function startEndpoints(dice: () => number, factor: number) {
  const seen = new Map<Kind, Map<string, Seen>>();
  const state = { isHealed: false, tooSoon: 0 };
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const kind = (request.url ?? "").slice(1) as keyof typeof KINDS;
    const id = String(JSON.parse(Buffer.concat(chunks).toString("utf8")).request_id);
    const now = Date.now();
    const deliveries = seen.get(kind) ?? new Map<string, Seen>();
    seen.set(kind, deliveries);
    const one: Seen = deliveries.get(id) ?? { taken: 0, tried: 0, at: now };
    deliveries.set(id, one);
    one.tried += 1;
    if (one.notBefore !== undefined && now < one.notBefore) state.tooSoon += 1;
    const reply = state.isHealed ? answer(200) : (KINDS[kind] ?? answer(404));
    reply(response, one, dice);
    if (response.statusCode === 429) one.notBefore = now + (BUSY_SECONDS * 1000) / factor;
    // What is reset or dripped says 200 and is not taken: its reply never ends.
    const isTaken =
      response.statusCode < 300 && (state.isHealed || !["hang", "reset", "drip"].includes(kind));
    if (isTaken) one.taken += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.keepAliveTimeout = 60_000;
  // Closes each connection before a handshake can end.
  const open = new Set<Socket>();
  const closing = createTcpServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => {});
    socket.end();
  });
  await new Promise<void>((resolve) => closing.listen(0, "127.0.0.1", resolve));
  const port = (one: typeof server | typeof closing) => (one.address() as AddressInfo).port;
  return {
    url: (kind: Kind) =>
      kind === "tls" ? `https://127.0.0.1:${port(closing)}/tls` : `http://127.0.0.1:${port(server)}/${kind}`,
    /** Where a webhook goes once everything is well: the same path of the server that answers. */
    healedUrl: (kind: Kind) => `http://127.0.0.1:${port(server)}/${kind}`,
    seen: (kind: Kind) => seen.get(kind) ?? new Map<string, Seen>(),
    state,
    stop() {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      for (const one of [server, closing]) one.close();
    },
  };
}

export type Endpoints = Awaited<ReturnType<typeof startEndpoints>>;
