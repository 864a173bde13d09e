import { expect, test, type BrowserContext, type Page, type Route } from "./test";
import { clean } from "./axe";
import { listReady, person } from "./people";

/** Apart from earlier runs on the same server. */
const run = Date.now().toString(36);
const view = "/#map=15/43.2705/5.4015";

const unavailable = (detail: string) => (route: Route): Promise<void> =>
  route.fulfill({ status: 503, contentType: "application/problem+json", headers: { "Retry-After": "5" }, json: { type: "urn:dealmap:problem:unavailable", title: "Service indisponible", status: 503, detail } });

/** Has the live stream say how the node stands; what it says is said again whenever the browser reconnects. */
async function node(context: BrowserContext, standing: () => object): Promise<void> {
  await context.route("**/api/v1/changes", (route) =>
    route.fulfill({ contentType: "text/event-stream", body: `retry: 200\n\nevent: hello\ndata: {}\n\nevent: node\ndata: ${JSON.stringify(standing())}\n\n` }),
  );
}

const band = (page: Page) => page.locator(".node-band");
const kept = (page: Page): Promise<string | null> => page.evaluate(() => sessionStorage.getItem("dealmap.drafts"));

test("while the engine is away every screen says so, and no longer once it answers", async ({ browser }) => {
  let standing: object = { name: "lyon", engine: "reached" };
  for (const [who, address] of [["gn", view], ["prefet13", "/"], ["auditeur", "/"]] as const) {
    standing = { name: "lyon", engine: "reached" };
    const page = await person(browser, who, address);
    let loads = 0;
    page.on("load", () => loads++);
    await expect(band(page)).toBeEmpty();
    await node(page.context(), () => standing);
    await page.reload();
    await expect(page.getByRole("banner")).toBeVisible();
    await expect(band(page)).toBeEmpty();
    // By the browser's day and hour, which are not this machine's.
    const [since, until] = await page.evaluate(() => [0, 1].map((hour) => new Date(new Date().setHours(hour, 3, 0, 0)).toISOString()));
    standing = { name: "lyon", engine: "away", since, until };
    await expect(band(page)).toContainText(/Moteur injoignable depuis 0.h.03.: la carte peut dater, les modifications sont refusées.; vos saisies sont gardées dans ce navigateur/);
    await expect(band(page)).toContainText(/jusqu’à 1.h.03 au plus tard/);
    await expect(band(page)).toHaveAttribute("role", "status");
    // The list is read again with every reconnection of the stream that stands in for the server's.
    await clean(page, ".node-band");
    standing = { name: "lyon", engine: "reached" };
    await expect(band(page)).toBeEmpty();
    await expect(page.getByRole("status").filter({ hasText: "Le moteur répond de nouveau" })).toHaveCount(1);
    expect(loads).toBe(1);
    await page.context().close();
  }
});

test("in a dialog too one hears that the engine is away, and that it is back", async ({ browser }) => {
  let standing: object = { name: "lyon", engine: "reached" };
  const page = await person(browser, "cross13", view);
  await node(page.context(), () => standing);
  await page.reload();
  await listReady(page);
  await page.locator("a.row").first().click();
  await page.getByRole("button", { name: "Confirmer" }).click();
  const heard = page.getByRole("dialog").getByRole("status");
  // What is told before the dialog is open is heard where it stands.
  await expect(page.getByRole("dialog")).toBeVisible();
  standing = { name: "lyon", engine: "away" };
  await expect(heard).toContainText("Moteur injoignable");
  standing = { name: "lyon", engine: "reached" };
  await expect(heard).toContainText("Le moteur répond de nouveau");
  await page.getByRole("button", { name: "Annuler" }).click();
  await page.context().close();
});

