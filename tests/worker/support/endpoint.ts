// A customer's endpoint: a plain HTTP server that keeps what it gets and answers as the test says.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Received = {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  at: number;
};
export type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;
type Reply = (received: Received, response: ServerResponse) => void;

const ok: Reply = (_, response) => {
  response.end("ok");
};

export async function startEndpoint(reply: Reply = ok) {
  const received: Received[] = [];
  let waiting: (() => void)[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const one: Received = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body,
      text: body.toString("utf8"),
      at: Date.now(),
    };
    received.push(one);
    for (const wake of waiting) wake();
    waiting = [];
    state.reply(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    reply,
    /** Waits until so many requests have come that fit. */
    async until(
      count: number,
      fits: (one: Received) => boolean = () => true,
      seconds = 20,
    ): Promise<Received[]> {
      const deadline = Date.now() + seconds * 1000;
      for (;;) {
        const fitting = received.filter(fits);
        if (fitting.length >= count) return fitting;
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`${fitting.length} of ${count} requests came in ${seconds} s`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          waiting.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

/** For asserting that something does not happen. */
export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Waits until a condition holds. */
export async function eventually(holds: () => boolean | Promise<boolean>, what: string, seconds = 20) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(25);
  }
}
