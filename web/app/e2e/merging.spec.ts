import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, type Page } from "./test";
import { clean } from "./axe";
import { person } from "./people";
import { serve } from "./server";

const view = "/#map=16/43.3/5.61";
const name = "Passage du Grand Lavoir";

/** A record of the gendarmerie's that no other is near to, entered by the Cross for it. */
async function ofGendarmerie(page: Page): Promise<string> {
  const answer = await page.request.post("/api/v1/deal-points", {
    headers: { "Idempotency-Key": crypto.randomUUID() },
    data: { type: "Feature", geometry: { type: "Point", coordinates: [5.61, 43.3] }, properties: { name, kind: "street", accuracy: "street", products: [], owner: { service: "GN", unit: "SR Marseille" } } },
  });
  expect(answer.status()).toBe(201);
  return ((await answer.json()) as { properties: { reference: string } }).properties.reference;
}

/** The part of the sheet that says what was merged into a point, and its neighbours. */
async function sources(page: Page, reference: string): Promise<void> {
  await page.goto(`/?point=${reference}`);
  await page.locator("summary", { hasText: "Sources et voisins" }).click();
  await expect(page.getByRole("heading", { name: "Voisins", exact: true })).toBeVisible();
}

/** What two people live through when one place has two records: warned, kept apart, merged, told, parted again. */
test("two records of one place: warned at entry, noted as neighbours, merged by hand and parted again", async ({ browser }) => {
  test.setTimeout(240_000);
  const server = await serve(mkdtempSync(path.join(tmpdir(), "dealmap-merging-")));
  try {
    const cross = await person(browser, "cross13", view, { baseURL: server.url });
    const gn = await person(browser, "gn", view, { baseURL: server.url });
    const first = await ofGendarmerie(cross);

    await cross.getByRole("button", { name: "Ajouter un point" }).click();
    const form = cross.getByRole("form", { name: "Ajouter un point" });
    await form.getByLabel("Nom du lieu").fill(name);
    await form.getByLabel("Type", { exact: true }).selectOption("street");
    await form.getByLabel("Précision de la position").selectOption("street");
    await cross.getByLabel("Coordonnées (latitude, longitude)").fill("43.3 5.6101");
    await cross.getByRole("button", { name: "Placer", exact: true }).click();
    await cross.getByRole("button", { name: "Ajouter le point" }).click();
    const warning = cross.getByRole("dialog", { name: "Ce point existe peut-être déjà" });
    await expect(warning.getByText(first)).toBeVisible();
    await expect(warning.getByText(`même nom : ${name}`)).toBeVisible();
    await clean(cross);
    const added = cross.waitForResponse((r) => r.request().method() === "POST" && r.status() === 201);
    await warning.getByRole("button", { name: "Ajouter quand même" }).click();
    const second = ((await (await added).json()) as { properties: { reference: string } }).properties.reference;

    // Both wait in the queue, among others: those are put off until ours is there.
    const ours = cross.getByRole("heading", { name: new RegExp(`^(${first} et ${second}|${second} et ${first})$`) });
    await cross.goto("/doublons");
    const pair = cross.locator(".pair-title");
    await expect(pair).toBeVisible();
    for (let tries = 0; tries < 400 && !(await ours.isVisible()); tries++) {
      const before = await pair.getAttribute("aria-label");
      await cross.keyboard.press("p");
      await expect(pair).not.toHaveAttribute("aria-label", before ?? "");
    }
    await expect(ours).toBeVisible();
    await clean(cross);
    const verdict = cross.waitForResponse((r) => r.url().endsWith("/duplicates/verdicts"));
    await cross.keyboard.press("v");
    expect((await verdict).status()).toBe(204);
    await expect(cross.getByText(/sont voisins\./).first()).toBeVisible();

    await sources(cross, first);
    await expect(cross.getByRole("link", { name: second })).toBeVisible();
    await clean(cross);
    await cross.getByRole("button", { name: `Ne plus noter ${second} comme voisin` }).click();
    await expect(cross.getByText("Aucun voisin noté.")).toBeVisible();

    await cross.getByRole("button", { name: "Fusionner avec…" }).click();
    const dialog = cross.getByRole("dialog", { name: `Fusionner ${first} avec une autre fiche` });
    await dialog.getByRole("radio", { name: second }).check();
    await dialog.getByRole("button", { name: "Comparer" }).click();
    await expect(dialog.getByRole("table", { name: "Les deux fiches, rubrique par rubrique" })).toBeVisible();
    await clean(cross);
    await dialog.getByRole("button", { name: "Fusionner les deux fiches" }).click();
    await expect(cross.getByText(`${second} fusionné dans ${first}.`).first()).toBeVisible();

    await gn.reload();
    await gn.getByRole("button", { name: "Avis : 1 nouveau" }).click();
    const notices = gn.getByRole("dialog", { name: "Vos fiches, fusionnées ou séparées par d’autres" });
    await expect(notices.getByText(`La Cross 13 a fusionné votre fiche ${first} avec ${second} le`)).toBeVisible();
    await clean(gn);
    await notices.getByRole("button", { name: `Ouvrir ${first}` }).click();
    await expect(gn.getByRole("heading", { name })).toBeVisible();

    // What was changed since the merge is given to one of both when they are parted.
    await cross.getByRole("button", { name: "Modifier" }).click();
    await cross.getByRole("form").getByLabel("Nom du lieu").fill("Passage du Lavoir, porche nord");
    await cross.getByRole("button", { name: "Enregistrer" }).click();
    await expect(cross.getByRole("heading", { name: "Passage du Lavoir, porche nord" })).toBeVisible();
    await sources(cross, first);
    await cross.getByRole("button", { name: `Séparer la fiche ${second}` }).click();
    const split = cross.getByRole("dialog", { name: `Séparer ${second} de ${first}` });
    await split.getByRole("button", { name: "Séparer les deux fiches" }).click();
    await expect(split.getByText("Dire où ce changement est gardé.").first()).toBeVisible();
    await clean(cross);
    await split.getByRole("radio", { name: `part avec la fiche (${second})` }).check();
    await split.getByRole("button", { name: "Séparer les deux fiches" }).click();
    await expect(cross.getByText(`${second} séparé de ${first}.`).first()).toBeVisible();
    await expect(cross.getByRole("heading", { name })).toBeVisible();
    await cross.goto(`/?point=${second}`);
    await expect(cross.getByRole("heading", { name: "Passage du Lavoir, porche nord" })).toBeVisible();
  } finally {
    await server.stop();
  }
});

