// A real browser at the console. What a test that fails has seen is kept under .wrangler/browser/: a screenshot of each page and a
// trace (`npx playwright-core show-trace FILE`).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished, type TestContext } from "vitest";

const ARTEFACTS = fileURLToPath(new URL("../../../.wrangler/browser/", import.meta.url));

/** The sizes at which pages are looked at: a desk and a small phone. */
export const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } };
export const THEMES = ["light", "dark"] as const;

/** Where something of a test is kept. */
export function artefact(...names: string[]) {
  const safe = names.map((name) => name.replace(/[^a-z0-9.]+/gi, "-").replace(/^-|-$/g, ""));
  const path = join(ARTEFACTS, ...safe);
  mkdirSync(join(path, ".."), { recursive: true });
  return path;
}

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env["CHROMIUM"] || "/usr/bin/chromium" });

export type Window = Awaited<ReturnType<typeof openWindow>>;

/**
 * A window with cookies of its own, closed when the test ends. `problems` is what went wrong on its pages unseen: errors of scripts,
 * what the policy kept out, dialogs, files that were not there.
 */
export async function openWindow(browser: Browser, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: SIZES.wide, ...options });
  const problems: string[] = [];
  const watch = (page: Page) => {
    page.on("console", (message) => {
      // The answer of a page itself is for the test to judge.
      const isOfPage =
        message.location().url === page.url() && /Failed to load resource/.test(message.text());
      if (message.type() === "error" && !isOfPage) problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
    page.on("dialog", (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
  };
  context.on("page", watch);
  await context.tracing.start({ screenshots: true });
  const page = await context.newPage();
  onTestFinished(async ({ task }: TestContext) => {
    const failed = task.result?.state === "fail";
    if (failed) {
      for (const [at, page] of context.pages().entries())
        await page.screenshot({ path: artefact(task.name, `${at}.png`), fullPage: true }).catch(() => {});
    }
    await context.tracing.stop(failed ? { path: artefact(task.name, "trace.zip") } : {});
    await context.close();
  });
  return { context, page, problems };
}

/** Logs in as somebody does, and is on the first page. */
export async function logIn(page: Page, base: string, key: string) {
  await page.goto(`${base}/console`);
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(`${base}/console`);
}

/** The cookies of somebody who is logged in, for windows of their own. */
export async function session(browser: Browser, base: string, key: string) {
  const context = await browser.newContext();
  await logIn(await context.newPage(), base, key);
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Opens a page. Says what it was answered with. */
export async function visit(page: Page, url: string) {
  const response = await page.goto(url, { waitUntil: "load" });
  return response?.status() ?? 0;
}

/** Fails the test where something went wrong unseen. */
export const expectNoProblems = ({ problems }: Window, where = "") => expect(problems, where).toEqual([]);
