// The full request and response of every matched event: one object per intake request, each event a range of it.
import type { ReadableStream as WorkersStream } from "@cloudflare/workers-types";
import { equal } from "./crypto.js";
import type { Env, Locator } from "./env.js";
import { urlSignature } from "./payload.js";
import { concat, error } from "./reply.js";

const encoder = new TextEncoder();

/** Collects the events of one intake request; `put` writes them all at once. */
export class Segment {
  readonly path: string;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(org: string, now: Date) {
    const iso = now.toISOString();
    this.path = `${org}/${iso.slice(0, 10)}/${iso.slice(11, 13)}/${crypto.randomUUID()}`;
  }

  add(requestJson: string, responseJson: string): Locator {
    const part = encoder.encode(`{"request":${requestJson},"response":${responseJson}}`);
    const locator = { path: this.path, offset: this.#length, length: part.byteLength };
    this.#parts.push(part);
    this.#length += part.byteLength;
    return locator;
  }

  async put(env: Env): Promise<void> {
    await env.ARCHIVE.put(`archive/${this.path}`, concat(this.#parts, this.#length));
  }
}

/** GET /payloads/…: one event's range, for whoever holds the signed URL. */
export async function serve(url: URL, env: Env): Promise<Response> {
  const path = decodeURIComponent(url.pathname.slice("/payloads/".length));
  const [offset, length, expires] = ["offset", "length", "expires"].map((name) =>
    Number(url.searchParams.get(name) ?? Number.NaN),
  ) as [number, number, number];
  const signature = url.searchParams.get("signature") ?? "";
  if (!equal(signature, await urlSignature(env, path, offset, length, expires))) {
    return error(403, "signature: does not match");
  }
  if (expires * 1000 < Date.now()) return error(403, "expires: this link has expired");
  const object = await env.ARCHIVE.get(`archive/${path}`, { range: { offset, length } });
  if (object === null) return error(404, "no such payload");
  return new Response(object.body as WorkersStream & ReadableStream, {
    headers: { "content-type": "application/json", "content-length": String(length) },
  });
}
