import { expect, test, type Page } from "./test";
import { listReady, person } from "./people";

/** Apart from earlier runs on the same server. */
const run = Date.now().toString(36);
const marseille = "/#map=14/43.3/5.39";

/** Opens the form and fills what is required; the position is left to the caller. */
async function startPoint(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Ajouter un point" }).click();
  const form = page.getByRole("form", { name: "Ajouter un point" });
  await form.getByLabel("Nom du lieu").fill(name);
  await form.getByLabel("Type", { exact: true }).selectOption("four");
  await form.getByLabel("Précision de la position").selectOption("building");
}

const coordinates = (page: Page) => page.getByLabel("Coordonnées (latitude, longitude)");

test("filters are the address, back and forward", async ({ browser }) => {
  const page = await person(browser, "ofast", "/");
  await listReady(page);
  await page.getByText("Produit", { exact: true }).click();
  await page.getByRole("group", { name: "Produit" }).getByLabel(/Cannabis/).check();
  await expect(page).toHaveURL(/product=cannabis/);
  await page.getByLabel(/^Fermé/).check();
  await expect(page).toHaveURL(/status=all/);
  await expect(page.getByRole("button", { name: "Retirer le filtre Produit, Cannabis" })).toBeVisible();
  await page.goBack();
  await expect(page).not.toHaveURL(/status=all/);
  await expect(page.getByLabel(/^Fermé/)).not.toBeChecked();
  await page.goForward();
  await expect(page.getByLabel(/^Fermé/)).toBeChecked();
  await page.getByRole("button", { name: "Retirer le filtre Produit, Cannabis" }).click();
  await expect(page).not.toHaveURL(/product/);
});

test("search finds a commune and a reference", async ({ browser }) => {
  const page = await person(browser, "cross13", marseille);
  await listReady(page);
  const reference = (await page.locator("a.row").first().getAttribute("data-reference")) ?? "";
  const search = page.getByRole("combobox", { name: /Rechercher une commune/ });
  await search.fill(reference);
  await page.getByRole("option", { name: new RegExp(reference) }).first().click();
  await expect(page).toHaveURL(new RegExp(`point=${reference}`));
  await search.fill("Aix-en-Prov");
  await page.getByRole("option", { name: /Aix-en-Provence/ }).first().click();
  await expect(page).toHaveURL(/map=.*43\.5/);
});

test("a point added by coordinates appears to another service at once; only its Cross may close it", async ({ browser }) => {
  const [cross, gn] = [await person(browser, "cross13", "/#map=15/43.2805/5.4015"), await person(browser, "gn", "/#map=15/43.2805/5.4015")];
  await expect(gn.getByText("En direct")).toBeVisible();
  await startPoint(cross, `Square des Essais ${run}`);
  await coordinates(cross).fill("43°16′50″N 5°24′06″E");
  await cross.getByRole("button", { name: "Placer", exact: true }).click();
  await cross.getByRole("button", { name: "Ajouter le point" }).click();
  const duplicate = cross.getByRole("button", { name: "Ajouter quand même" });
  await expect(cross.getByRole("heading", { name: `Square des Essais ${run}` }).or(duplicate)).toBeVisible();
  if (await duplicate.isVisible()) await duplicate.click();
  await expect(cross.getByRole("heading", { name: `Square des Essais ${run}` })).toBeVisible();

  const row = gn.locator("a.row", { hasText: `Square des Essais ${run}` });
  await expect(row).toBeVisible({ timeout: 3000 });
  await row.click();
  await expect(gn.getByRole("button", { name: "Confirmer" })).toBeVisible();
  await expect(gn.getByRole("button", { name: "Fermer le point" })).toHaveCount(0);
  await expect(gn.getByText("reviennent à la Cross du territoire")).toBeVisible();

  await cross.getByRole("button", { name: "Fermer le point" }).click();
  await cross.getByRole("dialog").getByLabel("Raison de la fermeture").selectOption("dismantled");
  await cross.getByRole("dialog").getByRole("button", { name: "Fermer le point" }).click();
  await expect(cross.locator(".sheet-top .state")).toHaveText("Fermé");
  await expect(gn.locator(".sheet-top .state")).toHaveText("Fermé");
  await cross.getByRole("button", { name: "Rouvrir" }).click();
  await cross.getByRole("dialog").getByRole("button", { name: "Rouvrir" }).click();
  await expect(cross.locator(".sheet-top .state")).toHaveText("Actif");
});

