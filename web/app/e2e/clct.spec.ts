import { expect, test, type Page } from "./test";
import type { Statistics } from "../api/clct";
import { addMonths, lastDay, monthOf } from "../core/clctmonths";
import { addDays, todayInFrance } from "../core/format";
import { clean } from "./axe";
import { mockTerritory } from "./clctmock";
import { person } from "./people";

const tile = (page: Page, name: string) => page.locator(".clct-tile", { has: page.getByText(name, { exact: true }) });
const number = (page: Page, name: string) => tile(page, name).locator(".tile-number");
const slider = (page: Page) => page.getByRole("slider", { name: "Mois des chiffres et de la carte" });
/** As the page writes numbers: French, with thin spaces. */
const french = (n: number | null | undefined, digits?: number): string => (n ?? 0).toLocaleString("fr-FR", digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (part: number, whole: number): RegExp => new RegExp(`^${Math.round((100 * part) / whole)}\\s%$`);

async function statistics(page: Page, code: string, query = ""): Promise<Statistics> {
  const answer = await page.request.get(`/api/v1/territories/${code}/statistics${query}`);
  expect(answer.status()).toBe(200);
  return (await answer.json()) as Statistics;
}

for (const [prefet, code, name] of [["prefet13", "dep:13", "Bouches-du-Rhône"], ["prefet93", "dep:93", "Seine-Saint-Denis"]] as const) {
  test(`a préfet lands on their territory, whose figures are the API's: ${prefet}`, async ({ browser }) => {
    const page = await person(browser, prefet);
    await expect(page).toHaveURL(/\/territoire$/);
    await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();
    const told = await statistics(page, code);
    await expect(page.getByText("Situation au", { exact: false }).first()).toBeVisible();
    await expect(number(page, "Points de deal")).toHaveText(french(told.stock.counted));
    await expect(tile(page, "Points de deal")).toContainText(`comprises : ${french(told.stock.total)}`);
    await expect(number(page, "Pour 10 000 habitants")).toHaveText(french(told.stock.rate, (told.stock.rate ?? 0) < 1 ? 2 : 1));
    await expect(number(page, "Confirmés depuis 90 jours")).toHaveText(percent(told.freshness.within_90 ?? 0, told.freshness.living ?? 1));
    await expect(number(page, "Échéances dépassées")).toHaveText(french(told.freshness.overdue));
    await expect(page.locator(".clct-rule")).not.toBeEmpty();

    const rows = page.locator(".table-wrap:has(.clct-parts)");
    const first = [...told.parts].sort((a, b) => (b.counted ?? 0) - (a.counted ?? 0))[0];
    await expect(rows.locator("tbody tr").first().locator("td").first()).toHaveText(french(first?.counted));
    await page.getByRole("button", { name: "Fiches" }).click();
    await expect(rows.locator("[aria-sort=descending]")).toContainText("Fiches");

    // The table that is equal to the chart.
    await page.getByRole("button", { name: "Voir en tableau" }).first().click();
    const last = page.getByRole("region", { name: "Tableau : Évolution mois par mois" }).locator("tbody tr").first();
    const month = told.months.at(-1);
    await expect(last.locator("td").first()).toHaveText(french(month?.stock));
    await expect(last.locator("td").nth(2)).toHaveText(french(month?.opened));

    expect(await page.locator("body").innerText()).not.toMatch(/NaN|Infinity|undefined|null/);
  });
}

test("the map and the territory lead to each other, and the map stays where it was asked for", async ({ browser }) => {
  const page = await person(browser, "prefet13");
  await page.getByRole("link", { name: "Revenir à la carte" }).click();
  await expect(page.locator("#map")).toBeVisible();
  await page.getByRole("link", { name: "Territoire" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Bouches-du-Rhône" })).toBeVisible();
  await page.goBack();
  await expect(page.locator("#map")).toBeVisible();
});

test("the months are a slider: keys move the date of the figures, and the address keeps it", async ({ browser }) => {
  const page = await person(browser, "prefet13");
  const told = await statistics(page, "dep:13");
  const handle = slider(page);
  await expect(handle).toHaveAttribute("aria-valuenow", "23");
  await handle.focus();
  await page.keyboard.press("ArrowLeft");
  const before = addMonths(monthOf(told.as_of), -1);
  await expect(page).toHaveURL(new RegExp(`au=${lastDay(before)}`));
  await expect(handle).toBeFocused();
  const then = await statistics(page, "dep:13", `?as_of=${lastDay(before)}`);
  await expect(number(page, "Points de deal")).toHaveText(french(then.stock.counted));
  await expect(handle).toHaveAttribute("aria-valuetext", new RegExp(`^\\S+ ${before.slice(0, 4)}, ${told.months.at(-2)?.stock} comptés`));
  await page.keyboard.press("Home");
  await expect(page).toHaveURL(new RegExp(`au=${lastDay(addMonths(before, -22))}`));
  await page.getByRole("button", { name: "Aujourd’hui" }).click();
  await expect(page).toHaveURL(/\/territoire$/);
  await expect(number(page, "Points de deal")).toHaveText(french(told.stock.counted));
  await page.goBack();
  await expect(page).toHaveURL(/au=/);
});

test("filters narrow the figures, and are the address", async ({ browser }) => {
  const page = await person(browser, "prefet13");
  await page.getByText("Produit", { exact: true }).first().click();
  await page.getByRole("group", { name: "Produit" }).getByLabel("Cannabis").check();
  await expect(page).toHaveURL(/product=cannabis/);
  const told = await statistics(page, "dep:13", "?product=cannabis");
  await expect(number(page, "Points de deal")).toHaveText(french(told.stock.counted));
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Retirer les filtres" }).click();
  await expect(page).not.toHaveURL(/product/);
});

test("a wider audience has no small numbers, and its files ask for the same", async ({ browser }) => {
  const page = await person(browser, "prefet13");
  await page.getByText("Diffusion élargie").first().click();
  await expect(page).toHaveURL(/diffusion=elargie/);
  await expect(page.locator(".suppressed").first()).toHaveText("n. c.");
  await expect(page.getByText(/petits nombres/)).toBeVisible();
  await expect(page.getByRole("link", { name: "Dossier (PDF)" })).toHaveAttribute("href", /report\.pdf\?audience=wider$/);
});

test("another département is refused to a préfet, and found by the Ofast", async ({ browser }) => {
  const page = await person(browser, "prefet13", "/territoire?t=dep:93");
  await expect(page.getByText("Ce territoire n’est pas le vôtre")).toBeVisible();
  await page.getByRole("button", { name: "Revenir à mon territoire" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Bouches-du-Rhône" })).toBeVisible();

  const ofast = await person(browser, "ofast", "/territoire");
  await expect(ofast.getByRole("heading", { level: 2 })).toHaveText("France");
  await ofast.getByRole("combobox", { name: "Autre territoire" }).fill("Seine-Saint");
  await ofast.getByRole("option", { name: /Seine-Saint-Denis/ }).first().click();
  await expect(ofast).toHaveURL(/t=dep:93/);
  await expect(ofast.getByRole("heading", { level: 2, name: "Seine-Saint-Denis" })).toBeVisible();
  await expect(number(ofast, "Points de deal")).toHaveText(french((await statistics(ofast, "dep:93")).stock.counted));
});

test("a date to come is refused at its field", async ({ browser }) => {
  const tomorrow = addDays(todayInFrance(), 2);
  const page = await person(browser, "prefet13", `/territoire?au=${tomorrow}`);
  await expect(page.locator(".clct-filters .error")).toContainText("dans l’avenir");
  await page.getByRole("button", { name: "Revenir à aujourd’hui" }).click();
  await expect(number(page, "Points de deal")).toBeVisible();
  await expect(page.locator(".clct-filters .error")).toBeHidden();
});

test("what the service seldom answers: nothing, one point, no population, a failure", async ({ browser }) => {
  const today = todayInFrance();
  const page = await person(browser, "prefet13", "/#map=8/43.5/5.2");
  let answer: Parameters<typeof mockTerritory>[1]["answer"] = () => ({ status: 503, problem: { type: "urn:dealmap:problem:unavailable", title: "Indisponible", status: 503, detail: "le service est momentanément indisponible" } });
  await mockTerritory(page, { today, answer: (found, query) => answer!(found, query) });
  await page.getByRole("link", { name: "Territoire" }).click();
  await expect(page.getByText("momentanément indisponible")).toBeVisible();
  const none = { counted: 0, total: 0, rate: null, status: {}, kind: {}, product: {}, service: {} };
  answer = (found) => ({ ...found, territory: { code: "dep:13", level: "dep", name: "Sans population" }, stock: none, before: none, parts: [], coverage: [], months: [], freshness: { living: 0, within_30: 0, within_90: 0, never: 0, overdue: 0 }, life: { ended: 0, running: 0 } });
  await page.getByRole("button", { name: "Réessayer" }).click();
  await expect(page.getByText("Aucun point n’est enregistré")).toBeVisible();
  await expect(number(page, "Pour 10 000 habitants")).toHaveText("population inconnue");
  await expect(number(page, "Durée de vie médiane")).toHaveText("aucune fermeture");
  await expect(page.locator("body")).not.toContainText(/NaN|Infinity|undefined/);
  await clean(page);

  answer = (found) => ({ ...found, stock: { ...none, counted: 1, total: 1, rate: 0.01, status: { active: 1 } }, months: found.months.map((month) => ({ ...month, stock: 1, reported: null, opened: null, reopened: null, closed: {}, closed_total: null })), suppression: { applied: true, threshold: 5, cells: 9 }, parts: [] });
  await page.getByText("Diffusion élargie").first().click();
  await expect(number(page, "Points de deal")).toHaveText("1");
  await expect(number(page, "Fermetures")).not.toContainText("NaN");
  await clean(page);
});

test("a meeting is recorded, and the page opens on what changed since", async ({ browser }) => {
  const today = todayInFrance();
  const page = await person(browser, "prefet13", "/#map=8/43.5/5.2");
  await page.getByRole("link", { name: "Territoire" }).click();
  await page.getByRole("button", { name: "Enregistrer la réunion" }).click();
  const dialog = page.getByRole("dialog", { name: "Enregistrer la réunion" });
  const day = addDays(today, -3);
  await dialog.getByLabel("Date de la réunion").fill(day);
  await dialog.getByRole("button", { name: "Enregistrer" }).click();
  await expect(dialog).toBeHidden();
  const told = await statistics(page, "dep:13");
  expect(told.since).toBe(day);
  const since = page.locator(".clct-since");
  await expect(since.getByRole("heading", { name: "Depuis la dernière réunion" })).toBeVisible();
  await expect(since.locator(".since-numbers strong")).toHaveText(french(told.stock.counted));
  await page.reload();
  await expect(since.locator(".since-numbers strong")).toHaveText(french(told.stock.counted));
  // The demonstration has three meetings behind it.
  await since.getByText("4 réunions enregistrées").click();
  await since.getByRole("button", { name: /^Retirer la réunion/ }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Retirer", exact: true }).click();
  await expect(since.getByText("3 réunions enregistrées")).toBeVisible();
  expect((await statistics(page, "dep:13")).since).not.toBe(day);
});

test("months are played, and paused", async ({ browser }) => {
  const page = await person(browser, "prefet13");
  const handle = slider(page);
  await expect(handle).toHaveAttribute("aria-valuenow", "23");
  await page.getByRole("button", { name: "Lecture" }).click();
  await expect(handle).toHaveAttribute("aria-valuenow", "2", { timeout: 20_000 });
  await page.getByRole("button", { name: "Pause" }).click();
  const at = await handle.getAttribute("aria-valuenow");
  await expect(page).toHaveURL(/au=/);
  await page.waitForTimeout(1500);
  await expect(handle).toHaveAttribute("aria-valuenow", at ?? "");
});

for (const [name, colorScheme, viewport] of [["wide, light", "light", { width: 1440, height: 900 }], ["a tablet, dark", "dark", { width: 768, height: 1024 }], ["a telephone", "light", { width: 390, height: 844 }]] as const) {
  test(`the page fits and is accessible: ${name}`, async ({ browser }) => {
    test.setTimeout(180_000);
    const page = await person(browser, "prefet13", "/territoire?depuis=2026-06-30", { colorScheme, viewport, hasTouch: viewport.width < 1000 });
    await expect(number(page, "Points de deal")).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const apart = await page.locator(".header").evaluate((header) => {
      const [badge, way] = [".badge", ".header-way"].map((one) => header.querySelector(one)!.getBoundingClientRect());
      return badge!.right <= way!.left || badge!.bottom <= way!.top;
    });
    expect(apart).toBe(true);
    expect(await page.locator(".clct").evaluate((main) => main.scrollWidth - main.clientWidth)).toBeLessThanOrEqual(0);
    await clean(page);
    await page.getByText("État", { exact: true }).first().click();
    await page.getByRole("button", { name: "Voir en tableau" }).first().click();
    await clean(page);
    const small = await page.locator(".clct :is(button, summary, select, .input, .segment span, .check):visible").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).filter(({ height }) => height < 43.5).length);
    expect(small).toBe(0);
  });
}
