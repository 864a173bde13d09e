import { expect, test } from "./test";
import { clean } from "./axe";
import { listReady, signIn } from "./people";

test("the main map shows points, groups or heat, and the address keeps which", async ({ page }) => {
  await signIn(page, "ofast");
  await listReady(page);
  const display = page.getByRole("group", { name: "Affichage" });
  const heat = page.waitForResponse((r) => r.url().includes("/tiles/heat/") && r.ok());
  await display.getByText("Chaleur", { exact: true }).click();
  expect(new URL((await heat).url()).searchParams.get("status")).toBe("active,disrupted,reported,dormant");
  const legend = page.getByRole("group", { name: "Légende" });
  await expect(legend).toContainText("Points de deal par maille");
  await expect(legend).toContainText("Mailles de 64 km de large");
  await expect(page).toHaveURL(/display=heat/);
  await clean(page);

  // The filter applies as it does to groups, and hexagons follow the zoom.
  const filtered = page.waitForResponse((r) => r.url().includes("/tiles/heat/") && r.url().includes("status=disrupted,reported,dormant"));
  await page.getByRole("checkbox", { name: /^Actif/ }).uncheck();
  await filtered;
  await page.getByRole("button", { name: "Zoom avant" }).click({ modifiers: ["Shift"] });
  await expect(legend).toContainText("Mailles de 8 km de large");
  // The legend follows a zoom from its first frame, the address from its last.
  await expect(page).toHaveURL(/#map=9\//);

  await page.reload();
  await expect(legend).toBeVisible();
  await display.getByText("Groupes", { exact: true }).click();
  await expect(legend).toBeHidden();
  const groups = page.waitForResponse((r) => /\/tiles\/clusters\/1\d[/?]/.test(r.url()) && r.ok());
  await page.getByRole("button", { name: "Zoom avant" }).click({ modifiers: ["Shift"] });
  await groups;
  await expect(page).toHaveURL(/display=clusters/);
});

test("who sees aggregates only has heat and no second way to groups", async ({ page }) => {
  await signIn(page, "prefet13", "/?display=heat");
  await expect(page.getByRole("group", { name: "Légende" })).toContainText("Mailles de");
  await expect(page.getByRole("group", { name: "Affichage" }).getByText("Groupes", { exact: true })).toHaveCount(0);
});
