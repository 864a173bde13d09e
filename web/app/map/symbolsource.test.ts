import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { writeTile } from "./mvt.fixture";
import type { FixtureFeature } from "./mvt.fixture";
import { SymbolSource } from "./symbolsource";
import { tileWorldBox } from "./tilemath";
import type { WorldBox } from "./tilemath";

let asked: string[];
let answers: (url: string) => FixtureFeature[];
let news: { x: number; y: number }[][];
let scenes: number;
let painted: [parts: readonly WorldBox[] | undefined, live: boolean][];
let source: SymbolSource;

const ask = async (url: string): Promise<Response> => {
  asked.push(url);
  const layer = url.split("/")[2] ?? "";
  return new Response(writeTile({ [layer]: answers(url) }));
};

const settle = async (): Promise<void> => {
  await vi.waitFor(() => expect(pending).toBe(0));
};
let pending: number;

const A = { z: 12, x: 2109, y: 1500 };
/** A view well inside one tile, so that its bleed needs no neighbour. */
const inside = (() => {
  const box = tileWorldBox(A);
  const side = box.maxX - box.minX;
  return { minX: box.minX + side * 0.4, maxX: box.maxX - side * 0.4, minY: box.minY + side * 0.4, maxY: box.maxY - side * 0.4 };
})();
const place = (ref: string, status = "active"): FixtureFeature => ({ point: [2048, 2048], tags: { ref, status } });

beforeEach(() => {
  asked = [];
  news = [];
  scenes = 0;
  painted = [];
  pending = 0;
  answers = () => [place("a")];
  source = new SymbolSource("status=active", {
    clustersTo: 8,
    onPending: (n) => (pending = n),
    onError: () => undefined,
    onScene: (parts, live) => {
      scenes++;
      painted.push([parts, live]);
    },
    onNews: (places) => news.push(places),
    ask,
  });
});

afterEach(() => source.destroy());

test("places from zoom 9, clusters below, with the filter", async () => {
  source.view(inside, 12);
  await settle();
  expect(asked).toEqual(["/tiles/deal_points/12/2109/1500.mvt?status=active"]);
  expect(source.scene.length).toBe(1);
  source.view(inside, 8);
  expect(asked.slice(1)).toContain("/tiles/clusters/8/131/93.mvt?status=active");
  expect(asked.slice(1).every((url) => url.startsWith("/tiles/clusters/8/"))).toBe(true);
});

test("a symbol just outside the view is asked for", () => {
  const box = tileWorldBox(A);
  source.view({ ...inside, maxX: box.maxX - 1e-9 }, 12);
  expect(asked).toHaveLength(2);
});

test("closer than zoom 14 the same tiles serve", async () => {
  source.view(inside, 14);
  await settle();
  const before = asked.length;
  source.view(inside, 16);
  expect(asked).toHaveLength(before);
  expect(source.scene.length).toBeGreaterThan(0);
});

test("another filter keeps what is drawn until its tiles have come", async () => {
  source.view(inside, 12);
  await settle();
  answers = () => [];
  source.setFilter("");
  expect(source.scene.length).toBe(1);
  await settle();
  expect(asked.at(-1)).toBe("/tiles/deal_points/12/2109/1500.mvt");
  expect(source.scene.length).toBe(0);
});

test("a tile of places has its part of the world painted anew when it comes, and what has changed there when it changes; groups make room across tiles", async () => {
  source.view(inside, 12);
  await settle();
  expect(painted.at(-1)).toEqual([[tileWorldBox(A)], false]);
  answers = () => [place("a"), { point: [1024, 1024], tags: { ref: "b", status: "active" } }];
  source.refresh(["14/8436/6000"]);
  await settle();
  const [x, y] = [(A.x + 0.25) / 4096, (A.y + 0.25) / 4096];
  expect(painted.at(-1)).toEqual([[{ minX: x, minY: y, maxX: x, maxY: y }], true]);
  answers = () => Array.from({ length: 21 }, (_, i) => ({ point: [100 * i, 100], tags: { ref: `c${i}`, status: "active" } }));
  source.refresh(["14/8436/6000"]);
  await settle();
  expect(painted.at(-1)).toEqual([[tileWorldBox(A)], true]);
  source.view(inside, 8);
  await settle();
  expect(painted.at(-1)).toEqual([undefined, false]);
});

test("a live change refetches the tile that holds it, and tells what is new", async () => {
  source.view(inside, 12);
  await settle();
  answers = () => [place("a"), { point: [1024, 1024], tags: { ref: "b", status: "reported" } }];
  source.refresh(["14/8000/6000", "nonsense"]);
  expect(asked).toHaveLength(1);
  source.refresh([`14/${A.x * 4 + 1}/${A.y * 4 + 1}`]);
  await settle();
  expect(asked).toHaveLength(2);
  expect(source.scene.length).toBe(2);
  expect(news).toEqual([[{ x: (A.x + 0.25) / 4096, y: (A.y + 0.25) / 4096 }]]);
});

test("of two changes that overlap, each is told when its own content comes", async () => {
  source.view(inside, 12);
  await settle();
  const tile = `14/${A.x * 4 + 1}/${A.y * 4 + 1}`;
  const also = (ref: string): FixtureFeature => ({ point: [1024, 1024], tags: { ref, status: "reported" } });
  answers = () => (asked.length === 2 ? [place("a"), also("b")] : [place("a"), also("b"), also("c")]);
  source.refresh([tile]);
  source.refresh([tile]);
  await settle();
  expect(asked).toHaveLength(3);
  expect(news.map((places) => places.length)).toEqual([1, 1]);
  answers = () => [];
  source.setFilter("");
  await settle();
  expect(news).toHaveLength(2);
});

test("all places anew cancels nothing, and is asked for once more after what is under way", async () => {
  source.view(inside, 12);
  for (let n = 0; n < 3; n++) source.renewAll();
  expect(asked).toHaveLength(1);
  await settle();
  expect(asked).toHaveLength(2);
});

test("a filter is no news", async () => {
  source.view(inside, 12);
  await settle();
  answers = () => [place("b")];
  source.setFilter("");
  await settle();
  expect(news).toEqual([]);
});

test("a change beside a cluster tile refetches it: clusters merge across tiles", async () => {
  answers = () => [{ point: [5, 5], tags: { count: 3, active: 3 } }];
  source.view(inside, 8);
  await settle();
  const before = asked.length;
  source.refresh([`14/${132 * 64}/${93 * 64}`]);
  expect(asked.length).toBeGreaterThan(before);
});

test("nothing in view, nothing drawn", async () => {
  source.view(inside, 12);
  await settle();
  source.view(null, 12);
  expect(source.scene.length).toBe(0);
});

test("while a new zoom loads, the one before stands in", async () => {
  source.view(inside, 12);
  await settle();
  source.view(inside, 13);
  expect(source.scene.length).toBe(1);
  answers = () => [];
  await settle();
});
