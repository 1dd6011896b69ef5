// What the Workers runtime makes of inputs: a Worker that does nothing else.
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";

const WORKER = String.raw`
const attempt = (work) => { try { return work(); } catch { return null; } };
const SUBJECTS = {
  // The parser's word, and what a request to that URL then says of itself.
  url: (text) => attempt(() => ({ href: new URL(text).href, request: attempt(() => new Request(new URL(text).href).url) })),
  // Written anew: as it is, and as UTF-8 can carry it.
  json: (text) => attempt(() => {
    const written = JSON.stringify(JSON.parse(text));
    return { written, carried: JSON.stringify(JSON.parse(carried(text))) };
  }),
};
// Keys that differ in half an emoji alone become the same key, of which the last counts.
const ESCAPE = /\\u(d[89ab]..)\\u(d[c-f]..)|\\u(d[89a-f]..)|\\./gis;
const carried = (text) => text.replace(ESCAPE, (escape, _high, _low, lone) => (lone ? "\\ufffd" : escape));
export default {
  async fetch(request) {
    const subject = SUBJECTS[new URL(request.url).pathname.slice(1)];
    return Response.json((await request.json()).map(subject));
  },
};`;

/** How many inputs are asked about in one call. */
const AT_ONCE = 5_000;

export type Runtime = Awaited<ReturnType<typeof startRuntime>>;

export async function startRuntime() {
  // The runtime as deployments have it.
  const { compatibility_date, compatibility_flags } = unstable_readConfig({
    config: new URL("../../../wrangler.toml", import.meta.url).pathname,
  });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      log: new Log(LogLevel.ERROR),
      compatibilityDate: compatibility_date ?? "",
      compatibilityFlags: compatibility_flags,
      modules: [{ type: "ESModule", path: "index.js", contents: WORKER }],
    }),
  );
  const base = (await miniflare.ready).origin;
  return {
    /** The answers to inputs, in their order; `null` where it throws. */
    async ask<T>(subject: "url" | "json", inputs: string[]): Promise<(T | null)[]> {
      const answers: (T | null)[] = [];
      for (let at = 0; at < inputs.length; at += AT_ONCE) {
        const body = JSON.stringify(inputs.slice(at, at + AT_ONCE));
        // While the core works on its inputs, nothing here sees that an idle connection was closed.
        const headers = { connection: "close" };
        const response = await fetch(`${base}/${subject}`, { method: "POST", body, headers });
        answers.push(...((await response.json()) as (T | null)[]));
      }
      return answers;
    },
    stop: () => miniflare.dispose(),
  };
}
