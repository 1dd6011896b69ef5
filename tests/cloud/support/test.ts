// A test with an account of its own, and a folder that is set up to work on it.
import { test } from "vitest";
import { type Account, openAccount } from "./account.ts";
import { openCheckout } from "./checkout.ts";

type Opened = { account: Account; checkout: ReturnType<typeof openCheckout> };

export const it = test.extend<Opened>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what is needed before.
  account: async ({}, use) => {
    const account = await openAccount();
    await use(account);
    await account.close();
  },
  checkout: async ({ account }, use) => {
    const checkout = openCheckout(account.env);
    await use(checkout);
    checkout.close();
  },
});
