import { expect, type Browser, type BrowserContextOptions, type Page } from "@playwright/test";

/** Opens the application at an address and signs in with a demonstration account. */
export async function signIn(page: Page, username: string, address = "/"): Promise<void> {
  await page.goto(address);
  await page.getByLabel("Identifiant").fill(username);
  await page.getByLabel("Mot de passe", { exact: true }).fill("demonstration");
  await page.getByLabel("Motif de la consultation").selectOption({ label: "Mise à jour de la carte" });
  await page.getByRole("button", { name: "Ouvrir la session" }).click();
  await expect(page.getByRole("banner")).toBeVisible();
}

/** A person in a browser of their own. */
export async function person(browser: Browser, username: string, address = "/", options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await signIn(page, username, address);
  return page;
}

/** Waits until the list shows what the map shows. */
export async function listReady(page: Page): Promise<void> {
  await expect(page.locator("ol.rows:not([aria-busy]) a.row").first()).toBeVisible();
}
