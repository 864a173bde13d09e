import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LINK_TAGS } from "./links.fixture";
import { LinkSource } from "./linksource";
import { writeTile } from "./mvt.fixture";
import { tileWorldBox } from "./tilemath";

const A = { z: 12, x: 2109, y: 1500 };
const box = tileWorldBox(A);
const inside = { minX: box.minX + 1e-6, maxX: box.maxX - 1e-6, minY: box.minY + 1e-6, maxY: box.maxY - 1e-6 };

let asked: string[];
let signals: AbortSignal[];
let pending: number;
let changes: number;
let answer: () => Response;
let source: LinkSource;
const settle = (): Promise<void> => vi.waitFor(() => expect(pending).toBe(0));

beforeEach(() => {
  [asked, signals, pending, changes] = [[], [], 0, 0];
  answer = () => new Response(writeTile({ links: [{ rings: [[[0, 0], [4000, 4000]]], tags: LINK_TAGS }] }), { headers: { ETag: '"1"' } });
  const ask = async (url: string, signal: AbortSignal): Promise<Response> => {
    asked.push(url);
    signals.push(signal);
    return answer();
  };
  source = new LinkSource("means=sea", { onPending: (n) => (pending = n), onError: () => undefined, onChange: () => changes++, ask });
});
afterEach(() => source.destroy());

test("asks the tiles of the view with the filter, and draws what comes", async () => {
  source.view(inside, 12);
  await settle();
  expect(asked).toEqual(["/tiles/links/12/2109/1500.mvt?means=sea"]);
  expect(source.scene.chains.length).toBe(1);
});

test("asks anew when the filter is another one, and not when it is the same", async () => {
  source.view(inside, 12);
  await settle();
  source.setFilter("means=sea");
  source.setFilter("on=2026-06-30");
  await settle();
  expect(asked.slice(1)).toEqual(["/tiles/links/12/2109/1500.mvt?on=2026-06-30"]);
});

test("a live change asks every tile that is shown, and what is as it was stays", async () => {
  source.view(inside, 12);
  await settle();
  const before = changes;
  source.renewAll();
  await settle();
  expect(asked.length).toBe(2);
  expect(changes).toBe(before);
});

test("changes in a row cancel nothing and are asked for once more, another filter cancels", async () => {
  source.view(inside, 12);
  await settle();
  for (let n = 0; n < 4; n++) source.renewAll();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  await settle();
  expect(asked.length).toBe(3);
  source.renewAll();
  source.setFilter("");
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false, true, false]);
});

test("shows the zoom before until the new one has come, and nothing once it is switched off", async () => {
  source.view(inside, 12);
  await settle();
  source.view(inside, 13);
  expect(source.scene.chains.length).toBe(1);
  await settle();
  expect(source.scene.chains.length).toBe(4);
  source.view(null, 13);
  expect(source.scene.chains).toEqual([]);
});
