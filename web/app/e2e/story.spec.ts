import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "./test";
import { todayInFrance } from "../core/format";
import { person } from "./people";
import { serve } from "./server";

const view = "/#map=15/43.2705/5.4015";
const name = "Passage du Lavoir";

/**
 * The main path, as the people of two services live it: what one adds the other sees within a second and without
 * reloading, may not close it, the first may; and after a power cut everything that was said to be kept is there.
 */
test("two services share one map, and a killed server loses nothing", async ({ browser }) => {
  test.setTimeout(180_000);
  const data = mkdtempSync(path.join(tmpdir(), "dealmap-story-"));
  let server = await serve(data);
  const port = Number(new URL(server.url).port);
  try {
    const cross = await person(browser, "cross13", view, { baseURL: server.url });
    const gn = await person(browser, "gn", view, { baseURL: server.url });
    await expect(gn.getByText("En direct")).toBeVisible();
    let reloads = 0;
    gn.on("load", () => reloads++);

    await cross.getByRole("button", { name: "Ajouter un point" }).click();
    const form = cross.getByRole("form", { name: "Ajouter un point" });
    await form.getByLabel("Nom du lieu").fill(name);
    await form.getByLabel("Type", { exact: true }).selectOption("street");
    await form.getByLabel("Précision de la position").selectOption("street");
    await cross.getByLabel("Coordonnées (latitude, longitude)").fill("43.2701 5.4012");
    await cross.getByRole("button", { name: "Placer", exact: true }).click();
    const added = cross.waitForResponse((r) => r.request().method() === "POST" && r.status() === 201);
    await cross.getByRole("button", { name: "Ajouter le point" }).click();
    await added;

    const row = gn.locator("a.row", { hasText: name });
    await expect(row).toBeVisible({ timeout: 1000 });
    expect(reloads).toBe(0);
    await row.click();
    await expect(gn.getByRole("heading", { name })).toBeVisible();
    await expect(gn.getByRole("button", { name: "Fermer le point" })).toHaveCount(0);
    const reference = (await row.getAttribute("data-reference")) ?? "";
    expect(reference).toMatch(/^13-/);
    const refused = await gn.request.post(`/api/v1/deal-points/${reference}/close`, {
      data: { reason: "faded", date: todayInFrance() },
    });
    expect(refused.status()).toBe(403);
    expect((await refused.json()).detail).toContain("Cross");

    await cross.getByRole("button", { name: "Fermer le point" }).click();
    const dialog = cross.getByRole("dialog");
    await dialog.getByLabel("Raison de la fermeture").selectOption("dismantled");
    await dialog.getByRole("button", { name: "Fermer le point" }).click();
    await expect(gn.locator(".sheet-top .state")).toHaveText("Fermé");

    await server.kill();
    server = await serve(data, port);
    const later = await person(browser, "ofast", `/?point=${reference}`, { baseURL: server.url });
    await expect(later.getByRole("heading", { name })).toBeVisible();
    await expect(later.locator(".sheet-top .state")).toHaveText("Fermé");
    const history = await later.request.get(`/api/v1/deal-points/${reference}/history`);
    expect(history.status()).toBe(200);
    // The stream of those who were there comes back by itself.
    await expect(gn.getByText("En direct")).toBeVisible({ timeout: 20_000 });
  } finally {
    await server.stop();
  }
});