test("a click on the map, the keyboard and typed coordinates are one position", async ({ browser }) => {
  const page = await person(browser, "cross13", marseille);
  await page.getByRole("button", { name: "Ajouter un point" }).click();
  await page.locator("#map").click({ position: { x: 300, y: 380 } });
  await expect(coordinates(page)).not.toHaveValue("");
  const clicked = await coordinates(page).inputValue();
  await page.keyboard.press("ArrowUp");
  await expect(coordinates(page)).not.toHaveValue(clicked);
  await coordinates(page).fill("5,37 43,3");
  await page.getByRole("button", { name: "Placer", exact: true }).click();
  await expect(page.getByText("Latitude et longitude semblent inversées")).toBeVisible();
});

test("the guard marks the passage, and nothing typed is lost", async ({ browser }) => {
  const page = await person(browser, "cross13", marseille);
  await startPoint(page, `Square de la Garde ${run}`);
  await coordinates(page).fill("43.2901 5.4101");
  await page.getByLabel("Observations").fill("Vu le soir, appeler le 06 12 34 56 78.");
  await page.getByRole("button", { name: "Ajouter le point" }).click();
  await expect(page.locator("mark")).toHaveText("06 12 34 56 78");
  await expect(page.getByLabel("Observations")).toBeFocused();
  await expect(page.getByLabel("Nom du lieu")).toHaveValue(`Square de la Garde ${run}`);
  // The session ends meanwhile: the same person finds the form again after signing in. The live stream tells of the end within two
  // seconds, and the form goes with it: what is typed comes before, and sending follows in the same step.
  await page.getByLabel("Observations").fill("Vu le soir.");
  await page.evaluate(async () => {
    await fetch("/api/v1/session", { method: "DELETE" });
    document.querySelector<HTMLButtonElement>(".place-form [type=submit]")?.click();
  });
  await expect(page.getByText("La session est terminée")).toBeVisible();
  await page.getByLabel("Identifiant").fill("cross13");
  await page.getByLabel("Mot de passe", { exact: true }).fill("demonstration");
  await page.getByLabel("Motif de la consultation").selectOption({ label: "Mise à jour de la carte" });
  await page.getByRole("button", { name: "Ouvrir la session" }).click();
  await expect(page.getByLabel("Nom du lieu")).toHaveValue(`Square de la Garde ${run}`);
  await expect(page.getByLabel("Observations")).toHaveValue("Vu le soir.");
});

test("the address of a site's sheet says that it is one, and asks for nothing else", async ({ browser }) => {
  const page = await person(browser, "cross13", marseille);
  const { features } = (await (await page.request.get("/api/v1/sites?limit=1")).json()) as { features: { properties: { reference: string; name: string } }[] };
  const { reference, name } = features[0]!.properties;
  const missed: string[] = [];
  page.on("response", (answer) => answer.status() === 404 && missed.push(answer.url()));
  await page.goto(`/?site=${reference}`);
  await expect(page.getByRole("heading", { name })).toBeVisible();
  expect(missed).toEqual([]);
  // An address that takes it for a point still opens, and is put right.
  await page.goto(`/?point=${reference}`);
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`[?&]site=${reference}`));
  expect(missed).toHaveLength(1);
});

