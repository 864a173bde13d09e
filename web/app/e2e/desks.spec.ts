import { expect, test, type Page } from "./test";
import { clean as checkAccess } from "./axe";
import { person } from "./people";

/** Nothing is wider than the screen: no screen is scrolled sideways, whatever its width. */
async function fits(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect(await page.locator(".desk-body").evaluate((body) => body.scrollWidth - body.clientWidth)).toBeLessThanOrEqual(0);
}

for (const [name, colorScheme, viewport] of [
  ["wide, light", "light", { width: 1440, height: 900 }],
  ["a tablet", "light", { width: 768, height: 1024 }],
  ["a telephone, dark", "dark", { width: 390, height: 844 }],
] as const) {
  // The tablet lies between the other two: what it shows must fit, the rules of access are theirs.
  const clean = async (page: Page): Promise<void> => (name === "a tablet" ? undefined : checkAccess(page));
  test(`screens without a map fit and are accessible: ${name}`, async ({ browser }) => {
    test.setTimeout(180_000);
    const options = { colorScheme, viewport };
    const check = async (page: Page): Promise<void> => {
      await fits(page);
      await clean(page);
    };

    const admin = await person(browser, "admin", "/", options);
    const row = admin.getByRole("row", { name: /Enquêteur GN/ }).getByRole("button");
    await expect(row).toBeVisible();
    await check(admin);
    await row.click();
    await expect(admin.getByRole("heading", { name: "Enquêteur GN" })).toBeFocused();
    await check(admin);
    await admin.keyboard.press("Escape");
    await expect(row).toBeFocused();
    await admin.keyboard.press("ArrowDown");
    await expect(row).not.toBeFocused();
    await admin.getByRole("button", { name: "Donner une habilitation" }).click();
    await admin.getByRole("dialog").getByLabel("Rôle").selectOption("cross");
    await admin.getByRole("button", { name: "Donner l’habilitation" }).click();
    await clean(admin);
    for (const page of ["accounts", "tokens"]) {
      await admin.goto(`/?page=${page}`);
      await expect(admin.locator(".list-count")).toBeVisible();
      await check(admin);
    }
    await admin.context().close();

    const auditor = await person(browser, "auditeur", "/", options);
    await expect(auditor.getByRole("heading", { name: "Par sorte de sortie" })).toBeVisible();
    await check(auditor);
    await auditor.goto("/?page=person&subject=admin");
    await auditor.locator(".row-open").first().click();
    await expect(auditor.locator(".proof .note")).toBeVisible();
    await expect(auditor.locator(".disclosed .note")).toBeVisible();
    await check(auditor);
    await auditor.goto("/?page=journal");
    await expect(auditor.locator(".row-open").first()).toBeVisible();
    await check(auditor);
    await auditor.goto("/?page=proofs");
    await expect(auditor.getByText("vérifiée dans ce navigateur")).toHaveCount(2);
    await check(auditor);
    await auditor.context().close();

    const partner = await person(browser, "partenaire13", "/", options);
    await partner.getByRole("button", { name: "Transmettre le signalement" }).click();
    await expect(partner.getByText("Décrire ce qui a été vu.")).toBeVisible();
    await check(partner);
    await partner.goto("/?page=mine");
    await expect(partner.locator(".list-count")).toBeVisible();
    await check(partner);
    await partner.context().close();

    const cross = await person(browser, "cross13", "/#map=13/43.3/5.39", options);
    await cross.getByRole("button", { name: /^Signalements/ }).click();
    await expect(cross.getByRole("heading", { name: "Signalements" })).toBeFocused();
    await clean(cross);
    await cross.context().close();

    const procureur = await person(browser, "procureur13", "/", options);
    await procureur.getByRole("button", { name: "Embargo" }).click();
    await procureur.getByRole("button", { name: "Mettre sous embargo" }).click();
    await expect(procureur.getByText("Saisir la référence.")).toBeVisible();
    await clean(procureur);
    await procureur.context().close();
  });
}
