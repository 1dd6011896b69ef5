// What the console asks of whoever looks at it: bytes, and scripts.
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, logIn, openWindow, visit } from "./support/browser.ts";
import { PAGES } from "./support/pages.ts";
import { type Filled, openStage, type Stage } from "./support/stage.ts";

/** What logging in and the first page may load, in bytes as they cross the wire. */
const FIRST_PAGE = 60 * 1024;

let stage: Stage;
let filled: Filled;
let browser: Browser;

beforeAll(async () => {
  [stage, browser] = await Promise.all([openStage(), launch()]);
  filled = await stage.fill();
});
afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

const everyPage = (): [string, string][] => [
  ["login", "/console/login"],
  ...PAGES.map(({ name, path }): [string, string] => [name, path(filled)]),
];

describe("the first page", () => {
  it("weighs little, from an empty cache and through the login", async () => {
    const { page } = await openWindow(browser);
    const bodies = new Map<string, Promise<number>>();
    page.on("response", (response) => {
      if (response.status() !== 200) return;
      // Under its name a file comes once. The local runtime packs nothing, the platform packs whatever is text: so what gzip makes
      // of it is counted.
      bodies.set(
        response.url(),
        response.body().then((body) => gzipSync(body).length),
      );
    });
    await logIn(page, stage.stack.base, stage.stack.rootKey);
    await page.waitForLoadState("networkidle");
    const sizes = await Promise.all(bodies.values());
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`login and first page: ${(total / 1024).toFixed(1)} KiB in ${sizes.length} files, gzipped`);
    expect(sizes.length).toBeGreaterThanOrEqual(5);
    expect(total, [...bodies.keys()].join(" ")).toBeLessThanOrEqual(FIRST_PAGE);
  });

  it("loads its files once: the next one has them from the cache", async () => {
    const { page } = await openWindow(browser);
    await logIn(page, stage.stack.base, stage.stack.rootKey);
    const files = await page.evaluate(() =>
      (performance.getEntriesByType("resource") as PerformanceResourceTiming[]).map((entry) => ({
        path: new URL(entry.name).pathname,
        bytes: entry.transferSize,
      })),
    );
    const again = files.filter(({ path, bytes }) => path.startsWith("/assets/") && bytes > 0);
    expect(files.length).toBeGreaterThanOrEqual(3);
    expect(again).toEqual([]);
  });
});

/** What a page says: its headings, and what stands in its tables. Charts say the same as the tables below them. */
async function outline(page: Page) {
  const headings = await page.locator("main").locator("h1, h2, h3").allTextContents();
  const rows = await page.locator("main tbody tr:not(.js-only *)").count();
  return { headings, rows };
}

describe("without JavaScript", () => {
  it("every page says the same", async () => {
    const scripted = await openWindow(browser);
    const plain = await openWindow(browser, { javaScriptEnabled: false });
    for (const { page } of [scripted, plain]) await logIn(page, stage.stack.base, stage.stack.rootKey);
    for (const [name, path] of everyPage()) {
      await visit(scripted.page, stage.stack.base + path);
      await plain.page.goto(stage.stack.base + path);
      const said = await outline(scripted.page);
      expect(said.headings.length, name).toBeGreaterThan(0);
      expect.soft(await outline(plain.page), name).toEqual(said);
    }
  });

  it("somebody can choose colours, and log out", async () => {
    const { page } = await openWindow(browser, { javaScriptEnabled: false });
    await logIn(page, stage.stack.base, stage.stack.rootKey);
    await page.getByRole("button", { name: "dark", exact: true }).click();
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
  });
});
