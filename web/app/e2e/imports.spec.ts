import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, type Page } from "./test";
import { person } from "./people";
import { serve } from "./server";

const binary = process.env["DEALMAP_BIN"] ?? "../../bin/dealmap";

interface Report {
  rows: number;
  added: number;
  merged: number;
  known: number;
  quarantined: number;
}

/** Brings a list in through the assistant, with what it suggests, and returns what came of it. */
async function bringIn(page: Page, file: string, change: (page: Page) => Promise<void> = async () => {}): Promise<{ id: string; report: Report }> {
  await page.goto("/imports");
  page.setDefaultTimeout(30_000);
  await page.locator("input[type=file]").setInputFiles(file);
  await expect(page.getByRole("region", { name: "Premières lignes" })).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Continuer : les colonnes" }).click();
  await change(page);
  await page.getByRole("button", { name: "Préparer les lignes" }).click();
  await expect(page.getByRole("navigation", { name: "Lignes par état" })).toBeVisible({ timeout: 300_000 });
  await page.getByRole("button", { name: "Continuer : le report" }).click();
  await page.getByRole("button", { name: "Reporter sur la carte" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reporter sur la carte" }).click();
  await expect(page.getByRole("heading", { name: "La liste est sur la carte" })).toBeVisible({ timeout: 300_000 });
  const id = new URL(page.url()).searchParams.get("import") ?? "";
  const report = (await (await page.request.get(`/api/v1/imports/${id}/report`)).json()) as Report;
  return { id, report };
}

/** The bytes of some tiles, as this person gets them. */
async function tiles(page: Page): Promise<string> {
  const all = [];
  for (const tile of ["deal_points,clusters/9/263/187", "deal_points,clusters/12/2109/1496", "deal_points,clusters/12/2108/1497", "deal_points/14/8437/5987", "clusters/6/32/23"]) {
    const answer = await page.request.get(`/tiles/${tile}.mvt`);
    expect(answer.status()).toBe(200);
    all.push((await answer.body()).toString("base64"));
  }
  return all.join("|");
}

/** Undoes an import from its report. */
async function undo(page: Page, id: string): Promise<void> {
  await page.goto(`/imports?page=import&import=${id}`);
  await page.getByRole("button", { name: "Annuler cet import" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "Les retirer aussi" }).check();
  await dialog.getByRole("button", { name: "Annuler cet import" }).click();
  await expect(page.getByRole("heading", { name: "L’import est annulé" })).toBeVisible({ timeout: 120_000 });
}

/**
 * The word of Mesure 5 is unified: three services' lists become one map; a wrong merge is undone, then a whole import, and the
 * map is the one before, to the byte.
 */
test("three services' lists become one map, and all of it can be undone", async ({ browser }) => {
  test.setTimeout(600_000);
  const lists = path.join(mkdtempSync(path.join(tmpdir(), "dealmap-lists-")), "lists");
  execFileSync(binary, ["seed", "--services", lists, "--places", "150", "--departement", "13", "--seed", "7"]);
  const server = await serve(mkdtempSync(path.join(tmpdir(), "dealmap-imports-")));
  try {
    const cross = await person(browser, "cross13", "/", { baseURL: server.url });
    const gn = await person(browser, "gn", "/", { baseURL: server.url });
    const empty = [await tiles(cross), await tiles(gn)];
    const police = await bringIn(cross, path.join(lists, "police.csv"));
    expect(police.report.added).toBeGreaterThan(100);
    const gendarmerie = await bringIn(cross, path.join(lists, "gendarmerie.csv"));
    expect(gendarmerie.report.added + gendarmerie.report.merged).toBeGreaterThan(40);
    const before = [await tiles(cross), await tiles(gn)];
    expect(before).not.toEqual(empty);

    const customs = await bringIn(cross, path.join(lists, "douanes.xlsx"));
    expect(customs.report.added + customs.report.merged + customs.report.quarantined).toBe(customs.report.rows);

    // What looks alike and was not surely the same waits in the queue; the Cross merges one pair, and finds that it was wrong.
    await cross.getByRole("link", { name: "Examiner les doublons possibles" }).click();
    const decision = cross.getByRole("group", { name: "Décision" });
    while (await decision.getByRole("button", { name: "Fusionner", exact: true }).isDisabled()) {
      await cross.keyboard.press("p");
      await cross.waitForTimeout(200);
    }
    const merged = cross.waitForResponse((r) => r.url().endsWith("/merge"));
    await cross.keyboard.press("f");
    const answer = await merged;
    expect(answer.status()).toBe(200);
    const point = (await answer.json()) as { id: string; properties: { reference: string } };
    // An import may have merged records into the same place before: the one that goes out again is that which came last.
    const { sources } = (await (await cross.request.get(answer.url().replace(/\/merge$/, "/sources"))).json()) as { sources: { merged_at: string; point: { properties: { reference: string } } }[] };
    const last = sources.reduce((a, b) => (a.merged_at > b.merged_at ? a : b)).point.properties.reference;
    await cross.goto(`/?point=${point.properties.reference}`);
    await cross.locator("summary", { hasText: "Sources et voisins" }).click();
    await cross.getByRole("button", { name: new RegExp(`^Séparer la fiche.*${last}`) }).click();
    const parted = cross.waitForResponse((r) => r.url().endsWith("/split"));
    await cross.getByRole("dialog").getByRole("button", { name: "Séparer les deux fiches" }).click();
    expect((await parted).status()).toBe(200);

    await undo(cross, customs.id);
    expect([await tiles(cross), await tiles(gn)]).toEqual(before);
    await undo(cross, gendarmerie.id);
    await undo(cross, police.id);
    expect([await tiles(cross), await tiles(gn)]).toEqual(empty);
  } finally {
    await server.stop();
  }
});

const shared = "../../../shared/data/points";

test("real lists come in through the assistant", async ({ browser }) => {
  test.skip(!existsSync(shared), `the folder ${shared} with real lists is absent`);
  test.setTimeout(900_000);
  const server = await serve(mkdtempSync(path.join(tmpdir(), "dealmap-real-")));
  try {
    const ofast = await person(browser, "ofast", "/", { baseURL: server.url });
    const masts = await bringIn(ofast, path.join(shared, "lambert93_77k.csv"));
    expect(masts.report).toMatchObject({ rows: 77148, quarantined: 1 });
    expect(masts.report.added + masts.report.merged).toBe(77147);

    // London is not in France: every row says so, unless the exercise moves it there.
    const london = await bringIn(ofast, path.join(shared, "london2017/2017-01-city-of-london-street.csv"), async (page) => {
      await page.getByLabel("Degrés vers l’est").fill("5.47");
      await page.getByLabel("Degrés vers le nord").fill("-8.215");
    });
    expect(london.report.added + london.report.merged).toBeGreaterThan(10);
  } finally {
    await server.stop();
  }
});
