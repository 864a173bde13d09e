import { describe, expect, test } from "vitest";
import { LINK_TAGS } from "./links.fixture";
import { chainAt, chainOf, joinPieces, loopAt } from "./linkchains";
import { flowWidth, lineStyle, mainKind, middleOf, onScreen } from "./linkpaint";
import { cutToTile, decodeLinks, isFlow } from "./linktile";
import type { FlowFacts, LinkFacts } from "./linktile";
import { writeTile } from "./mvt.fixture";
import { arcsOf, bow, tileOf } from "./networkscene";
import { readTheme } from "./theme";
import { toWorld } from "./tilemath";
import { linkKinds, linkMeans } from "../core/vocabulary";

const A = { z: 12, x: 2109, y: 1500 };
const B = { z: 12, x: 2110, y: 1500 };
const WORLD = 256 * 2 ** 12;
const line = (...points: [number, number][]) => ({ rings: [points] });
const decode = (tile: typeof A, ...features: Parameters<typeof writeTile>[0][string]) => decodeLinks(writeTile({ links: features }), tile);
const tags = (more: Record<string, string | number> = {}) => ({ ...LINK_TAGS, ...more });

describe("a tile of links", () => {
  test("tells kind, means, ends and direction", () => {
    const [piece] = decode(A, { ...line([100, 100], [2000, 2000]), tags: tags() }).pieces;
    expect(piece?.facts).toEqual({ id: "l1", kind: "supplies", means: "sea", network: "R-13-7KQ", strength: 3, from: "13-A", to: "13-B", directed: true, ended: false });
    expect([piece?.starts, piece?.ends]).toEqual([true, true]);
    expect(piece?.points[0]).toBeCloseTo((2109 + 100 / 4096) / 4096, 12);
  });

  test("tells of flows how many links there are of each kind, and of those within a territory where its middle is", () => {
    const flow = { from: "dep:13", to: "dep:69", count: 5, strength: 9, supplies: 3, rival: 2 };
    const tile = decode({ z: 6, x: 32, y: 23 }, { ...line([0, 0], [4095, 4095]), tags: flow }, { point: [2048, 2048], tags: { ...flow, to: "dep:13" } }, { point: [-9, 5], tags: flow });
    const facts = tile.pieces[0]?.facts;
    expect(facts && isFlow(facts) && [facts.links, facts.byKind["supplies"], facts.byKind["rival"]]).toEqual([5, 3, 2]);
    expect(tile.loops.map(({ x }) => x)).toEqual([32.5 / 64]);
  });

  test("is empty without bytes", () => expect(decodeLinks(new ArrayBuffer(0), A)).toEqual({ pieces: [], loops: [] }));
});

describe("cutting at the edges of a tile", () => {
  const cut = (...points: [number, number][]) => cutToTile(points.map(([x, y]) => ({ x, y })), 100);

  test("keeps what is inside, and knows where the line itself begins and ends", () => {
    expect(cut([10, 10], [50, 50])).toEqual([{ points: [10, 10, 50, 50], starts: true, ends: true }]);
    expect(cut([-20, 50], [50, 50])).toEqual([{ points: [0, 50, 50, 50], starts: false, ends: true }]);
    expect(cut([50, 50], [150, 50])).toEqual([{ points: [50, 50, 100, 50], starts: true, ends: false }]);
  });

  test("makes two parts of a line that leaves and comes back, none of one that passes by", () => {
    expect(cut([50, 50], [150, 50], [150, 80], [50, 80]).map(({ points }) => points)).toEqual([[50, 50, 100, 50], [100, 80, 50, 80]]);
    expect(cut([-10, 10], [10, -60])).toEqual([]);
    expect(cut([-10, -5], [110, -5])).toEqual([]);
  });
});

