// Somebody at the console, with a browser's cookies and without its scripts.
import { expect } from "vitest";
import type { Stack } from "./stack.ts";

export type Page = { status: number; headers: Headers; text: string };
export type Visitor = ReturnType<typeof visitor>;

/** The token that the forms of a page carry. */
export const formToken = (page: Page) => /name="form_token" value="([^"]*)"/.exec(page.text)?.[1] ?? "";

/** A page's text without its tags. */
export const words = (page: Page) =>
  page.text
    .replace(/<[^>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? "")
    .replace(/\s+/g, " ");

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** Somebody who is not logged in yet. */
export function visitor(stack: Stack) {
  const cookies = new Map<string, string>();

  async function ask(
    method: string,
    path: string,
    body?: string | URLSearchParams,
    headers: Record<string, string> = {},
  ) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const init: RequestInit = {
      method,
      redirect: "manual",
      headers: { ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
    };
    const response = await fetch(stack.base + path, init);
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/max-age=0/i.test(set)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: response.status, headers: response.headers, text: await response.text() } as Page;
  }

  const me = {
    cookies,
    ask,
    get: (path: string, headers: Record<string, string> = {}) => ask("GET", path, undefined, headers),
    /** Sends a form as the page at `from` would: with the token that stands in it. */
    async send(path: string, fields: Record<string, string | string[]> = {}, from = "/console") {
      const token = formToken(await me.get(from));
      const form = new URLSearchParams({ form_token: token });
      for (const [name, value] of Object.entries(fields))
        for (const one of [value].flat()) form.append(name, one);
      return ask("POST", path, form, { origin: stack.base });
    },
    /** The page that a form leads to. */
    async follow(page: Page) {
      expect(page.status, words(page)).toBe(303);
      return me.get(page.headers.get("location") ?? "");
    },
    async login(key = stack.rootKey, next = "") {
      return me.send("/console/login", { key, next }, "/console/login");
    },
  };
  return me;
}

/** Somebody who is logged in. */
export async function loggedIn(stack: Stack, key = stack.rootKey) {
  const me = visitor(stack);
  const answer = await me.login(key);
  expect(answer.status, words(answer)).toBe(303);
  return me;
}
