import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, type Page } from "./test";
import { listReady, person, signIn } from "./people";
import { serve } from "./server";

const marseille = "/#map=14/43.3/5.39";
const run = Date.now().toString(36);

async function openMenu(page: Page, item: string | RegExp): Promise<void> {
  await page.locator(".account-button").click();
  await page.getByRole("button", { name: item }).click();
}

/** Nothing of the map is on the screen: no row, no sheet, no canvas, no number, and the sign-in page is there. */
async function empty(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: "Ouvrir une session" })).toBeVisible();
  for (const trace of ["a.row", ".sheet", "canvas", ".totals", "dialog", ".toast"]) await expect(page.locator(trace)).toHaveCount(0);
}

test("a grant that ends empties the screen of its person within a second, for good", async ({ browser }) => {
  const server = await serve(mkdtempSync(path.join(tmpdir(), "dealmap-rights-")));
  try {
    const options = { baseURL: server.url };
    const gn = await person(browser, "gn", marseille, options);
    const admin = await person(browser, "admin", "/", options);
    await listReady(gn);
    await gn.locator("a.row").first().click();
    await expect(gn.getByRole("heading", { name: "Historique" })).toBeVisible();
    const reference = new URL(gn.url()).searchParams.get("point") ?? "";
    const name = (await gn.locator("#sheet-title").textContent()) ?? "";
    await expect(gn.getByText("En direct")).toBeVisible();
    await openMenu(gn, "Ce que je peux voir");
    await expect(gn.getByRole("dialog")).toBeVisible();

    // The page itself notes the moment at which the last trace went, so that waiting for it adds nothing.
    const gone = gn.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const look = (): void => {
            if (document.querySelector("a.row, .sheet, canvas, dialog")) requestAnimationFrame(look);
            else resolve(Date.now());
          };
          look();
        }),
    );
    const { grants } = (await (await admin.request.get("/api/v1/grants?subject=gn")).json()) as { grants: { id: string; state: string }[] };
    const grant = grants.find(({ state }) => state === "active");
    const ended = await admin.request.post(`/api/v1/grants/${grant?.id}/end`);
    const answered = Date.now();
    expect(ended.ok()).toBe(true);
    const late = (await gone) - answered;
    test.info().annotations.push({ type: "the screen was empty after", description: `${late} ms` });
    expect(late).toBeLessThan(1000);

    await empty(gn);
    await expect(gn.getByText(/n’avez pas, ou plus, d’habilitation/)).toBeVisible();
    expect(gn.url()).not.toContain(reference);
    for (const move of [() => gn.goBack(), () => gn.goForward(), () => gn.reload()]) {
      await move();
      await expect(gn.getByLabel("Identifiant")).toBeVisible();
      await empty(gn);
      await expect(gn.getByText(name)).toHaveCount(0);
    }
    for (const url of ["/api/v1/deal-points?limit=1", "/tiles/deal_points/12/2109/1493.mvt", "/api/v1/changes"]) {
      expect([401, 403]).toContain((await gn.request.get(url)).status());
    }
    // Without a grant the right password opens nothing either.
    await gn.getByLabel("Identifiant").fill("gn");
    await gn.getByLabel("Mot de passe", { exact: true }).fill("demonstration");
    await gn.getByLabel("Motif de la consultation").selectOption({ label: "Mise à jour de la carte" });
    await gn.getByRole("button", { name: "Ouvrir la session" }).click();
    await expect(gn.getByRole("alert").getByText(/habilitation/)).toBeVisible();
  } finally {
    await server.stop();
  }
});

test("the first sign-in asks for a password of one's own", async ({ browser }) => {
  const username = `nouveau-${run}`;
  const admin = await person(browser, "admin");
  expect((await admin.request.post("/api/v1/accounts", { data: { username, password: "provisoire provisoire" } })).status()).toBe(201);
  const grant = { subject: username, name: "Nouvelle recrue", role: "investigator", service: "PN", unit: "DIPN 13", territories: ["dep:13"] };
  expect((await admin.request.post("/api/v1/grants", { data: grant })).status()).toBe(201);

  const page = await (await browser.newContext()).newPage();
  await page.goto("/");
  await page.getByLabel("Identifiant").fill(username);
  await page.getByLabel("Mot de passe", { exact: true }).fill("provisoire provisoire");
  await page.getByLabel("Motif de la consultation").selectOption({ label: "Mise à jour de la carte" });
  await page.getByRole("button", { name: "Ouvrir la session" }).click();
  await expect(page.getByRole("heading", { name: "Choisir un mot de passe" })).toBeVisible();
  await page.getByLabel("Mot de passe actuel").fill("provisoire provisoire");
  await page.getByLabel("Nouveau mot de passe", { exact: true }).fill("court");
  await page.getByRole("button", { name: "Enregistrer le mot de passe" }).click();
  await expect(page.getByText("Il faut 12 caractères au moins.")).toBeVisible();
  await page.getByLabel("Nouveau mot de passe", { exact: true }).fill("un cheval sous la pluie");
  await page.getByLabel("Nouveau mot de passe, encore une fois").fill("un cheval sous la pluie");
  await page.getByRole("button", { name: "Enregistrer le mot de passe" }).click();
  await expect(page.getByRole("banner").getByRole("button", { name: /Nouvelle recrue/ })).toBeVisible();
});

