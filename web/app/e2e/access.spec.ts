import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "./test";
import { listReady, person } from "./people";

/** No violation of WCAG A and AA nor of axe's best practices, on every screen, light and dark. */
async function clean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(" | ")}`)).toEqual([]);
}

const marseille = "/#map=13/43.3/5.39";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`accessibility, ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("sign-in with errors", async ({ page }) => {
      await page.goto("/");
      await page.getByRole("button", { name: "Ouvrir la session" }).click();
      await expect(page.getByText("Saisir l’identifiant.")).toBeVisible();
      await clean(page);
    });

    test("map, list and account", async ({ browser }) => {
      const page = await person(browser, "cross13", "/?product=cannabis&status=active,disrupted", { colorScheme });
      await listReady(page);
      await clean(page);
      await page.getByRole("button", { name: /Cross 13/ }).click();
      await clean(page);
    });

    test("sheet and dialogs", async ({ browser }) => {
      const page = await person(browser, "cross13", marseille, { colorScheme });
      await listReady(page);
      await page.locator("a.row").first().click();
      await expect(page.getByRole("heading", { name: "Historique" })).toBeVisible();
      await clean(page);
      await page.getByRole("button", { name: "Fermer le point" }).click();
      await clean(page);
    });

    test("motive, rights, tokens and export", async ({ browser }) => {
      const page = await person(browser, "cross13", marseille, { colorScheme });
      await listReady(page);
      for (const [item, there] of [
        ["Changer de motif", "Les consultations à venir seront journalisées"],
        ["Ce que je peux voir", "Jusqu’où va une diffusion"],
        ["Mes jetons", "Un jeton laisse un autre programme"],
        ["Changer le mot de passe", "Les autres sessions ouvertes"],
      ] as const) {
        await page.locator(".account-button").click();
        await page.getByRole("button", { name: item }).click();
        await expect(page.getByRole("dialog").getByText(there).first()).toBeVisible();
        await clean(page);
        if (item === "Mes jetons") {
          await page.getByRole("button", { name: "Créer un jeton" }).click();
          await page.getByRole("button", { name: "Créer le jeton" }).click();
          await clean(page);
        }
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
      }
      await page.getByRole("button", { name: "Exporter" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Exporter" }).click();
      await expect(page.getByText("Nommer au moins un destinataire.")).toBeVisible();
      await clean(page);
    });

    test("form with errors", async ({ browser }) => {
      const page = await person(browser, "cross13", marseille, { colorScheme });
      await page.getByRole("button", { name: "Ajouter un point" }).click();
      await page.getByRole("button", { name: "Ajouter le point" }).click();
      await expect(page.getByText("Nommer le lieu.").first()).toBeVisible();
      await clean(page);
    });

    test("roles without points", async ({ browser }) => {
      for (const role of ["prefet13", "auditeur"]) {
        const page = await person(browser, role, "/", { colorScheme });
        await expect(page.getByRole("main")).toBeVisible();
        await clean(page);
        await page.context().close();
      }
    });

    test("tablet with drawers", async ({ browser }) => {
      const page = await person(browser, "gn", marseille, { colorScheme, viewport: { width: 768, height: 1024 }, hasTouch: true });
      await page.getByRole("button", { name: /^Filtres/ }).click();
      await clean(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Liste/ }).click();
      await listReady(page);
      await clean(page);
    });
  });
}