describe("a link that crosses tiles", () => {
  const left = decode(A, { ...line([1000, 1000], [4300, 1000]), tags: tags() });
  const right = decode(B, { ...line([-200, 1000], [900, 1000]), tags: tags() });
  const reach = 4 / (4096 * 4096);

  test("is one line, whichever tile comes first", () => {
    for (const order of [[left, right], [right, left]]) {
      const { chains } = joinPieces(order, reach);
      expect(chains.length).toBe(1);
      expect([chains[0]?.starts, chains[0]?.ends]).toEqual([true, true]);
      expect([...(chains[0]?.points ?? [])].filter((_, i) => i % 2 === 0).map((x) => Math.round(x * 4096 * 4096) - 2109 * 4096)).toEqual([1000, 4096, 4996]);
    }
  });

  test("stays in parts where a tile between has not come", () => {
    const far = decode({ ...B, x: 2112 }, { ...line([-200, 1000], [900, 1000]), tags: tags() });
    expect(joinPieces([left, far], reach).chains.length).toBe(2);
  });

  test("is not joined to another link", () => {
    const other = decode(B, { ...line([-200, 1000], [900, 1000]), tags: tags({ id: "l2" }) });
    expect(joinPieces([left, other], reach).chains.map(({ facts }) => !isFlow(facts) && facts.id).sort()).toEqual(["l1", "l2"]);
  });
});

describe("finding a line under the pointer", () => {
  const scene = joinPieces([decode(A, { ...line([0, 1000], [4000, 1000]), tags: tags() }, { ...line([0, 1200], [4000, 1200]), tags: tags({ id: "l2" }) })], 1e-9);
  // A unit of the tile is a sixteenth of a pixel.
  const at = (x: number, y: number) => chainAt(scene, (2109 + x / 4096) / 4096, (1500 + y / 4096) / 4096, WORLD, 6);
  const idAt = (x: number, y: number) => {
    const facts = at(x, y)?.chain.facts;
    return facts && !isFlow(facts) ? facts.id : null;
  };

  test("takes the nearest within six pixels", () => {
    expect(idAt(2000, 1000 + 5 * 16)).toBe("l1");
    expect(idAt(2000, 1200 - 5 * 16)).toBe("l2");
    expect(idAt(2000, 1000 - 6 * 16)).toBe("l1");
    expect(idAt(2000, 1000 - 7 * 16)).toBeNull();
  });

  test("ends where the line ends, and says where on it", () => {
    expect(idAt(4000 + 5 * 16, 1000)).toBe("l1");
    expect(idAt(4000 + 8 * 16, 1000)).toBeNull();
    expect(at(2000, 1000 + 3 * 16)?.y).toBeCloseTo((1500 + 1000 / 4096) / 4096, 9);
  });

  test("finds the ring of a territory", () => {
    const loops = decode({ z: 6, x: 32, y: 23 }, { point: [2048, 2048], tags: { from: "dep:13", to: "dep:13", count: 4 } });
    const world = 256 * 2 ** 6;
    const found = loopAt(joinPieces([loops], 0), 32.5 / 64 + 8 / world, 23.5 / 64, world, 0);
    expect(found?.facts.links).toBe(4);
    expect(loopAt(joinPieces([loops], 0), 32.5 / 64 + 14 / world, 23.5 / 64, world, 0)).toBeNull();
  });
});

describe("how links look", () => {
  const theme = (name: "light" | "dark") => readTheme(name, { getPropertyValue: () => "" } as unknown as CSSStyleDeclaration);
  const link = (more: Partial<LinkFacts> = {}): LinkFacts => ({ id: "l", kind: "supplies", means: "road", network: "", strength: 1, from: "a", to: "b", directed: true, ended: false, ...more });

  test.each(["light", "dark"] as const)("each kind and means is told without colour, %s", (name) => {
    const kinds = linkKinds.map((kind) => lineStyle(link({ kind, directed: kind !== "rival" && kind !== "same_network" }), theme(name)).sign);
    expect(new Set(kinds).size).toBe(linkKinds.length);
    const dashes = [...linkMeans, ""].map((means) => lineStyle(link({ means }), theme(name)).dash.join());
    expect(new Set(dashes).size).toBe(dashes.length);
    expect(new Set(linkKinds.map((kind) => lineStyle(link({ kind }), theme(name)).colour)).size).toBe(linkKinds.length);
  });

  test("stronger is wider, ended is faint", () => {
    const widths = [1, 2, 4, 9].map((strength) => lineStyle(link({ strength }), theme("light")).width);
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(lineStyle(link({ ended: true }), theme("light")).alpha).toBeLessThan(0.5);
    expect(flowWidth(100)).toBeGreaterThan(flowWidth(3));
    expect(flowWidth(1e9)).toBeLessThan(10);
  });

  test("a flow has the colour of a kind only where most links are of it", () => {
    const flow = (byKind: Record<string, number>): FlowFacts => ({ links: 5, strength: 5, from: "a", to: "b", directed: true, means: "", byKind });
    expect(mainKind(flow({ supplies: 3, rival: 2 }))).toBe("supplies");
    expect(mainKind({ ...flow({ supplies: 3, rival: 3 }), links: 6 })).toBe("");
  });
});

