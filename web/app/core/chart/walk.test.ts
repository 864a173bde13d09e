import { describe, expect, it } from "vitest";
import { inventGraph } from "./chart.fixture";
import { keepKnown, noLook, toggled } from "./look";
import { chartModel } from "./model";
import { radii } from "./size";
import { neighbourTowards, nextNeighbour } from "./walk";

const { nodes, ties } = inventGraph(4);
const tie = ties[0]!;
const star = chartModel({ nodes, ties: [1, 2, 3].map((to) => ({ ...tie, id: `t${to}`, from: 0, to })) });
const positions = { x: Float64Array.of(0, 10, -10, 0), y: Float64Array.of(0, 1, 0, 10) };

describe("walking through a chart", () => {
  it("goes to the neighbour in the direction of the key, and nowhere where there is none", () => {
    expect(neighbourTowards(star, positions, 0, "ArrowRight")).toBe(1);
    expect(neighbourTowards(star, positions, 0, "ArrowLeft")).toBe(2);
    expect(neighbourTowards(star, positions, 0, "ArrowDown")).toBe(3);
    expect(neighbourTowards(star, positions, 0, "ArrowUp")).toBeNull();
  });

  it("reaches every neighbour in turn", () => {
    expect(nextNeighbour(star, 0, null, 1)).toBe(1);
    expect(nextNeighbour(star, 0, 3, 1)).toBe(1);
    expect(nextNeighbour(star, 0, 1, -1)).toBe(3);
    expect(nextNeighbour(star, 1, null, -1)).toBe(0);
  });
});

describe("sizes", () => {
  it("grow with the measure and stay within the room of the layouts", () => {
    const sizes = radii(star, "degree", new Map());
    expect(sizes[0]).toBe(15);
    expect(sizes[1]).toBeLessThan(15);
    expect([...radii(star, "none", new Map())]).toEqual([8.5, 8.5, 8.5, 8.5]);
  });
});

describe("keepKnown", () => {
  it("forgets the selection and the trial of what is gone, and keeps the rest", () => {
    const look = { ...noLook, selected: nodes[0]!.id, tie: "t9", closed: new Set([nodes[1]!.id, "gone"]) };
    expect(keepKnown(look, star.at, star.tieAt)).toMatchObject({ selected: nodes[0]!.id, tie: null, closed: new Set([nodes[1]!.id]) });
  });
  it("has its sets put in and taken out", () => expect([toggled(new Set([1]), 1), toggled(new Set([1]), 2)]).toEqual([new Set(), new Set([1, 2])]));
});
