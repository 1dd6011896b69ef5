// The way of somebody new: the first login, a subscription, a test; then the endpoint breaks, and they see it, why, and mend it. What each
// step looked like is kept in .wrangler/browser/walk/.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "../worker/support/endpoint.ts";
import { completed } from "../worker/support/events.ts";
import { type Row, type Stack, startStack } from "../worker/support/stack.ts";
import { artefact, expectNoProblems, launch, logIn, openWindow } from "./support/browser.ts";

const EVENTS = 6;

let stack: Stack;
let browser: Browser;
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint();
  // One retry, so late that somebody can look at what waits for it.
  stack = await startStack({ vars: { RETRY_SCHEDULE: "6" } });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await endpoint?.stop();
});

/** What a figure of the overview says. */
const stat = (page: Page, label: string) =>
  page.locator(".stat", { hasText: label }).locator("strong").textContent();

it("leads from the first login to a mended endpoint", async () => {
  const window = await openWindow(browser);
  const { page } = window;
  let step = 0;
  const keep = (name: string) =>
    page.screenshot({ path: artefact("walk", `${++step}-${name}.png`), fullPage: true });
  const states = async (state: string) => {
    const { data } = await stack.call("GET", `/v1/deliveries?state=${state}`);
    return (data["deliveries"] as Row[]).length;
  };
  const send = async () => {
    const events = Array.from({ length: EVENTS }, () => completed());
    expect((await stack.send(events)).data).toMatchObject({ accepted: EVENTS, deliveries: EVENTS });
  };

  // The first login: the page says what to do.
  await logIn(page, stack.base, stack.rootKey);
  await expect
    .poll(() => page.getByRole("heading", { name: "Nothing is delivered yet" }).isVisible())
    .toBe(true);
  await keep("first login");

  // Create.
  await page.getByRole("link", { name: "New subscription" }).first().click();
  await page.getByLabel("Destination").fill(endpoint.url);
  await page.getByLabel("Description").fill("Billing");
  await keep("new subscription");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page
    .getByText(/whsec_[A-Za-z0-9+/=]+/)
    .first()
    .waitFor();
  await keep("keys shown once");

  // Test.
  await page.goto(`${stack.base}/console/webhooks`);
  await page.getByRole("link", { name: "Billing" }).click();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.locator("#tested").getByText("200").waitFor();
  expect(endpoint.received).toHaveLength(1);
  await keep("tested");

  // It works, until it breaks.
  await send();
  await eventually(async () => (await states("delivered")) === EVENTS, "deliveries");
  endpoint.reply = (_, response) => response.writeHead(503).end("the database is away");
  await send();
  await eventually(async () => (await states("retrying")) === EVENTS, "failures");

  // It is seen at a glance, with its reason two clicks away.
  await page.goto(`${stack.base}/console`);
  const trouble = page.getByRole("region", { name: "Needs attention" });
  await trouble.getByText("503").waitFor();
  expect(await stat(page, "Waiting for a retry")).toBe(String(EVENTS));
  await keep("broken");
  await trouble.getByRole("link", { name: "See a failed delivery" }).click();
  await page.getByText("its own log will say why").first().waitFor();
  await page.getByText("What the endpoint answered").first().click();
  await page.getByText("the database is away").first().waitFor();
  await keep("why");
  await page.getByRole("link", { name: "Show headers and body" }).first().click();
  await page.getByText("webhook-signature").first().waitFor();
  await keep("what was sent");

  // The retries end.
  await eventually(async () => (await states("dead")) === EVENTS, "dead letters", 30);
  await page.goto(`${stack.base}/console`);
  expect(await stat(page, "Success rate")).toBe("50.0 %");
  expect(await stat(page, "Dead")).toBe(String(EVENTS));
  await keep("given up");

  // Fix, and recover all of it.
  endpoint.reply = (_, response) => response.end("ok");
  await page.goto(`${stack.base}/console/deliveries`);
  await page.getByRole("link", { name: "Recover" }).click();
  await page.getByRole("button", { name: "Recover", exact: true }).click();
  await page.locator("#job").getByText("See the deliveries").waitFor({ timeout: 20_000 });
  await keep("recovered");
  await eventually(async () => (await states("delivered")) === 2 * EVENTS, "recovered deliveries");
  expect(await states("dead")).toBe(0);

  // And the success rate returns.
  await send();
  await eventually(async () => (await states("delivered")) === 3 * EVENTS, "deliveries after that");
  await expect
    .poll(
      async () => {
        await page.goto(`${stack.base}/console`);
        return stat(page, "Success rate");
      },
      { timeout: 10_000 },
    )
    .toBe("75.0 %");
  expect(await trouble.count()).toBe(0);
  await keep("well again");
  expectNoProblems(window);
});
