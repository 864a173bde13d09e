import { expect, test } from "./test";
import { existsSync } from "node:fs";
import path from "node:path";
import { clean } from "./axe";
import { person, signIn } from "./people";

const caviar = path.resolve("../../../shared/data/networks/morselli_caviar.csv");

test("a network is imported, opened on chart and map, tried and then closed for real, live in another browser", async ({ page, browser }) => {
  test.skip(!existsSync(caviar), `${path.relative(process.cwd(), caviar)} is not there`);
  test.setTimeout(240_000);
  await signIn(page, "cross13");
  await page.getByRole("link", { name: "Réseaux" }).click();
  await page.getByRole("button", { name: "Importer un fichier" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Aucun fichier choisi" })).toBeVisible();
  await page.getByLabel("Fichier", { exact: true }).setInputFiles(caviar);
  await expect(page.getByText(path.basename(caviar), { exact: true })).toBeVisible();
  const seen = page.getByRole("region", { name: "Ce qui a été lu" });
  await expect(seen.getByText("110 nœuds ne sont pas des lieux de la carte")).toBeVisible();
  await page.getByRole("combobox", { name: "Placer pour exercice dans" }).fill("Bouches-du-Rh");
  await page.getByRole("option", { name: /Bouches-du-Rhône.*Département/ }).click();
  await expect(seen.getByText("Placés pour exercice")).toBeVisible();
  await clean(page);
  await page.getByRole("button", { name: "Mettre sur la carte" }).click();
  await expect(page).toHaveURL(/\/reseaux\/R-13-\w+/);
  const address = new URL(page.url()).pathname;
  await expect(page.getByRole("tab", { name: "Lieux (110)" })).toBeVisible({ timeout: 30_000 });

  const other = await person(browser, "gn", address);
  const others = other.getByRole("tab", { name: /^Lieux \(\d+\)/ });
  await expect(others).toBeVisible({ timeout: 30_000 });
  const before = Number(/\d+/.exec((await others.textContent()) ?? "")?.[0]);
  expect(before).toBeLessThanOrEqual(110);

  await page.getByRole("tab", { name: "Analyse" }).click();
  const analysis = page.getByTestId("analysis");
  const run = analysis.getByRole("button", { name: /^Analyser/ });
  await run.click();
  const found = analysis.locator(".net-finding").filter({ has: page.getByRole("heading", { name: /Points d.articulation/ }) });
  await expect(found).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId("analysis-warning")).toBeVisible();
  await clean(page);

  // Two articulation points are closed on trial.
  const tried: string[] = [];
  for (const n of [0, 1]) {
    await page.getByRole("tab", { name: "Analyse" }).click();
    const button = found.getByRole("listitem").nth(n).getByRole("button");
    tried.push(((await button.locator(".reference").textContent()) ?? "").trim());
    await button.click();
    await page.getByRole("tab", { name: "Et si on fermait ?" }).click();
    await page.getByTestId("whatif").getByRole("button", { name: "Ajouter le lieu choisi" }).click();
  }
  const whatif = page.getByTestId("whatif");
  await expect(whatif.getByTestId("whatif-closed").getByRole("listitem")).toHaveCount(2);
  await expect(whatif.getByText(/Rien n.est écrit/)).toBeVisible();
  const compared = whatif.getByRole("table", { name: /Avant et après/ });
  await expect(compared).toBeVisible({ timeout: 30_000 });
  const parts = compared.getByRole("row").filter({ hasText: "Parties" }).getByRole("cell");
  const [was, is] = [await parts.nth(0).textContent(), await parts.nth(1).textContent()].map(Number);
  expect(is).toBeGreaterThan(was ?? 0);
  await expect(whatif.getByTestId("whatif-cut").getByRole("listitem").first()).toBeVisible();
  await clean(page);

  // Nothing was written: the other browser has all places still.
  await expect(others).toHaveText(`Lieux (${before})`);
  const graph = await page.request.get(`/api/v1/graph?network=${address.split("/").pop() ?? ""}`);
  expect(((await graph.json()) as { nodes: unknown[] }).nodes).toHaveLength(110);

  // Closed for real, it goes from the other browser's chart by itself.
  const shown = await other.request.get(`/api/v1/graph?network=${address.split("/").pop() ?? ""}`);
  const theirs = ((await shown.json()) as { nodes: { reference: string }[] }).nodes.map(({ reference }) => reference);
  const target = tried.find((reference) => theirs.includes(reference)) ?? tried[0] ?? "";
  await whatif.getByRole("button", { name: new RegExp(`${target}.*pour de bon|pour de bon.*${target}`) }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Raison de la fermeture").selectOption("dismantled");
  await dialog.getByRole("button", { name: /^Fermer le/ }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("tab", { name: "Lieux (109)" })).toBeVisible({ timeout: 20_000 });
  await expect(others).toHaveText(`Lieux (${before - (theirs.includes(target) ? 1 : 0)})`, { timeout: 20_000 });
  await other.context().close();
});
