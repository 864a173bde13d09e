import { expect, test, type Page } from "./test";
import { listReady, signIn } from "./people";

const zoomIn = (page: Page) => page.getByRole("button", { name: "Zoom avant" });
const zoomOut = (page: Page) => page.getByRole("button", { name: "Zoom arrière" });

/** For each tile of the ground on the screen, whether it shows one colour alone. */
const plain = (page: Page) =>
  page.locator(".leaflet-tile-pane canvas.leaflet-tile-loaded").evaluateAll((tiles) =>
    tiles.map((tile) => {
      const { width, height } = tile as HTMLCanvasElement;
      const pixels = new Uint32Array((tile as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height).data.buffer);
      return pixels.every((pixel) => pixel === pixels[0]);
    }),
  );

test("canvases are used again by other tiles, and a tile that cannot be loaded shows nothing of the one before", async ({ page }) => {
  await signIn(page, "ofast", "/#map=9/45.75/4.85");
  await listReady(page);
  await page.locator(".leaflet-tile-pane canvas").evaluateAll((tiles) => tiles.forEach((tile) => (tile.title = "first")));
  for (const [turn, zoom] of [[zoomIn, 10], [zoomOut, 9], [zoomIn, 10], [zoomIn, 11]] as const) {
    await turn(page).click();
    await expect(page).toHaveURL(new RegExp(`#map=${zoom}/`));
    await expect.poll(async () => (await plain(page)).filter((one) => !one).length).toBeGreaterThan(8);
  }
  await expect(page.locator(".leaflet-tile-pane canvas[title=first]").first()).toBeAttached();

  await page.route("**/tiles/basemap,territories/12/**", (route) => route.fulfill({ status: 500 }));
  await zoomIn(page).click();
  await expect(page).toHaveURL(/#map=12\//);
  // Until the new view is there, the one before is.
  await expect.poll(async () => (await plain(page)).map(String).join(" ")).toMatch(/^true( true){8,}$/);
  // They were shown before, or this test would prove nothing.
  await expect(page.locator(".leaflet-tile-pane canvas[title=first]").first()).toBeAttached();
});
