import { expect, test, type Page, type Route } from "./test";
import { clean } from "./axe";
import { person } from "./people";

/**
 * The queue of possible duplicates on pairs that the test makes up of real points: keys, focus, what is announced, refusals.
 * What the server makes of a merge is tested against the server itself.
 */
type Point = { id: string; geometry: { coordinates: number[] } | null; properties: { reference: string; revision: number; name: string } & Record<string, unknown> };

interface Desk {
  page: Page;
  pairs: { a: Point; b: Point }[];
  sent: string[];
}

const problem = (route: Route, status: number, type: string, more = {}): Promise<void> =>
  route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify({ type: `urn:dealmap:problem:${type}`, title: "Refus", status, ...more }) });

async function desk(page: Page): Promise<Desk> {
  const list = (await (await page.request.get("/api/v1/deal-points?territory=dep:13&limit=6")).json()) as { features: Point[] };
  const pairs = list.features.map((a, i) => {
    const b = structuredClone(a);
    b.id = `ffff${a.id.slice(4)}`;
    Object.assign(b.properties, { reference: `13-ZZZ${i}`, revision: 0, name: `${a.properties.name} bis`, owner: { service: "GN", unit: "BR" } });
    return { a, b, score: 0.99 - i / 100, metres: 20 + i, reasons: [{ field: "name", text: "même nom", weight: 2.1 }, { field: "products", text: "aucun produit en commun", weight: -0.7 }], differing: ["name", "owner"], may_merge: i !== 2, ...(i === 2 ? { blocked: "deux réseaux différents" } : {}) };
  });
  const sent: string[] = [];
  const byId = new Map(pairs.flatMap(({ a, b }) => [[a.id, a], [b.id, b]]));
  await page.route(/\/api\/v1\/duplicates(\?|$)/, (route) => {
    const second = new URL(route.request().url()).searchParams.has("cursor");
    return route.fulfill({ json: second ? { pairs, looked: 12 } : { pairs: [], looked: 2000, next: "/api/v1/duplicates?cursor=x" } });
  });
  await page.route("**/api/v1/duplicates/*", (route) => {
    sent.push(`${new URL(route.request().url()).pathname.split("/").at(-1)} ${route.request().postData()}`);
    return route.request().url().endsWith("accept") ? route.fulfill({ json: { merged: 3, left: 1 } }) : route.fulfill({ status: 204 });
  });
  await page.route(/deal-points\/[^/]+\/(merge|split)$/, (route) => {
    const [id = "", what] = route.request().url().split("/").slice(-2);
    sent.push(`${what} ${byId.get(id)?.properties.reference}`);
    const point = byId.get(id);
    if (what === "merge" && id === pairs[3]?.a.id && point?.properties.revision === 1) {
      point.properties.revision = 2;
      return problem(route, 412, "stale", { current: point });
    }
    return route.fulfill({ json: point });
  });
  await page.route(/\/api\/v1\/deal-points\/[0-9a-f-]{36}$/, (route) => {
    const point = byId.get(route.request().url().split("/").at(-1) ?? "");
    return point ? route.fulfill({ json: point }) : problem(route, 404, "not-found");
  });
  for (const { a } of pairs) a.properties.revision = 1;
  await page.getByRole("button", { name: /Cross 13/ }).click();
  await page.getByRole("link", { name: "Doublons possibles" }).click();
  return { page, pairs, sent };
}

const heading = (page: Page, { a, b }: { a: Point; b: Point }): Promise<void> => expect(page.getByRole("heading", { name: `${a.properties.reference} et ${b.properties.reference}` })).toBeVisible();

test("a Cross clears possible duplicates with the keyboard, and takes a verdict back", async ({ browser }) => {
  const { page, pairs, sent } = await desk(await person(browser, "cross13"));
  const [first, second, blocked, stale, fifth] = pairs as [Desk["pairs"][number], Desk["pairs"][number], Desk["pairs"][number], Desk["pairs"][number], Desk["pairs"][number]];
  await heading(page, first);
  await expect(page).toHaveURL(/\/doublons$/);
  await expect(page.getByText("0 traité · encore 6")).toBeVisible();
  await page.keyboard.press("f");
  await heading(page, second);
  await expect(page.getByText(`${first.b.properties.reference} fusionné dans ${first.a.properties.reference}.`).first()).toBeVisible();
  await page.keyboard.press("u");
  await heading(page, first);
  await page.keyboard.press("x");
  await page.getByRole("button", { name: "Garder séparés" }).click();
  await heading(page, second);
  await expect(page.getByRole("button", { name: "Garder séparés" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await heading(page, blocked);
  await expect(page.getByText("Fusion impossible : deux réseaux différents")).toBeVisible();
  await expect(page.getByRole("button", { name: "Fusionner", exact: true })).toHaveCount(0);
  await page.keyboard.press("f");
  await page.keyboard.press("v");
  await heading(page, stale);
  await page.getByRole("button", { name: "Fusionner", exact: true }).click();
  await expect(page.getByText("Une des deux fiches a changé entre-temps.").first()).toBeVisible();
  await heading(page, stale);
  await page.getByRole("radio", { name: new RegExp(`Prendre celle-ci .Nom du lieu, ${stale.b.properties.reference}`) }).check();
  await page.keyboard.press("f");
  await heading(page, fifth);
  await expect(page.getByText("3 traités · encore 2 · 1 remis à plus tard")).toBeVisible();
  expect(sent.map((line) => line.split(" ").slice(0, 2).join(" ").replace(/\{.*/, ""))).toEqual([`merge ${first.a.properties.reference}`, `split ${first.a.properties.reference}`, "verdicts ", "verdicts ", `merge ${stale.a.properties.reference}`, `merge ${stale.a.properties.reference}`]);
  await page.goBack();
  await expect(page.getByRole("region", { name: "Points de deal" })).toBeVisible();
});

test("all sure pairs are counted before they are merged", async ({ browser }) => {
  const { page, sent } = await desk(await person(browser, "cross13"));
  await page.getByRole("button", { name: "Fusionner toutes les paires sûres…" }).click();
  const dialog = page.getByRole("dialog", { name: "Fusionner toutes les paires sûres" });
  await dialog.getByLabel("Seuil, en chiffres").fill("40");
  await dialog.getByRole("button", { name: "Compter les paires" }).click();
  await expect(dialog.getByText("Saisir un seuil de 50 à 100.")).toBeVisible();
  await dialog.getByLabel("Seuil, en chiffres").fill("99");
  await dialog.getByRole("button", { name: "Compter les paires" }).click();
  await expect(dialog.getByText("3 paires seraient fusionnées.")).toBeVisible();
  await dialog.getByRole("button", { name: "Fusionner 3 paires…" }).click();
  await page.getByRole("dialog", { name: "Fusionner 3 paires" }).getByRole("button", { name: "Fusionner 3 paires" }).click();
  await expect(dialog.locator(".note", { hasText: "3 paires fusionnées. 1 est restée à décider." })).toBeVisible();
  expect(sent).toEqual(['accept {"threshold":0.99,"dry_run":true}', 'accept {"threshold":0.99,"dry_run":false}']);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the queue has no accessibility violation at 768 × 1024, ${colorScheme}`, async ({ browser }) => {
    const { page, pairs } = await desk(await person(browser, "cross13", "/", { viewport: { width: 768, height: 1024 }, colorScheme }));
    await heading(page, pairs[0]!);
    await clean(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(768);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Décider au clavier" })).toBeVisible();
    await clean(page);
  });
}
