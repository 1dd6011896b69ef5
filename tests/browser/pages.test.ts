// What holds for every page, in both themes, at a desk and on a phone: everybody can read and use it, nothing moves by itself, and
// nothing has to be scrolled sideways.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNoProblems, launch, logIn, openWindow, SIZES, THEMES, visit } from "./support/browser.ts";
import { moved, tooWide, violations } from "./support/judge.ts";
import { PAGES } from "./support/pages.ts";
import { type Filled, openStage, type Stage } from "./support/stage.ts";

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

describe.each(THEMES)("in %s colours", (colorScheme) => {
  it.each(Object.entries(SIZES))("%s: nothing is wrong with any page", async (_, viewport) => {
    const window = await openWindow(browser, { colorScheme, viewport });
    const { page } = window;
    const base = stage.stack.base;
    const judge = async (name: string, path: string, status: number) => {
      expect(await visit(page, base + path), name).toBe(status);
      expect.soft(await tooWide(page), `${name}: too wide`).toEqual([]);
      expect.soft(await violations(page), name).toEqual([]);
      // Last, when all that loads by itself has had its time.
      expect.soft(await moved(page), `${name}: moved`).toEqual([]);
    };
    await judge("login", "/console/login", 200);
    await logIn(page, base, stage.stack.rootKey);
    for (const { name, path, status = 200 } of PAGES) await judge(name, path(filled), status);
    expectNoProblems(window);
  });
});

it("finds what is wrong with a page that is wrong", async () => {
  const { page } = await openWindow(browser);
  await page.setContent("<main><img src='x'><input></main>");
  const rules = (await violations(page)).map(({ rule }) => rule.split(":")[0]);
  expect(rules).toEqual(expect.arrayContaining(["image-alt", "label"]));
});

it("notices a page that moves, and one that is too wide", async () => {
  const { page } = await openWindow(browser);
  await page.setContent("<p id='p'>x</p><h1>moves</h1><pre style='width: 2000px'>wide</pre>");
  await page.waitForTimeout(200);
  await page.evaluate(() => document.getElementById("p")?.setAttribute("style", "height: 300px"));
  expect(await moved(page)).not.toEqual([]);
  expect(await tooWide(page)).not.toEqual([]);
});
