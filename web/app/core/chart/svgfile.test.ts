import { describe, expect, it } from "vitest";
import { inventGraph } from "./chart.fixture";
import { forceLayout } from "./force";
import { noLook } from "./look";
import { chartModel } from "./model";
import { radii } from "./size";
import { svgFile } from "./svgfile";

const texts = { title: "Réseau R-13-7KQ <essai>", description: "50 lieux & 80 liens", mention: "DIFFUSION RESTREINTE", footer: "28 novembre 2026", kinds: [{ value: "street", label: "Rue" }], statuses: [{ value: "closed", label: "Fermé" }], means: [{ value: "sea", label: "Mer" }], linkKinds: [{ value: "supplies", label: "Approvisionne" }] };

const made = (n: number): string => {
  const model = chartModel(inventGraph(n));
  const positions = forceLayout({ n, from: model.ties.map(({ from }) => from), to: model.ties.map(({ to }) => to) });
  return svgFile(model, positions, radii(model, "degree", new Map()), { ...noLook, closed: new Set([model.nodes[1]?.id ?? ""]) }, texts);
};

describe("svgFile", () => {
  it("draws every place and every tie, with a title, a description, the mention and the day", () => {
    const text = made(50);
    const { nodes, ties } = chartModel(inventGraph(50));
    expect(text.match(/<g( opacity="[\d.]+")?><title>/g)?.length).toBe(nodes.length + ties.length);
    expect(text).toContain('<title id="title">Réseau R-13-7KQ &#60;essai&#62;</title>');
    expect(text).toContain('<desc id="desc">50 lieux &#38; 80 liens</desc>');
    expect(text.match(/DIFFUSION RESTREINTE/g)?.length).toBe(2);
    expect(text).toContain("28 novembre 2026");
    expect(text).toContain("Approvisionne");
  });

  it.each([0, 1, 50])("is well formed and holds no number that is none, for %i places", (n) => {
    const text = made(n);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    const open: string[] = [];
    for (const [, close, name, rest] of text.matchAll(/<(\/?)([a-z]+)([^>]*)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!rest?.endsWith("/")) open.push(name ?? "");
    }
    expect(open).toEqual([]);
  });
});
