// Somebody who watches a webhook's deliveries, over a WebSocket.
import type { Row } from "./stack.ts";

export type News = { seq: number; cursor: string; skipped: number | null; deliveries: Row[] };

/** Watches; asks for more after each message where that is wanted. */
export async function watch(url: string, headers: Record<string, string>, asks = true) {
  // Headers are what this runtime's own client takes in place of protocols.
  const socket = new WebSocket(url.replace("http", "ws"), { headers } as unknown as string[]);
  const news: News[] = [];
  let largest = 0;
  socket.addEventListener("message", ({ data }) => {
    largest = Math.max(largest, String(data).length);
    news.push(JSON.parse(String(data)));
    if (asks) socket.send("more");
  });
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener("close", ({ code }) => resolve(code)),
  );
  const opened = await new Promise<boolean>((resolve) => {
    socket.addEventListener("open", () => resolve(true));
    socket.addEventListener("error", () => resolve(false));
  });
  return { socket, news, opened, closed, largest: () => largest };
}