test("what could not be sent is in the form again, after a reload too, and goes once it is sent", async ({ browser }) => {
  const page = await person(browser, "cross13", view);
  await listReady(page);
  await page.getByRole("button", { name: "Ajouter un point" }).click();
  const form = page.getByRole("form", { name: "Ajouter un point" });
  const name = `Traverse des Brouillons ${run}`;
  await form.getByLabel("Nom du lieu").fill(name);
  await form.getByLabel("Type", { exact: true }).selectOption("street");
  await form.getByLabel("Précision de la position").selectOption("street");
  await page.getByLabel("Coordonnées (latitude, longitude)").fill("43.2611 5.3917");
  await page.getByRole("button", { name: "Placer", exact: true }).click();
  expect(await kept(page)).toBeNull();
  await page.route("**/api/v1/deal-points*", (route) => (route.request().method() === "POST" ? unavailable("l’enregistrement est impossible pour l’instant")(route) : route.continue()));
  await page.getByRole("button", { name: "Ajouter le point" }).click();
  await expect(form.getByRole("alert")).toContainText("L’enregistrement est impossible pour l’instant. La saisie est gardée dans cet onglet");
  await form.getByLabel("Horaires").fill("10h-22h");
  expect(await kept(page)).toContain(name);

  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await expect(form.getByText("Une saisie qui n’avait pas été envoyée a été retrouvée.")).toBeVisible();
  await expect(form.getByLabel("Nom du lieu")).toHaveValue(name);
  await expect(form.getByLabel("Horaires")).toHaveValue("10h-22h");
  await expect(page.getByLabel("Coordonnées (latitude, longitude)")).toHaveValue(/43[.]261100, 5[.]391700/);
  await clean(page);
  await page.unroute("**/api/v1/deal-points*");
  await form.getByLabel("Horaires").fill("");
  const sent = page.waitForResponse((r) => r.request().method() === "POST" && r.status() === 201);
  await page.getByRole("button", { name: "Ajouter le point" }).click();
  await sent;
  await expect(page.getByRole("heading", { name })).toBeVisible();
  expect(await kept(page)).toBeNull();
});

test("what a partner typed stays with the tab until it is given up, and with nobody else", async ({ browser }) => {
  const page = await person(browser, "partenaire13");
  const form = page.getByRole("form", { name: "Nouveau signalement" });
  const seen = form.getByLabel("Ce qui a été vu");
  await seen.fill(`Attroupement ${run}`);
  await form.getByLabel("Commune").fill("13055");
  await page.route("**/api/v1/reports", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "Transmettre le signalement" }).click();
  await expect(form.getByRole("alert")).toContainText("gardée dans cet onglet");
  await page.reload();
  await expect(seen).toHaveValue(`Attroupement ${run}`);
  await form.getByRole("button", { name: "Repartir de zéro" }).click();
  await expect(seen).toHaveValue("");
  expect(await kept(page)).toBeNull();

  await seen.fill(`Attroupement ${run}`);
  await form.getByLabel("Commune").fill("13055");
  await page.getByRole("button", { name: "Transmettre le signalement" }).click();
  await expect(form.getByRole("alert")).toContainText("gardée dans cet onglet");
  await page.getByRole("banner").getByRole("button", { name: /Partenaire 13/ }).click();
  await page.getByRole("button", { name: "Fermer la session" }).click();
  await expect(page.getByLabel("Identifiant")).toBeVisible();
  expect(await kept(page)).toBeNull();
});

test("what is typed before the map is drawn is kept too", async ({ browser }) => {
  const page = await person(browser, "partenaire13");
  await page.addInitScript(() => {
    const frame = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (draw) => window.setTimeout(() => frame(draw), 1500);
  });
  const form = page.getByRole("form", { name: "Nouveau signalement" });
  const seen = form.getByLabel("Ce qui a été vu");
  await page.reload();
  await seen.fill(`Guetteur ${run}`);
  await expect(page.locator(".map-banner")).toBeVisible();
  await form.getByLabel("Commune").fill("13055");
  await page.getByLabel("Coordonnées (latitude, longitude)").fill("43.2611 5.3917");
  await page.getByRole("button", { name: "Placer", exact: true }).click();
  await page.route("**/api/v1/reports", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "Transmettre le signalement" }).click();
  await expect(form.getByRole("alert")).toContainText("gardée dans cet onglet");
  await page.reload();
  await expect(seen).toHaveValue(`Guetteur ${run}`);
  await expect(form.getByLabel("Commune")).toHaveValue(/13055|Marseille/);
  await expect(page.getByLabel("Coordonnées (latitude, longitude)")).toHaveValue(/43[.]261100, 5[.]391700/);
  await page.context().close();
});

test("a server that shows nothing for now says why, and opens by itself when it does again", async ({ page }) => {
  const detail = "ce serveur est coupé depuis trop longtemps du moteur qui tient le journal";
  await page.route("**/api/v1/session", unavailable(detail));
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "La carte n’est pas disponible pour l’instant" })).toBeVisible();
  await expect(page.getByText("Ce serveur est coupé depuis trop longtemps")).toBeVisible();
  await clean(page);
  await page.unroute("**/api/v1/session");
  await expect(page.getByLabel("Identifiant")).toBeVisible();
});
