// What the browser takes for a map that is served already, for cmd/bench, which starts it with one argument (JSON, see `given`)
// and turns what it prints (JSON too) into rows.
import { chromium } from "@playwright/test";
import { writes } from "./writes.mjs";
import { installRecorder } from "./recorder.mjs";

/** @type {{url: string, looker: string, writer: string, password: string, browser: string, rounds: number, seconds: number, rate: number}} */
const given = JSON.parse(process.argv[2] ?? "{}");
const france = "/#map=6/46.6/2.4";
const city = "/#map=13/43.2965/5.3798";

const browser = await chromium.launch({ executablePath: given.browser, args: ["--no-sandbox"] });
const look = { baseURL: given.url, locale: "fr-FR", timezoneId: "Europe/Paris", viewport: { width: 1440, height: 900 } };
try {
  const session = await signIn();
  const firstFrance = await firstViews(session, france);
  const firstCity = await firstViews(session, city);
  const scripts = firstCity.scripts;
  const moves = { france: await moving(session, france), city: await moving(session, city) };
  const live = await changing(session);
  console.log(JSON.stringify({ browser: browser.version(), france: firstFrance.times, city: firstCity.times, scripts, moves, live }));
} finally {
  await browser.close();
}

/** Signs in through the form and gives the session. */
async function signIn() {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Identifiant").fill(given.looker);
  await page.getByLabel("Mot de passe", { exact: true }).fill(given.password);
  await page.getByLabel("Motif de la consultation").selectOption({ label: "Mise à jour de la carte" });
  await page.getByRole("button", { name: "Ouvrir la session" }).click();
  await page.locator(".map canvas").first().waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Opens the map in a browser that has kept nothing but the session. */
async function open(session, address) {
  const context = await browser.newContext({ ...look, storageState: session });
  await context.addInitScript(installRecorder);
  const page = await context.newPage();
  // For a new window the browser loads pages of its own (what drops down from its address bar), which takes both processors for two seconds: a person's window is open before.
  await page.waitForTimeout(3000);
  await page.goto(address, { waitUntil: "commit" });
  const drawn = await page.evaluate(() => recorder.drawn);
  return { context, page, drawn };
}

/** Times from the start of the navigation until the map is drawn, and the bytes of scripts by the time that nothing more is loaded. */
async function firstViews(session, address) {
  const times = [];
  let scripts = 0;
  for (let round = 0; round < given.rounds; round++) {
    const { context, page, drawn } = await open(session, address);
    times.push(drawn);
    await page.waitForTimeout(1000);
    scripts = await page.evaluate(() => recorder.scripts());
    await context.close();
  }
  return { times, scripts };
}

/** Drags the map about and turns the wheel, with pauses as a person makes them. */
async function moving(session, address) {
  const { context, page } = await open(session, address);
  await page.waitForTimeout(1500);
  const box = await page.locator("#map").boundingBox();
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  const drag = async (dx, dy) => {
    const from = { x: middle.x - dx / 2, y: middle.y - dy / 2 };
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    const steps = 40;
    for (let i = 1; i <= steps; i++) {
      await page.mouse.move(from.x + (dx * i) / steps, from.y + (dy * i) / steps);
      await page.waitForTimeout(8);
    }
    await page.mouse.up();
    await page.waitForTimeout(700);
  };
  const wheel = async (by) => {
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.wheel(0, by);
    await page.waitForTimeout(900);
  };
  const seen = { dragged: [], zoomed: [] };
  const watched = async (into, move) => {
    await page.evaluate(() => recorder.start());
    await move();
    into.push(await page.evaluate(() => recorder.stop()));
  };
  const dragged = (dx, dy) => watched(seen.dragged, () => drag(dx, dy));
  const zoomed = (by) => watched(seen.zoomed, () => wheel(by));
  await dragged(-420, 0);
  await dragged(0, 300);
  await dragged(400, -280);
  await zoomed(-120);
  await dragged(-300, -200);
  await zoomed(120);
  await zoomed(120);
  await dragged(300, 200);
  await zoomed(-120);
  await context.close();
  const all = (parts) => ({ frames: parts.flatMap(({ frames }) => frames), tasks: parts.flatMap(({ tasks }) => tasks) });
  return { dragged: all(seen.dragged), zoomed: all(seen.zoomed) };
}

/** Looks at the city while somebody else writes there. */
async function changing(session) {
  const { context, page } = await open(session, city);
  await page.waitForTimeout(1500);
  const found = new Map();
  await page.exposeBinding("recorderSaw", (_source, name, at) => void found.set(name, at));
  await page.evaluate(() => recorder.start("Direct mesure "));
  const written = await writes({ ...given, watched: 10 });
  await page.waitForTimeout(3000);
  const seen = await page.evaluate(() => recorder.stop());
  await context.close();
  const visible = written.watched.map(({ name, at }) => (found.has(name) ? found.get(name) - at : null));
  return { ...seen, written: written.written, seconds: written.seconds, visible: visible.filter((ms) => ms !== null), unseen: visible.filter((ms) => ms === null).length };
}
