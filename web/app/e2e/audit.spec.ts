import { readFile } from "node:fs/promises";
import { expect, test } from "./test";
import { listReady, person } from "./people";

/** A place of this run's own, in view of nobody but those who look here. */
const [lat, lon] = [43.2601 + Math.random() * 0.002, 5.4312 + Math.random() * 0.002];
const view = `/#map=15/${lat.toFixed(4)}/${lon.toFixed(4)}`;

test("the auditor finds who saw a point: the sheet, and the tile that was never stored as such", async ({ browser }) => {
  test.setTimeout(180_000);
  const cross = await person(browser, "cross13", view);
  const made = await cross.request.post("/api/v1/deal-points?duplicates=accepted", {
    data: { type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: { kind: "street", status: "active", name: "Square du Contrôle", accuracy: "street" } },
  });
  expect(made.status()).toBe(201);
  const { properties } = (await made.json()) as { properties: { reference: string } };
  const { reference } = properties;
  await cross.goto(`/?point=${reference}`);
  await expect(cross.getByRole("heading", { name: "Square du Contrôle" })).toBeVisible();
  const gn = await person(browser, "gn", view);
  await listReady(gn);

  const auditor = await person(browser, "auditeur");
  await expect(auditor.getByRole("heading", { name: "Le journal, pas de carte" })).toBeVisible();
  await expect(auditor.getByText("Consultations par jour")).toBeVisible();
  await auditor.getByRole("link", { name: "Qui a vu ce point ?" }).click();
  await auditor.getByRole("button", { name: "Chercher" }).click();
  await expect(auditor.getByText("Saisir la référence du point.")).toBeVisible();
  await auditor.getByLabel(/^Point/).fill(reference);
  await auditor.keyboard.press("Enter");
  await expect(auditor).toHaveURL(new RegExp(`page=place&place=${reference}`));
  await expect(auditor.getByText(new RegExp(`ont montré le point ${reference}`)).first()).toBeVisible();
  await expect(auditor.getByRole("row", { name: /Cross 13.*Fiche/ }).first()).toBeVisible();
  const tile = auditor.getByRole("row", { name: /Enquêteur GN.*Tuile z 1\d autour de 43,/ }).first();
  await expect(tile).toBeVisible();

  await tile.getByRole("button").click();
  const detail = auditor.getByRole("region", { name: /^Ligne .* du journal des consultations/ });
  await expect(detail.getByRole("link", { name: reference })).toBeVisible();
  await expect(detail.getByText("Recalculés à l’instant")).toBeVisible();
  await expect(detail.getByText("elle est bien dans le journal tel qu’il a été signé")).toBeVisible();
  await auditor.keyboard.press("Escape");
  await expect(tile.getByRole("button")).toBeFocused();

  // The address is the question: a colleague who opens it reads the same answer.
  const address = new URL(auditor.url());
  const colleague = await person(browser, "auditeur", address.pathname + address.search);
  await expect(colleague.getByRole("row", { name: /Enquêteur GN.*Tuile/ }).first()).toBeVisible();

  await auditor.getByRole("link", { name: "Qu’a vu cette personne ?" }).first().click();
  await auditor.getByLabel("Personne").fill("Enquêteur G");
  await auditor.getByRole("option", { name: /gn/ }).click();
  await auditor.getByRole("button", { name: "Chercher" }).click();
  await expect(auditor.getByRole("row", { name: /Enquêteur GN/ }).first()).toBeVisible();
  await expect(auditor.getByRole("row", { name: /Cross 13/ })).toHaveCount(0);

  await auditor.getByRole("link", { name: "Qui a modifié quoi ?" }).click();
  await auditor.getByLabel(/^Point/).fill(reference);
  await auditor.getByRole("button", { name: "Chercher" }).click();
  await auditor.getByRole("row", { name: /Cross 13.*Création/ }).getByRole("button").click();
  await expect(auditor.getByText("elle est bien dans le journal tel qu’il a été signé")).toBeVisible();
});

test("the auditor verifies both logs, and holds them against a checkpoint that was kept", async ({ browser }) => {
  const auditor = await person(browser, "auditeur", "/?page=proofs");
  await expect(auditor.getByText("vérifiée dans ce navigateur")).toHaveCount(2);
  const download = auditor.waitForEvent("download");
  await auditor.getByRole("button", { name: /Télécharger le point de contrôle : Journal des consultations/ }).click();
  const kept = await readFile(await (await download).path(), "utf8");
  expect(kept).toMatch(/^dealmap\/consultations\n\d+\n/);

  await auditor.getByRole("button", { name: "Vérifier les deux journaux" }).click();
  await expect(auditor.getByText("Tout est en ordre : aucune ligne ne diffère.").last()).toBeVisible({ timeout: 30_000 });
  await expect(auditor.getByRole("listitem").filter({ hasText: "Journal de la carte" })).toContainText("toutes conformes");

  const field = auditor.getByLabel("Point de contrôle", { exact: true });
  await field.fill(kept);
  await auditor.getByRole("button", { name: "Comparer" }).click();
  await expect(auditor.getByText("Rien n’a été réécrit").last()).toBeVisible();
  await field.fill(kept.replace(/\n\d+\n/, "\n3\n"));
  await auditor.getByRole("button", { name: "Comparer" }).click();
  await expect(auditor.getByText("Sa signature n’est pas celle de la clé")).toBeVisible();
});
