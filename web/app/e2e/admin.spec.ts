import { expect, test, type Page } from "./test";
import { addDays, todayInFrance } from "../core/format";
import { person } from "./people";

/** Apart from earlier runs on the same server. */
const run = Date.now().toString(36);

async function fillGrant(page: Page, username: string, name: string): Promise<void> {
  await page.getByRole("button", { name: "Donner une habilitation" }).click();
  const dialog = page.getByRole("dialog", { name: "Donner une habilitation" });
  await dialog.getByLabel("Identifiant", { exact: true }).fill(username);
  await dialog.getByLabel("Nom affiché").fill(name);
  await dialog.getByLabel("Rôle").selectOption("investigator");
  await dialog.getByLabel("Service", { exact: true }).selectOption("GN");
  await dialog.getByLabel("Unité").fill("SR des Essais");
  await dialog.getByRole("combobox", { name: "Territoires" }).fill("bouches");
  await dialog.getByRole("option", { name: /Bouches-du-Rhône/ }).first().click();
}

test("a new person is given a grant, signs in with the one-time password, and is out when the grant ends", async ({ browser }) => {
  const [username, name] = [`essai.${run}`, `Personne Essai ${run}`];
  const admin = await person(browser, "admin");
  await expect(admin.getByRole("heading", { name: "Administration" })).toBeVisible();
  await admin.getByRole("button", { name: "Donner une habilitation" }).click();
  await admin.getByRole("button", { name: "Donner l’habilitation" }).click();
  await expect(admin.getByText("Saisir l’identifiant.")).toBeVisible();
  await expect(admin.getByLabel("Identifiant", { exact: true })).toBeFocused();
  await admin.keyboard.press("Escape");

  await fillGrant(admin, username, name);
  await admin.getByRole("button", { name: "Donner l’habilitation" }).click();
  const once = admin.getByRole("dialog", { name: "Mot de passe à usage unique" });
  const password = await once.locator("code").nth(1).innerText();
  expect(password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
  await once.getByRole("button", { name: "C’est transmis" }).click();
  await expect(admin.getByText(password)).toHaveCount(0);
  const row = admin.getByRole("row", { name: new RegExp(name) });
  await expect(row.getByText("En cours")).toBeVisible();

  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Identifiant").fill(username);
  await page.getByLabel("Mot de passe", { exact: true }).fill(password);
  await page.getByLabel("Motif de la consultation").selectOption({ label: "Mise à jour de la carte" });
  await page.getByRole("button", { name: "Ouvrir la session" }).click();
  await page.getByLabel("Mot de passe actuel").fill(password);
  await page.getByLabel("Nouveau mot de passe", { exact: true }).fill(`une phrase assez longue ${run}`);
  await page.getByLabel("Nouveau mot de passe, encore une fois").fill(`une phrase assez longue ${run}`);
  await page.getByRole("button", { name: "Enregistrer le mot de passe" }).click();
  await expect(page.getByRole("application", { name: "Carte des points de deal" })).toBeVisible();

  // A second grant at the same dates is explained, and nothing is given.
  await fillGrant(admin, username, name);
  await admin.getByRole("button", { name: "Donner l’habilitation" }).click();
  await expect(admin.getByText(/a déjà une habilitation à ces dates\s: Enquêteur, SR des Essais/)).toBeVisible();
  await expect(admin.getByRole("button", { name: "Terminer l’autre et donner celle-ci" })).toBeFocused();
  await admin.keyboard.press("Escape");

  await row.getByRole("button", { name: new RegExp(name) }).click();
  await admin.getByRole("button", { name: "Terminer l’habilitation" }).click();
  await admin.getByRole("button", { name: "Terminer maintenant" }).click();
  await expect(admin.getByText(`Habilitation de ${name} terminée`).first()).toBeVisible();
  await expect(page.getByRole("application")).toHaveCount(0);
  await expect(admin.getByRole("row", { name: new RegExp(name) })).toHaveCount(0);
  await admin.getByText(/^Terminées \(/).click();
  await expect(admin.getByRole("row", { name: new RegExp(name) }).getByText("Terminée")).toBeVisible();
});

test("accounts and tokens: a new password, deletion, revocation", async ({ browser }) => {
  const [username, name] = [`compte.${run}`, `Compte Essai ${run}`];
  const admin = await person(browser, "admin");
  await fillGrant(admin, username, name);
  await admin.getByRole("button", { name: "Donner l’habilitation" }).click();
  const once = admin.getByRole("dialog", { name: "Mot de passe à usage unique" });
  const first = await once.locator("code").nth(1).innerText();
  await once.getByRole("button", { name: "C’est transmis" }).click();

  await admin.getByRole("link", { name: "Comptes locaux" }).click();
  await expect(admin).toHaveURL(/page=accounts/);
  await admin.getByLabel("Rechercher").fill(username);
  await expect(admin.getByRole("row", { name: new RegExp(username) }).getByText("Mot de passe à changer")).toBeVisible();
  await admin.getByRole("button", { name: `Nouveau mot de passe : ${username}` }).click();
  await admin.getByRole("button", { name: "Créer le mot de passe" }).click();
  expect(await once.locator("code").nth(1).innerText()).not.toBe(first);
  await once.getByRole("button", { name: "C’est transmis" }).click();
  await admin.getByRole("button", { name: `Supprimer : ${username}` }).click();
  await admin.getByRole("button", { name: "Supprimer le compte" }).click();
  await expect(admin.getByText("Aucune ligne ne correspond.")).toBeVisible();

  const cross = await person(browser, "cross13");
  const until = addDays(todayInFrance(), 30);
  const made = await cross.request.post("/api/v1/tokens", { data: { name: `SIG ${run}`, until, motive: "mise_a_jour" } });
  expect(made.status()).toBe(201);
  const { text } = (await made.json()) as { text: string };
  const read = async (): Promise<number> => (await (await browser.newContext()).request.get("/api/v1/deal-points?limit=1", { headers: { Authorization: `Bearer ${text}` } })).status();
  expect(await read()).toBe(200);
  await admin.getByRole("link", { name: "Jetons" }).click();
  await admin.getByRole("button", { name: `Révoquer le jeton SIG ${run}` }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Révoquer", exact: true }).click();
  await expect(admin.getByText(`Jeton « SIG ${run} » révoqué.`).first()).toBeVisible();
  expect(await read()).toBe(401);
  await expect(admin.getByText(text)).toHaveCount(0);
});
