// What others write and the console shows: gateways in events, endpoints in replies, colleagues in descriptions. It is text on
// every page, and nothing else; the policy has nothing to keep out, since nothing gets as far.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, startEndpoint } from "../worker/support/endpoint.ts";
import { completed } from "../worker/support/events.ts";
import type { Row } from "../worker/support/stack.ts";
import { expectNoProblems, launch, logIn, openWindow, visit } from "./support/browser.ts";
import { everything, HOSTILE } from "./support/hostile.ts";
import { PAGES } from "./support/pages.ts";
import { type Filled, openStage, type Stage } from "./support/stage.ts";

let stage: Stage;
let browser: Browser;
let filled: Filled;

beforeAll(async () => {
  [stage, browser] = await Promise.all([openStage(), launch()]);
  filled = await fillWithHostility();
});
afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

async function fillWithHostility(): Promise<Filled> {
  const { stack } = stage;
  const says = (status: number) =>
    startEndpoint((_, response) =>
      response.writeHead(status, { "content-type": "text/html", "x-note": "<b data-xss>" }).end(everything),
    );
  const [taking, refusing] = [await says(200), await says(400)];
  for (const text of Object.values(HOSTILE))
    await stack.subscribe(`${taking.url}?q=%22%3E%3Cb%20data-xss%3E`, {
      description: text,
      metadata: { [text.slice(0, 40)]: text },
      eventTypes: ["nothing.of.this"],
    });
  const webhook = await stack.subscribe(taking.url, { description: everything });
  const failing = await stack.subscribe(refusing.url, { description: everything });
  const events = Object.values(HOSTILE).map((text, at) =>
    completed({
      // The newest is the first of a list.
      created_at: new Date(Date.now() - at * 1000).toISOString(),
      request_id: text,
      model: text,
      provider: text,
      user_id: text,
      status: 200,
      properties: { [text]: text, environment: text },
      request: { model: text, messages: [{ role: text, content: text }] },
      response: { choices: [{ message: { role: "assistant", content: text } }], error: { message: text } },
    }),
  );
  const { status, error } = await stack.send(events);
  if (status !== 202) throw new Error(`events refused: ${error}`);
  await Promise.all([taking.until(events.length), refusing.until(events.length)]);
  const first = async (id: string, state: string) => {
    let found: Row | undefined;
    await eventually(async () => {
      const { data } = await stack.call("GET", `/v1/webhooks/${id}/deliveries?state=${state}`);
      [found] = data["deliveries"] as Row[];
      return found !== undefined;
    }, `a delivery that is ${state}`);
    return String(found?.["id"]);
  };
  const delivery = await first(webhook.id, "delivered");
  const failure = await first(failing.id, "retrying");
  await Promise.all([taking.stop(), refusing.stop()]);
  const ids = await stage.settle(Object.values(HOSTILE));
  return {
    ...ids,
    webhook: webhook.id,
    failing: failing.id,
    delivery,
    failure,
    request: HOSTILE["element"] ?? "",
  };
}

it("what is written to do harm is shown, and does none", async () => {
  const window = await openWindow(browser);
  const { page } = window;
  await logIn(page, stage.stack.base, stage.stack.rootKey);
  let seen = "";
  for (const { name, path, status = 200 } of PAGES) {
    expect(await visit(page, stage.stack.base + path(filled)), name).toBe(status);
    expect.soft(await page.locator("[data-xss]").count(), name).toBe(0);
    expect.soft(await page.evaluate("window.__xss"), name).toBeUndefined();
    // Whatever is folded away may come to life as it opens.
    await page.locator("main details").evaluateAll((all) => {
      for (const details of all) details.setAttribute("open", "");
    });
    seen += await page.locator("main").textContent();
  }
  for (const [place, text] of Object.entries(HOSTILE)) expect.soft(seen, place).toContain(text.trim());
  expectNoProblems(window);
});

it("nor does a path or a question", async () => {
  const window = await openWindow(browser);
  const { page } = window;
  const harmless = async (path: string) => {
    await visit(page, stage.stack.base + path);
    expect.soft(await page.locator("[data-xss]").count(), path).toBe(0);
    expect.soft(await page.evaluate("window.__xss"), path).toBeUndefined();
  };
  const parts = Object.values(HOSTILE).map(encodeURIComponent);
  for (const part of parts) await harmless(`/console/login?next=${part}`);
  await logIn(page, stage.stack.base, stage.stack.rootKey);
  for (const part of parts) await harmless(`/console/${part}?${part}=${part}`);
  expectNoProblems(window);
});

it("it would do harm where nobody is careful", async () => {
  const window = await openWindow(browser);
  await window.page.setContent(everything);
  expect(await window.page.locator("[data-xss]").count()).toBeGreaterThan(5);
  expect(await window.page.evaluate("window.__xss")).toBe(1);
  expect(window.problems.join()).toContain("dialog");
});
