import { expect, test } from "./test";
import { person } from "./people";

/** Apart from earlier runs on the same server. */
const run = Date.now().toString(36);

test("a partner hands a report in, a Cross makes a point from it and answers", async ({ browser }) => {
  const partner = await person(browser, "partenaire13");
  const asked: string[] = [];
  partner.on("request", (request) => asked.push(request.url()));
  const form = partner.getByRole("form", { name: "Nouveau signalement" });
  await form.getByLabel("Ce qui a été vu").fill(`Va-et-vient ${run}, rappeler le 06 12 34 56 78`);
  await form.getByLabel("Adresse ou lieu-dit").fill(`Passage des Essais ${run}`);
  await partner.getByLabel("Coordonnées (latitude, longitude)").fill("43.2951 5.3791");
  await partner.getByRole("button", { name: "Placer", exact: true }).click();
  await partner.getByRole("button", { name: "Transmettre le signalement" }).click();
  await expect(partner.locator("mark")).toHaveText("06 12 34 56 78");
  await expect(form.getByLabel("Ce qui a été vu")).toBeFocused();
  await form.getByLabel("Ce qui a été vu").fill(`Va-et-vient chaque soir ${run}`);
  await partner.getByRole("button", { name: "Transmettre le signalement" }).click();
  const mine = partner.getByRole("row", { name: new RegExp(`chaque soir ${run}`) });
  await expect(mine.getByText("Reçu")).toBeVisible();
  expect(asked.filter((url) => /tiles\/[^/]*(clusters|deal_points)|deal-points/.test(url))).toEqual([]);

  const cross = await person(browser, "cross13", "/#map=14/43.3/5.39");
  await cross.getByRole("button", { name: /^Signalements/ }).click();
  await cross.getByRole("button", { name: new RegExp(`Passage des Essais ${run}`) }).click();
  await cross.getByRole("button", { name: "Créer un point à partir du signalement" }).click();
  await expect(cross.getByLabel("Nom du lieu")).toHaveValue(`Passage des Essais ${run}`);
  await expect(cross.getByLabel("Coordonnées (latitude, longitude)")).toHaveValue(/43[.]295100, 5[.]379100/);
  await cross.getByRole("form", { name: "Ajouter un point" }).getByLabel("Type", { exact: true }).selectOption("street");
  await cross.getByRole("button", { name: "Ajouter le point" }).click();
  const duplicate = cross.getByRole("button", { name: "Ajouter quand même" });
  const left = cross.getByText("Il reste à retenir le signalement");
  await expect(left.or(duplicate)).toBeVisible();
  if (await duplicate.isVisible()) await duplicate.click();
  await expect(left).toBeVisible();
  await cross.getByLabel("Réponse à qui l’a transmis").fill("Merci, le lieu est suivi.");
  await cross.getByRole("button", { name: "Retenir" }).click();
  await expect(cross.getByText("Signalement retenu.").first()).toBeVisible();
  await expect(cross.getByRole("button", { name: new RegExp(`Passage des Essais ${run}`) })).toHaveCount(0);

  await partner.reload();
  await expect(mine.getByText("Retenu")).toBeVisible();
  await mine.getByRole("button").click();
  await expect(partner.getByRole("region", { name: /^Signalement du/ }).getByText("Merci, le lieu est suivi.")).toBeVisible();
});

test("a procureur puts a point under embargo and lifts it, and is told when there is none", async ({ browser }) => {
  const cross = await person(browser, "cross13");
  const made = await cross.request.post("/api/v1/deal-points?duplicates=accepted", {
    data: { type: "Feature", geometry: { type: "Point", coordinates: [5.4012, 43.2812] }, properties: { kind: "street", status: "active", name: `Square de l’Embargo ${run}`, accuracy: "street" } },
  });
  expect(made.status()).toBe(201);
  const { properties } = (await made.json()) as { properties: { reference: string } };
  const ofast = await person(browser, "ofast");
  const seen = async (): Promise<number> => (await ofast.request.get(`/api/v1/deal-points/${properties.reference}`)).status();
  expect(await seen()).toBe(200);

  const procureur = await person(browser, "procureur13");
  await procureur.getByRole("button", { name: "Embargo" }).click();
  const dialog = procureur.getByRole("dialog", { name: "Embargo du procureur" });
  const far = (await (await ofast.request.get("/api/v1/deal-points?territory=dep:75&limit=1")).json()) as { features: { properties: { reference: string } }[] };
  const elsewhere = far.features[0]?.properties.reference ?? "";
  await dialog.getByLabel("Référence du point").fill(elsewhere);
  await dialog.getByRole("button", { name: "Mettre sous embargo" }).click();
  await expect(dialog.getByText(`Aucun point ${elsewhere} dans votre ressort`)).toBeVisible();
  await dialog.getByLabel("Référence du point").fill(properties.reference.toLowerCase());
  await dialog.getByRole("button", { name: "Mettre sous embargo" }).click();
  await expect(dialog.locator(".note", { hasText: `Le point ${properties.reference} est sous embargo` })).toBeVisible();
  expect(await seen()).toBe(404);
  await dialog.getByText("Lever l’embargo").first().click();
  await dialog.getByRole("button", { name: "Lever l’embargo" }).click();
  await expect(dialog.locator(".note", { hasText: `L’embargo sur le point ${properties.reference} est levé.` })).toBeVisible();
  expect(await seen()).toBe(200);
});
