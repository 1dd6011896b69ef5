// A KV namespace that can be broken: a store behind workerd's own KV client, whose requests Miniflare's proxy for bindings
// elsewhere passes on. Reads always work; what becomes of a write is the test's to say.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Kv = Awaited<ReturnType<typeof startKv>>;
/** Whether a write is taken. */
type Writes = () => boolean | Promise<boolean>;

export async function startKv() {
  const values = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(String(request.headers["mf-url"]));
    const key = decodeURIComponent(url.pathname.slice(1));
    const value = values.get(key);
    if (request.method === "PUT") {
      if (await state.writes()) {
        values.set(key, Buffer.concat(chunks).toString("utf8"));
        response.end();
      } else {
        state.refused++;
        response.writeHead(503).end("KV is down");
      }
    } else if (request.method === "GET" && value !== undefined) response.end(value);
    else response.writeHead(request.method === "GET" ? 404 : 405).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    writes: (() => true) as Writes,
    /** How many writes were refused. */
    refused: 0,
    read: (key: string) => values.get(key),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}