test("a motive that wants a case asks for it; the motive stays in sight and can be changed", async ({ page }) => {
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto("/");
  await page.getByLabel("Identifiant").fill("cross13");
  await page.getByLabel("Mot de passe", { exact: true }).fill("demonstration");
  await expect(page.getByLabel("Référence du dossier")).toBeHidden();
  await page.getByLabel("Motif de la consultation").selectOption({ label: "Enquête judiciaire" });
  await page.getByRole("button", { name: "Ouvrir la session" }).click();
  await expect(page.getByText("Ce motif demande la référence du dossier.")).toBeVisible();
  await expect(page.getByLabel("Référence du dossier")).toBeFocused();
  await page.getByLabel("Référence du dossier").fill("P-2026-1187");
  await page.getByRole("button", { name: "Ouvrir la session" }).click();
  const band = page.getByRole("region", { name: "Diffusion Restreinte" });
  await expect(band).toContainText("Enquête judiciaire (P-2026-1187)");
  expect(errors).toEqual([]);

  await openMenu(page, "Changer de motif");
  await page.getByRole("dialog").getByLabel("Motif de la consultation").selectOption({ label: "Autre motif" });
  await page.getByRole("dialog").getByRole("button", { name: "Changer de motif" }).click();
  await expect(page.getByText("Préciser le motif.")).toBeVisible();
  await page.getByRole("dialog").getByLabel("Précision").fill("formation des arrivants");
  await page.getByRole("dialog").getByRole("button", { name: "Changer de motif" }).click();
  await expect(band).toContainText("Autre motif : formation des arrivants");
});

test("after the identity provider the motive is asked for, and its refusals are said", async ({ page }) => {
  await page.goto("/?refus=habilitation&point=13-K7QF");
  await expect(page.getByText("vous n’avez pas d’habilitation en cours")).toBeVisible();
  await expect(page).toHaveURL(/\/\?point=13-K7QF$/);
  await signIn(page, "ofast");
  // What the server says after the identity provider has answered, and until the motive is stated.
  let stated = false;
  page.on("request", (request) => (stated ||= request.url().endsWith("/session/motive")));
  await page.route("**/api/v1/session", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), motive_required: !stated } });
  });
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Pourquoi consultez-vous la carte ?" })).toBeVisible();
  await page.getByLabel("Motif de la consultation").selectOption({ label: "Renseignement criminel" });
  await page.getByRole("button", { name: "Ouvrir la carte" }).click();
  await expect(page.getByRole("region", { name: "Diffusion Restreinte" })).toContainText("Renseignement criminel");
});

test("a locked account is told until when", async ({ page }) => {
  await page.goto("/");
  await page.route("**/api/v1/session", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ status: 401, headers: { "Content-Type": "application/problem+json", "Retry-After": "840" }, json: { type: "urn:dealmap:problem:locked", title: "Compte verrouillé", status: 401, detail: "trop d’échecs" } })
      : route.continue(),
  );
  await page.getByLabel("Identifiant").fill("pn");
  await page.getByLabel("Mot de passe", { exact: true }).fill("faux");
  await page.getByLabel("Motif de la consultation").selectOption({ label: "Mise à jour de la carte" });
  await page.getByRole("button", { name: "Ouvrir la session" }).click();
  await expect(page.getByText(/Nouvel essai possible à \d\d:\d\d, dans 14 minutes/)).toBeVisible();
});

