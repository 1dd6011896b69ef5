// What the console's headers and cookies are worth in a browser: against a script that somebody has smuggled into a page, and against
// other sites that whoever is logged in has open beside it.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loggedIn } from "../worker/support/console.ts";
import { type Endpoint, startEndpoint } from "../worker/support/endpoint.ts";
import { type Stack, startStack } from "../worker/support/stack.ts";
import { expectNoProblems, launch, openWindow, session } from "./support/browser.ts";

declare global {
  interface Window {
    htmx: { process: (element: Element) => void };
  }
}

const SESSION = "__Host-heliograph";

let stack: Stack;
let browser: Browser;
let storageState: Awaited<ReturnType<typeof session>>;
/** Another site. Whatever reaches it has left the console. */
let elsewhere: Endpoint;

beforeAll(async () => {
  [stack, browser, elsewhere] = await Promise.all([
    startStack({ limits: { LOGIN: 1000 } }),
    launch(),
    startEndpoint(),
  ]);
  storageState = await session(browser, stack.base, stack.rootKey);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await elsewhere?.stop();
});
beforeEach(() => {
  elsewhere.received.length = 0;
});

describe("a script in a page of the console", () => {
  /** Puts something into a page as a hole in it would, and tells what the browser has said to that. */
  async function smuggle(page: Page, html: string) {
    return page.evaluate(
      (html) =>
        new Promise<string[]>((resolve) => {
          const reports: string[] = [];
          document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
            reports.push(effectiveDirective),
          );
          // Later, since the policy looks away from what a debugger does itself.
          setTimeout(() => {
            // Parsed as a part of the page, so that scripts in it would run.
            document.body.append(document.createRange().createContextualFragment(html));
            window.htmx.process(document.body);
            for (const target of document.querySelectorAll("[data-click]"))
              target.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
            for (const form of document.querySelectorAll<HTMLFormElement>("[data-submit]")) form.submit();
          });
          setTimeout(() => resolve(reports), 300);
        }),
      html,
    );
  }

  const mark = "window.__xss = true";
  it.each([
    ["within a script element", () => `<script>${mark}</script>`, "script-src-elem"],
    ["in a handler of an element", () => `<img src="/nothing" onerror="${mark}">`, "script-src-attr"],
    ["in a handler of a drawing", () => `<svg><g onclick="${mark}" data-click></g></svg>`, "script-src-attr"],
    ["in a link", () => `<a href="javascript:${mark}" data-click>x</a>`, "script-src-elem"],
    ["from another site", () => `<script src="${elsewhere.url}"></script>`, "script-src-elem"],
    ["in a frame", () => `<iframe srcdoc="<script>parent.${mark}</script>"></iframe>`, null],
    ["of htmx", () => `<p hx-on:click="${mark}" data-click>x</p>`, "script-src"],
    ["as a picture's address", () => `<img src="${elsewhere.url}?told">`, "img-src"],
    ["as a style", () => `<style>body { background: url(${elsewhere.url}) }</style>`, "style-src-elem"],
    ["as an inline style", () => `<p style="background: url(${elsewhere.url})">x</p>`, "style-src-attr"],
    ["as a base for links", () => `<base href="${elsewhere.url}">`, "base-uri"],
    ["as a form to another site", () => `<form action="${elsewhere.url}" data-submit></form>`, "form-action"],
    ["as a plug-in", () => `<object data="${elsewhere.url}"></object>`, "object-src"],
  ])("%s does nothing", async (_, html, directive) => {
    const { page } = await openWindow(browser, { storageState });
    await page.goto(`${stack.base}/console`);
    const reports = await smuggle(page, html());
    if (directive) expect(reports).toContain(directive);
    expect(await page.evaluate("window.__xss")).toBeUndefined();
    expect(page.url()).toBe(`${stack.base}/console`);
    expect(elsewhere.received).toEqual([]);
  });

  it("would do something without the policy", async () => {
    const { page } = await openWindow(browser, { storageState, bypassCSP: true });
    await page.goto(`${stack.base}/console`);
    expect(await smuggle(page, `<script>${mark}</script><img src="${elsewhere.url}?told">`)).toEqual([]);
    expect(await page.evaluate("window.__xss")).toBe(true);
    await elsewhere.until(1);
  });

  it("could call nobody, and read no session", async () => {
    const { page } = await openWindow(browser, { storageState });
    await page.goto(`${stack.base}/console`);
    const called = await page.evaluate(
      (url) =>
        fetch(url, { mode: "no-cors" }).then(
          () => "called",
          () => "kept in",
        ),
      elsewhere.url,
    );
    expect(called).toBe("kept in");
    expect(await page.evaluate(() => document.cookie)).toBe("");
    expect(elsewhere.received).toEqual([]);
  });
});