test("two people edit the same point: both versions are shown and settled", async ({ browser }) => {
  const cross = await person(browser, "cross13", marseille);
  await listReady(cross);
  await cross.locator("a.row").first().click();
  await cross.getByRole("button", { name: "Modifier" }).click();
  const ofast = await person(browser, "ofast", new URL(cross.url()).search);
  await ofast.getByRole("button", { name: "Modifier" }).click();
  await ofast.getByLabel("Horaires").fill("Tu-Su 14:00-23:00");
  await ofast.getByLabel("Nom du lieu").fill(`Nom choisi par l’Ofast ${run}`);
  await ofast.getByRole("button", { name: "Enregistrer" }).click();
  await expect(ofast.getByRole("heading", { name: `Nom choisi par l’Ofast ${run}` })).toBeVisible();

  await cross.getByLabel("Nom du lieu").fill(`Nom choisi par la Cross ${run}`);
  await cross.getByRole("button", { name: "Enregistrer" }).click();
  const dialog = cross.getByRole("dialog", { name: "Ce point a changé entre-temps" });
  await expect(dialog.getByText(`Nom choisi par l’Ofast ${run}`)).toBeVisible();
  await expect(dialog.getByText(`Nom choisi par la Cross ${run}`)).toBeVisible();
  await dialog.getByRole("button", { name: "Enregistrer ces choix" }).click();
  await expect(cross.getByRole("heading", { name: `Nom choisi par la Cross ${run}` })).toBeVisible();
  await expect(cross.getByText("Tu-Su 14:00-23:00").first()).toBeVisible();
});

test("a view that is set while the map still zooms is the one that stays", async ({ browser }) => {
  const page = await person(browser, "cross13", marseille);
  await listReady(page);
  const reference = (await page.locator("a.row").first().getAttribute("data-reference")) ?? "";
  // The map first frames the département; the sheet then asks for its point.
  const later = await person(browser, "cross13", `/?point=${reference}`);
  await expect(later).toHaveURL(/#map=14\/43\./);
  await later.evaluate(() => {
    location.hash = "#map=6/46.6/2.4";
    location.hash = "#map=9/43.4/5.3";
  });
  await expect(later).toHaveURL(/#map=9\/43\.4\d*\/5\.3/);
  await expect(later.locator(".stage-loading")).toHaveCount(0);
  // What is painted is what is there: pixels of the symbols' canvas that are not empty.
  const painted = (): Promise<number> =>
    later.locator("canvas.map-overlay").first().evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((alpha, i) => i % 4 === 3 && alpha > 0).length;
    });
  await expect.poll(painted).toBeGreaterThan(5000);
});

test("closing a point and going back keep the focus; signing out leaves no point in the address", async ({ browser }) => {
  const page = await person(browser, "cross13", marseille);
  await listReady(page);
  const row = page.locator("a.row").nth(2);
  const reference = (await row.getAttribute("data-reference")) ?? "";
  await row.click();
  await page.getByRole("button", { name: "Confirmer" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Confirmer" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Confirmer" })).toBeFocused();
  await page.goBack();
  await expect(page.locator(`a.row[data-reference="${reference}"]`)).toBeFocused();
  await page.goForward();
  await expect(page.locator(".sheet")).toBeVisible();
  await page.getByRole("button", { name: /^Cross 13/ }).click();
  await page.getByRole("button", { name: "Fermer la session" }).click();
  await expect(page.getByText("La session est fermée.")).toBeVisible();
  await expect(page.getByLabel("Identifiant")).toBeFocused();
  expect(new URL(page.url()).search + new URL(page.url()).hash).toBe("");
});

test("a préfet's numbers follow what a Cross does, without a point ever being shown", async ({ browser }) => {
  const prefet = await person(browser, "prefet13", "/#map=8/43.5/5.2");
  const cross = await person(browser, "cross13", marseille);
  const total = prefet.getByText("points affichés").locator("..");
  await expect(prefet.getByText("En direct")).toBeVisible();
  await expect(total).toHaveText(/^\d+/);
  const before = Number.parseInt((await total.textContent()) ?? "", 10);
  const added = await cross.request.post("/api/v1/deal-points?duplicates=accepted", {
    data: {
      type: "Feature",
      geometry: { type: "Point", coordinates: [5.41, 43.29] },
      properties: { kind: "street", status: "active", name: `Square des Nombres ${run}`, accuracy: "street" },
    },
  });
  expect(added.status()).toBe(201);
  await expect(total).toHaveText(new RegExp(`^${before + 1}\\D`));
  await expect(prefet.getByText("Square des Nombres")).toHaveCount(0);
});
