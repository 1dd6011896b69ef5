// Everybody can read and use each page: axe has nothing to say, in both themes, at a desk and on a phone.
import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNoProblems, launch, logIn, openWindow, SIZES, THEMES, visit } from "./support/browser.ts";
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

/** What is wrong with a page: the rule, and the elements that break it. */
async function violations(page: Page) {
  // Not as an element, which the policy would keep out.
  await page.evaluate(axe.source);
  const results = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
  return results.violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    at: nodes.map(({ html }) => html.slice(0, 200)),
  }));
}

describe.each(THEMES)("in %s colours", (colorScheme) => {
  it.each(Object.entries(SIZES))("%s: no page keeps anybody out", async (_, viewport) => {
    const window = await openWindow(browser, { colorScheme, viewport });
    const { page } = window;
    const base = stage.stack.base;
    await page.goto(`${base}/console/login`);
    expect.soft(await violations(page), "login").toEqual([]);
    await logIn(page, base, stage.stack.rootKey);
    for (const { name, path, status = 200 } of PAGES) {
      expect(await visit(page, base + path(filled)), name).toBe(status);
      expect.soft(await violations(page), name).toEqual([]);
    }
    expectNoProblems(window);
  });
});

it("finds what is wrong with a page that is wrong", async () => {
  const { page } = await openWindow(browser);
  await page.setContent("<main><img src='x'><input></main>");
  const rules = (await violations(page)).map(({ rule }) => rule.split(":")[0]);
  expect(rules).toEqual(expect.arrayContaining(["image-alt", "label"]));
});