describe("a line on the screen", () => {
  const frame = { zoom: 12, left: 0, top: 0, width: 1000, height: 500, ratio: 1, worldPixels: 1000 };
  const chain = (points: number[], starts = true, ends = true) => chainOf({ facts: { id: "l" } as LinkFacts, points: Float64Array.from(points), starts, ends });

  test("stops short of the symbols at its ends, but not where it only leaves the view", () => {
    expect(onScreen(chain([0.1, 0.1, 0.5, 0.1]), frame, 10)).toEqual([[110, 100], [490, 100]]);
    expect(onScreen(chain([0.1, 0.1, 0.5, 0.1], false, false), frame, 10)).toEqual([[100, 100], [500, 100]]);
  });

  test("is nothing between symbols that touch, or out of sight", () => {
    expect(onScreen(chain([0.1, 0.1, 0.11, 0.1]), frame, 10)).toBeNull();
    expect(onScreen(chain([1.1, 0.1, 1.4, 0.1]), frame, 0)).toBeNull();
  });

  test("has its middle where it can be seen", () => {
    const middle = middleOf([[-1000, 100], [500, 100]], frame);
    expect(middle?.x).toBeGreaterThan(200);
    expect(middle?.x).toBeLessThan(300);
    expect(middleOf([[-1000, 100], [-500, 100]], frame)).toBeNull();
  });
});

describe("a network drawn from lists", () => {
  const at = (lon: number): [number, number] => [lon, 43.3];
  const link = (id: string, fromId: string, toId: string) => ({ id, kind: "supplies", means: "", network: "", strength: 1, from: fromId, to: toId, directed: true, ended: false, fromId, toId, fromAt: at(fromId === "a" ? 5 : 6), toAt: at(toId === "a" ? 5 : 6) });

  test("draws one link straight and several of a pair apart, whichever way they lead", () => {
    expect(arcsOf([link("1", "a", "b")]).chains[0]?.points.length).toBe(4);
    const { chains } = arcsOf([link("1", "a", "b"), link("2", "b", "a"), link("3", "a", "b")]);
    const middles = chains.map(({ points }) => (points.length === 4 ? ((points[1] ?? 0) + (points[3] ?? 0)) / 2 : (points[17] ?? 0)));
    expect(new Set(middles.map((y) => y.toFixed(9))).size).toBe(3);
  });

  test("bends lanes as the server does", () => {
    for (const [lane, far] of [0, 0.25 / 3, -0.25 / 3].entries()) expect(bow(lane, 3)).toBeCloseTo(far, 12);
    expect(bow(0, 1)).toBeCloseTo(0, 12);
    expect(bow(0, 2)).toBe(-bow(1, 2));
    for (let lane = 0; lane < 40; lane++) expect(Math.abs(bow(lane, 40))).toBeLessThan(0.25);
  });

  test("holds its places where they are", () => {
    const tile = tileOf([{ ref: "13-A", name: "Entrepôt", status: "active", kind: "warehouse", product: "", service: "PN", intensity: 2, lngLat: at(5) }]);
    expect([tile.ref.at(0), tile.site[0], tile.status[0], tile.length]).toEqual(["13-A", 2, 1, 1]);
    expect(tile.x[0]).toBeCloseTo(toWorld(at(5))[0], 12);
  });
});
