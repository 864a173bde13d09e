import { expect, test, type Locator, type Page } from "./test";
import { clean } from "./axe";
import { withCluster } from "./cluster";
import { listReady, person } from "./people";
import { promote } from "./postgres";

const view = "/#map=13/43.2850/5.3950";

const band = (page: Page): Locator => page.locator(".node-band");
const row = (page: Page, name: string): Locator => page.locator("a.row", { hasText: name });
const formOf = (page: Page): Locator => page.getByRole("form", { name: "Ajouter un point" });

async function fillPoint(page: Page, name: string, position: string): Promise<void> {
  await page.getByRole("button", { name: "Ajouter un point" }).click();
  const form = formOf(page);
  await form.getByLabel("Nom du lieu").fill(name);
  await form.getByLabel("Type", { exact: true }).selectOption("street");
  await form.getByLabel("Précision de la position").selectOption("street");
  await page.getByLabel("Coordonnées (latitude, longitude)").fill(position);
  await page.getByRole("button", { name: "Placer", exact: true }).click();
}

/** Sends the form and says what the server answered. */
async function send(page: Page): Promise<number> {
  const answer = page.waitForResponse((r) => r.request().method() === "POST" && new URL(r.url()).pathname === "/api/v1/deal-points");
  await page.getByRole("button", { name: "Ajouter le point" }).click();
  return (await answer).status();
}

/** Moves the map by hand, and says how many tiles of places came, and whether each did. */
async function pan(page: Page): Promise<{ came: number; whole: boolean }> {
  const seen: boolean[] = [];
  const note = (r: { url(): string; ok(): boolean; status(): number }): unknown => r.url().includes("/tiles/deal_points/") && seen.push(r.ok() || r.status() === 304);
  page.on("response", note);
  const map = (await page.locator(".leaflet-container").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [map.x + map.width / 2, map.y + map.height / 2];
  const before = page.url();
  await page.mouse.move(x + 150, y);
  await page.mouse.down();
  await page.mouse.move(x - 250, y - 120, { steps: 6 });
  await page.mouse.up();
  await expect.poll(() => page.url()).not.toBe(before);
  await expect.poll(() => seen.length).toBeGreaterThan(0);
  await listReady(page);
  page.off("response", note);
  return { came: seen.length, whole: seen.every(Boolean) };
}

/**
 * One map on two nodes and a journal on two machines, as the people at them live it: what is added at one is seen at the other, whoever
 * signed in at one is known at the other; without the journal the map can still be read and nothing that was typed is lost; and when the
 * second machine takes the journal over, all goes on by itself.
 */
test("two nodes are one map, and go on when the machine that keeps the journal dies", async ({ browser }) => {
  test.setTimeout(240_000);
  await withCluster(async ({ a, b, primary, standby }) => {
    const cross = await person(browser, "cross13", view, { baseURL: a.url });
    const gn = await person(browser, "gn", view, { baseURL: b.url });
    await expect(gn.getByText("En direct")).toBeVisible();
    await listReady(gn);
    let loads = 0;
    gn.on("load", () => loads++);

    await fillPoint(cross, "Passage des Deux Nœuds", "43.2701 5.4012");
    expect(await send(cross)).toBe(201);
    await expect(row(gn, "Passage des Deux Nœuds")).toBeVisible({ timeout: 5_000 });
    await row(gn, "Passage des Deux Nœuds").click();
    await expect(gn.getByRole("heading", { name: "Passage des Deux Nœuds" })).toBeVisible();
    expect(loads).toBe(0);

    // One session for all nodes: a browser sends its cookie to the same host whatever the port.
    const elsewhere = await cross.context().newPage();
    await elsewhere.goto(`${b.url}${view}`);
    await expect(elsewhere.getByRole("banner").getByRole("button", { name: /Cross 13/ })).toBeVisible();
    await expect(row(elsewhere, "Passage des Deux Nœuds")).toBeVisible();
    await expect(elsewhere.getByText("En direct")).toBeVisible();
    await expect(band(elsewhere)).toBeEmpty();

    await fillPoint(elsewhere, "Traverse de la Panne", "43.2716 5.4031");
    await primary.kill();
    for (const page of [elsewhere, gn]) await expect(band(page)).toContainText("Moteur injoignable depuis", { timeout: 30_000 });
    for (const page of [elsewhere, gn]) await expect(page.getByText("En pause")).toBeVisible();
    await gn.getByRole("button", { name: "Fermer la fiche" }).click();
    expect(await pan(gn)).toEqual({ came: expect.any(Number), whole: true });
    expect(await send(elsewhere)).toBe(503);
    const alert = formOf(elsewhere).getByRole("alert");
    await expect(alert).toContainText("L’enregistrement est impossible pour l’instant");
    await expect(alert).toContainText("La saisie est gardée dans cet onglet, même si vous rechargez la page.");
    await clean(elsewhere);
    elsewhere.on("dialog", (dialog) => void dialog.accept());
    await elsewhere.reload();
    await expect(formOf(elsewhere).getByText("Une saisie qui n’avait pas été envoyée a été retrouvée.")).toBeVisible();
    await expect(formOf(elsewhere).getByLabel("Nom du lieu")).toHaveValue("Traverse de la Panne");
    await expect(band(elsewhere)).toContainText("Moteur injoignable depuis");
    await clean(elsewhere);
    elsewhere.on("load", () => loads++);

    await promote(standby);
    for (const page of [elsewhere, gn]) await expect(band(page)).toBeEmpty({ timeout: 30_000 });
    await expect(elsewhere.getByText("En direct")).toBeVisible();
    expect(await send(elsewhere)).toBe(201);
    await expect(elsewhere.getByRole("heading", { name: "Traverse de la Panne" })).toBeVisible();
    await cross.getByRole("button", { name: "Fermer la fiche" }).click();
    await expect(row(cross, "Traverse de la Panne")).toBeVisible({ timeout: 10_000 });
    expect(loads).toBe(0);
  });
});