test("a sheet says what is seen and why, and marks what is withheld", async ({ browser }) => {
  const cross = await person(browser, "cross13", marseille);
  await listReady(cross);
  await cross.locator("a.row").first().click();
  const why = cross.getByRole("region", { name: "Ce que vous voyez, et pourquoi" });
  await expect(why.getByText("Fiche entière")).toBeVisible();
  await expect(why.getByText("Rien n’est retenu.")).toBeVisible();

  const gn = await person(browser, "gn", new URL(cross.url()).search);
  const partly = gn.getByRole("region", { name: "Ce que vous voyez, et pourquoi" });
  await expect(partly.getByText("Fiche partagée")).toBeVisible();
  await expect(partly.getByText("La diffusion de cette fiche s’étend jusqu’à vous.")).toBeVisible();
  await expect(partly.getByText(/références de dossier/)).toBeVisible();
  const cases = gn.locator(".fact", { hasText: "Références de dossier" });
  await expect(cases.locator(".withheld")).toHaveText("Retenu");
  await gn.getByRole("button", { name: "Voir la règle complète" }).click();
  await expect(gn.getByRole("dialog").getByRole("heading", { name: /Qui voit quoi/ })).toBeVisible();
  await expect(gn.getByRole("dialog").getByRole("cell", { name: /cette fiche appartient à votre unité/ }).first()).toBeVisible();
});

test("a token is shown once, reads, and ends at once", async ({ browser, playwright, baseURL }) => {
  const page = await person(browser, "cross13", marseille);
  await openMenu(page, "Mes jetons");
  const dialog = page.getByRole("dialog", { name: "Mes jetons" });
  await dialog.getByRole("button", { name: "Créer un jeton" }).click();
  await dialog.getByRole("button", { name: "Créer le jeton" }).click();
  await expect(dialog.getByText("Dire à quoi le jeton sert.")).toBeVisible();
  await dialog.getByLabel("À quoi il sert").fill(`QGIS ${run}`);
  await dialog.getByLabel("Motif des lectures").selectOption({ label: "Mise à jour de la carte" });
  await dialog.getByRole("button", { name: "Créer le jeton" }).click();
  const text = (await dialog.locator("code").first().textContent()) ?? "";
  expect(text).toMatch(/^dm_/);
  const program = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { Authorization: `Bearer ${text}` } });
  expect((await program.get("/api/v1/deal-points?limit=1")).status()).toBe(200);
  const written = await program.post("/api/v1/deal-points", {
    data: { type: "Feature", geometry: { type: "Point", coordinates: [5.41, 43.29] }, properties: { kind: "street", name: `Square du Jeton ${run}`, accuracy: "street" } },
  });
  expect(written.status()).toBe(403);

  await dialog.getByRole("button", { name: "Je l’ai copié" }).click();
  await expect(dialog.getByText(text)).toHaveCount(0);
  await dialog.getByRole("button", { name: `Révoquer le jeton « QGIS ${run} »` }).click();
  await page.getByRole("dialog", { name: "Révoquer ce jeton ?" }).getByRole("button", { name: "Révoquer" }).click();
  await expect(page.getByText("Jeton révoqué.").first()).toBeVisible();
  expect((await program.get("/api/v1/deal-points?limit=1")).status()).toBe(401);
});

test("an export names its recipients, says what it left out, and bears the mention", async ({ browser }) => {
  const page = await person(browser, "gn", "/?product=cannabis#map=12/43.3/5.39");
  await listReady(page);
  await page.getByRole("button", { name: "Exporter" }).click();
  const dialog = page.getByRole("dialog", { name: "Exporter" });
  await dialog.getByRole("button", { name: "Exporter" }).click();
  await expect(dialog.getByText("Nommer au moins un destinataire.")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Destinataires" }).fill("Parquet de Marseille");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Retirer Parquet de Marseille" })).toBeVisible();
  await dialog.getByLabel("Finalité").fill("Réunion du mois");
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Exporter" }).click();
  const saved = await (await download).path();
  expect(readFileSync(saved, "utf8")).toMatch(/diffusion restreinte/i);
  await expect(dialog.getByText(/\d+ points? dans le fichier/)).toBeVisible();
  await expect(dialog.getByText(/laissés? de côté/)).toBeVisible();
});

test("the Ofast erases a record for good", async ({ browser }) => {
  const page = await person(browser, "ofast", marseille);
  await listReady(page);
  await page.locator("a.row").last().click();
  await page.getByRole("button", { name: "Effacer définitivement" }).click();
  const dialog = page.getByRole("dialog");
  const reference = new URL(page.url()).searchParams.get("point") ?? "";
  await dialog.getByLabel("Raison de l’effacement").selectOption("retention");
  await dialog.getByRole("button", { name: "Effacer définitivement" }).click();
  await expect(dialog.getByText("La référence ne correspond pas.")).toBeVisible();
  await dialog.getByLabel(/Pour confirmer/).fill(reference);
  await dialog.getByRole("button", { name: "Effacer définitivement" }).click();
  await expect(page.getByText(`Point ${reference} effacé.`).first()).toBeVisible();
  await expect(page.locator(`a.row[data-reference="${reference}"]`)).toHaveCount(0);
  expect((await page.request.get(`/api/v1/deal-points/${reference}`)).status()).toBe(404);
});
