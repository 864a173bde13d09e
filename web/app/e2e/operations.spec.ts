import { expect, test } from "./test";
import { clean } from "./axe";
import { listReady, person, signIn } from "./people";

test("the Cross records an operation, the watch tells what came after, and the prefect sees its numbers only", async ({ page, browser }) => {
  test.setTimeout(120_000);
  await signIn(page, "cross13");
  await listReady(page);
  await page.getByRole("link", { name: "Opérations" }).click();
  await page.getByRole("link", { name: "Enregistrer une opération" }).click();
  const save = page.getByRole("button", { name: "Enregistrer", exact: true });
  await save.click();
  await expect(page.getByText("Choisissez un type")).toBeVisible();
  await clean(page);

  const list = await page.request.get("/api/v1/deal-points?limit=2&territory=dep:13&status=active");
  const [first, second] = ((await list.json()) as { features: { properties: { reference: string } }[] }).features.map(({ properties }) => properties.reference);
  await page.getByLabel("Type").selectOption("pilonnage");
  await page.getByLabel("Premier jour").fill("2026-06-01");
  await page.getByLabel("Interpellations").fill("12");
  await page.getByLabel("Cannabis saisi (g)").fill("4 200");
  const places = page.getByRole("combobox", { name: "Lieux" });
  await places.fill(`${first} ${second} 13-ZZZZZ`);
  await save.click();
  await expect(page.getByText(/Aucun point que vous voyez.*13-ZZZZZ/)).toBeVisible();
  await places.fill("");

  // A refusal of the server stands at its field, with what was refused.
  const note = page.getByLabel("Note", { exact: true });
  await note.fill("Rappeler le 06 12 34 56 78");
  await save.click();
  await expect(page.getByText("ressemble à un numéro de téléphone")).toBeVisible();
  await note.fill("Présence renforcée trois semaines");
  await save.click();

  const watch = page.getByRole("region", { name: "Et après ?" });
  await expect(watch.getByRole("table")).toBeVisible();
  await expect(page.getByRole("link", { name: new RegExp(first ?? "-") }).first()).toBeVisible();
  await expect(page.getByText("4 200")).toBeVisible();
  await clean(page);
  const again = page.waitForRequest((r) => r.url().includes("/watch?") && r.url().includes("days=30"));
  await watch.getByLabel("Jours avant et après").fill("30");
  await watch.getByRole("button", { name: "Recalculer" }).click();
  await again;
  await expect(watch.getByRole("table")).toBeVisible();
  const address = page.url();

  const prefect = await person(browser, "prefet13", new URL(address).pathname + new URL(address).search);
  await expect(prefect.getByText("ni les lieux, ni la note")).toBeVisible();
  await expect(prefect.getByText("Présence renforcée")).toHaveCount(0);
  await expect(prefect.getByText(first ?? "-")).toHaveCount(0);
  await expect(prefect.getByRole("link", { name: "Enregistrer une opération" })).toHaveCount(0);
  await prefect.context().close();

  await page.getByRole("button", { name: "Retirer", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Retirer" }).click();
  await expect(page.getByRole("table", { name: "Opérations" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: new URL(address).searchParams.get("operation") ?? "-" })).toHaveCount(0);
  await clean(page);
});

test("a patrol list says where, when and why; closings to check lead to their sheets", async ({ page }) => {
  await signIn(page, "cross13", "/patrouilles");
  // It begins with the person's own territory.
  await expect(page.getByRole("combobox", { name: "Territoire" })).toHaveValue("Bouches-du-Rhône");
  await page.getByRole("button", { name: "Établir la liste" }).click();
  const stops = page.getByRole("list", { name: "Lieux, dans l’ordre de priorité" });
  await expect(stops.locator("> li").first()).toContainText("sur 100");
  await expect(page.getByRole("region", { name: "Heures d’ouverture connues, ce jour" })).toBeVisible();
  await clean(page);
  await page.getByRole("link", { name: "Points fermés à vérifier" }).click();
  const table = page.getByRole("table", { name: "Points fermés à vérifier" });
  await expect(table).toBeVisible();
  await clean(page);
  await table.getByRole("link").first().click();
  await expect(page).toHaveURL(/point=13-/);
  await expect(page.getByText("Fermé", { exact: true }).first()).toBeVisible();
});
