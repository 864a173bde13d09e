import { expect, test, type Page } from "./test";
import { listReady, signIn } from "./people";

const zoomIn = (page: Page) => page.getByRole("button", { name: "Zoom avant" });
const zoomOut = (page: Page) => page.getByRole("button", { name: "Zoom arrière" });

/** Which share of the view, and of its middle, is sea: about Lyon, all that is drawn as sea has not been loaded. */
const sea = (page: Page) =>
  page.locator(".leaflet-symbols-pane canvas").first().evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const colour = getComputedStyle(canvas.closest(".map")!).backgroundColor.match(/\d+/g)!.map(Number);
    const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
    const share = (margin: number): number => {
      let [found, all] = [0, 0];
      for (let y = Math.round(height * margin); y < height * (1 - margin); y++) {
        for (let x = Math.round(width * margin); x < width * (1 - margin); x++, all++) {
          if (colour.every((value, i) => data[4 * (y * width + x) + i] === value)) found++;
        }
      }
      return found / all;
    };
    // The canvas reaches beyond the view.
    return { view: share(0.2), middle: share(0.4) };
  });

/** Requests for tiles of the ground, one or several. */
const groundOf = (zoom: number): RegExp => new RegExp(`/tiles/basemap,territories/${zoom}[/?]`);

/** Lets the ground of a zoom wait until the function that is returned is called. */
async function hold(page: Page, zoom: number): Promise<() => void> {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(groundOf(zoom), async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

test("the ground of another zoom stands in until that of the new one has come, and a tile that cannot be loaded is sea", async ({ page }) => {
  await signIn(page, "ofast", "/#map=9/45.75/4.85");
  await listReady(page);
  await expect.poll(async () => (await sea(page)).view).toBeLessThan(0.05);

  const finer = await hold(page, 10);
  await zoomIn(page).click();
  await expect(page).toHaveURL(/#map=10\//);
  expect((await sea(page)).view).toBeLessThan(0.05);
  finer();
  await expect(page.locator(".stage-loading")).toHaveCount(0);
  expect((await sea(page)).view).toBeLessThan(0.05);

  const coarser = await hold(page, 8);
  for (const zoom of [9, 8]) {
    await zoomOut(page).click();
    await expect(page).toHaveURL(new RegExp(`#map=${zoom}/`));
  }
  const before = await sea(page);
  expect(before.middle).toBeLessThan(0.05);
  expect(before.view).toBeGreaterThan(0.2);
  coarser();
  await expect.poll(async () => (await sea(page)).view).toBeLessThan(0.05);

  await page.route(groundOf(7), (route) => route.fulfill({ status: 500 }));
  await zoomOut(page).click();
  await expect(page).toHaveURL(/#map=7\//);
  await expect.poll(async () => (await sea(page)).view).toBeGreaterThan(0.9);
});

test("nothing before the first view makes an object of Intl, which takes longer than a frame has", async ({ page }) => {
  await signIn(page, "ofast", "/#map=6/46.6/2.4");
  await listReady(page);
  await page.addInitScript(() => {
    const made: string[] = [];
    const note = (name: string): void => {
      // Nobody waits longer than a second for the first view: on a slow machine numbers and list may be there before it.
      const waited = performance.getEntriesByType("resource").every((one) => !one.name.includes("/api/v1/deal-points"));
      if (waited && performance.getEntriesByName("map-drawn").length === 0) made.push(name);
    };
    const own = globalThis as unknown as { Intl: Record<string, object>; madeOfIntl: string[] };
    own.madeOfIntl = made;
    for (const name of ["DateTimeFormat", "NumberFormat", "PluralRules", "Collator"]) {
      own.Intl[name] = new Proxy(own.Intl[name]!, { construct: (of, given) => (note(name), Reflect.construct(of as new () => object, given)) });
    }
    for (const [of, name] of [[Number.prototype, "toLocaleString"], [Date.prototype, "toLocaleString"], [String.prototype, "localeCompare"]] as const) {
      const before = (of as unknown as Record<string, (...given: unknown[]) => unknown>)[name]!;
      Object.assign(of, { [name]: function (this: unknown, ...given: unknown[]) { note(name); return before.apply(this, given); } });
    }
  });
  await page.reload();
  await listReady(page);
  // Without the mark all would count.
  expect(await page.evaluate(() => performance.getEntriesByName("map-drawn").length)).toBe(1);
  expect(await page.evaluate(() => (globalThis as unknown as { madeOfIntl: string[] }).madeOfIntl)).toEqual([]);
});
