// What can be said against a page, whatever is on it.
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** What is wrong with a page: the rule, and the elements that break it. */
export async function violations(page: Page) {
  // Not as an element, which the policy would keep out.
  await page.evaluate(axe.source);
  const results = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
  return results.violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    at: nodes.map(({ html }) => html.slice(0, 200)),
  }));
}

/**
 * A tenth of what still counts as good for a whole page. A long table is shown while the rest of it is being read, and what comes may widen a
 * column by a few pixels; what jumps is more.
 */
const STILL = 0.01;

/** What has moved by itself since the page was opened, so far that one would see it. */
export const moved = (page: Page) =>
  page.evaluate(
    (still) =>
      new Promise<string[]>((resolve) => {
        type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };
        const all: string[] = [];
        new PerformanceObserver((list) => {
          for (const { value, sources } of list.getEntries() as Shift[]) {
            if (value < still) continue;
            const nodes = sources.map(({ node }) =>
              node instanceof Element ? node.outerHTML.slice(0, 100) : "",
            );
            all.push(`${value}: ${nodes.join(", ")}`);
          }
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(all), 100);
      }),
    STILL,
  );

/** The elements that are wider than the page, if it can be scrolled sideways. */
export const tooWide = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    return [
      `${scrollWidth} of ${clientWidth}`,
      ...wide.slice(0, 5).map(({ outerHTML }) => outerHTML.slice(0, 150)),
    ];
  });