/** A list whose rows are to be mended, to be decided and new. */
const list = `Référence;Dénomination;Code INSEE;Longitude;Latitude;Type;Statut;Dernière constatation;Observations
L-1;Passage du Grand Lavoir;13028;5,6101;43,3001;Point de deal de rue;Actif;01/06/2026;
L-2;Porche du Bief;13028;5,63;43,21;Point de deal de rue;Actif;31/02/2026;
L-3;Porche du Moulin;13028;5,64;43,22;Cabane;Actif;01/06/2026;Voir M. Dupont 06 12 34 56 78
L-4;Porche de la Vanne;13028;5,65;43,23;Point de deal de rue;Actif;01/06/2026;
`;

for (const { width, height, colorScheme } of [
  { width: 1440, height: 900, colorScheme: "light" },
  { width: 768, height: 1024, colorScheme: "dark" },
] as const) {
  test(`the import assistant has no accessibility violation at ${width} × ${height}, ${colorScheme}`, async ({ browser }) => {
    const cross = await person(browser, "cross13", "/imports", { viewport: { width, height }, colorScheme });
    const wide = (): Promise<number> => cross.evaluate(() => document.documentElement.scrollWidth);
    await expect(cross.getByRole("region", { name: "Remettre une liste" })).toBeVisible();
    await clean(cross);
    const file = path.join(mkdtempSync(path.join(tmpdir(), "dealmap-list-")), `liste ${width}.csv`);
    writeFileSync(file, list.replaceAll("L-", `L${width}-`));
    await cross.locator("input[type=file]").setInputFiles(file);
    await expect(cross.getByRole("region", { name: "Premières lignes" })).toBeVisible();
    await clean(cross);
    await cross.getByRole("button", { name: "Continuer : les colonnes" }).click();
    await expect(cross.getByRole("heading", { name: "Ce que sont les colonnes" })).toBeInViewport();
    await clean(cross);
    expect(await wide()).toBeLessThanOrEqual(width);
    await cross.getByRole("button", { name: "Préparer les lignes" }).click();
    const states = cross.getByRole("navigation", { name: "Lignes par état" });
    await expect(states).toBeVisible();
    await expect(cross.getByText("« 31/02/2026 » : ce jour n’existe pas").first()).toBeVisible();
    await clean(cross);
    await states.getByRole("link", { name: /Nouveaux/ }).click();
    await expect(cross.getByRole("application", { name: "Carte des lignes de la page" })).toBeVisible();
    expect((await cross.locator(".row-map .map").boundingBox())?.height).toBeGreaterThanOrEqual(220);
    // What the bar of decisions covers half is no smaller target: it scrolls.
    await cross.locator(".cells-rest > summary").evaluate((summary) => summary.scrollIntoView({ block: "center" }));
    await clean(cross);
    expect(await wide()).toBeLessThanOrEqual(width);
    await cross.getByRole("button", { name: "Continuer : le report" }).click();
    await expect(cross.getByRole("heading", { name: "Report sur la carte" })).toBeVisible();
    await clean(cross);
    await cross.getByRole("button", { name: "Oublier cette liste" }).click();
    await cross.getByRole("dialog").getByRole("button", { name: "Oublier cette liste" }).click();
    await expect(cross.getByText(`« liste ${width}.csv » est oubliée.`).first()).toBeVisible();
  });
}