describe("another site", () => {
  let destination: Endpoint;

  beforeEach(async () => {
    destination = await startEndpoint();
    await stack.subscribe(destination.url);
  });
  afterEach(async () => {
    await stack.unsubscribe();
    await destination.stop();
  });

  /** A page of another site: under another name, or under the same one, where cookies are not told apart. */
  function page(html: string, host: "localhost" | "127.0.0.1") {
    elsewhere.reply = (_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>x</title>${html}`);
    return elsewhere.url.replace("127.0.0.1", host);
  }

  const form = (token = "") =>
    `<form method="post" action="${stack.base}/console/sample"><input name="form_token" value="${token}"></form>
     <script>document.forms[0].submit()</script>`;

  it.each(["localhost", "127.0.0.1"] as const)("at %s can send no form", async (host) => {
    const window = await openWindow(browser, { storageState });
    await window.page.goto(`${stack.base}/console`);
    // The token would be right, however somebody has come to it.
    const token = await window.page.locator('input[name="form_token"]').first().inputValue();
    for (const html of [form(), form(token)]) {
      const tab = await window.context.newPage();
      const answered = tab.waitForResponse(`${stack.base}/console/sample`);
      await tab.goto(page(html, host), { waitUntil: "commit" });
      expect((await answered).status()).toBe(403);
      await tab.close();
    }
    // The same form from its own page is taken.
    expect(destination.received).toHaveLength(0);
    await window.page.evaluate(() => {
      const form = document.querySelector<HTMLFormElement>('form[action="/console/theme"]');
      if (form) form.action = "/console/sample";
      form?.submit();
    });
    await destination.until(1);
    expect(destination.received).toHaveLength(1);
  });

  it("can show no page of it in a frame", async () => {
    const window = await openWindow(browser, { storageState });
    await window.page.goto(page(`<iframe src="${stack.base}/console"></iframe>`, "127.0.0.1"));
    const [frame] = window.page.frames().slice(1);
    await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/);
  });

  it("can read nothing of it", async () => {
    const window = await openWindow(browser, { storageState });
    await window.page.goto(page("", "127.0.0.1"));
    const read = await window.page.evaluate(
      (url) =>
        fetch(url, { credentials: "include" }).then(
          () => "read",
          () => "refused",
        ),
      `${stack.base}/console`,
    );
    expect(read).toBe("refused");
  });

  it("leads there as somebody who has to log in: the cookie stays at home", async () => {
    const window = await openWindow(browser, { storageState });
    await window.page.goto(page(`<a href="${stack.base}/console/webhooks">x</a>`, "localhost"));
    await window.page.getByRole("link").click();
    await window.page.getByRole("heading", { name: "Log in" }).waitFor();
  });
});

it("a session that somebody has planted is not the one that a login begins", async () => {
  const made = await stack.call("POST", "/v1/keys", { name: "an attacker's", scopes: ["webhooks:read"] });
  const attacker = await loggedIn(stack, String(made.data["key"]));
  const planted = attacker.cookies.get(SESSION) ?? "";
  const window = await openWindow(browser);
  const url = stack.base.replace("http:", "https:");
  await window.context.addCookies([
    { name: SESSION, value: planted, url, httpOnly: true, sameSite: "Strict" },
  ]);
  // The victim is in the attacker's session, and logs in.
  await window.page.goto(`${stack.base}/console/login`);
  await window.page.getByLabel("API key").fill(stack.rootKey);
  await window.page.getByRole("button", { name: "Log in" }).click();
  await window.page.waitForURL(`${stack.base}/console`);
  const session = (await window.context.cookies(url)).find(({ name }) => name === SESSION);
  expect(session?.value).toBeDefined();
  expect(session?.value).not.toBe(planted);
  // What was planted is worth what it was.
  expect((await attacker.get("/console")).text).not.toContain('action="/console/sample"');
  expectNoProblems(window);
});
