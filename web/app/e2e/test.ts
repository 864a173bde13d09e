/** Playwright's `test`, which closes what a test has opened when it ends: maps that stay open follow the live stream, and make every test after them slower. */
import { test as plain } from "@playwright/test";

export * from "@playwright/test";

export const test = plain.extend<{ closing: undefined }>({
  closing: [
    async ({ browser }, use) => {
      await use(undefined);
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});
