import { describe, expect, it } from "vitest";
import type { NetworkParts, LinkEnd, PlaceLink } from "../api/links";
import type { DealPoint } from "../api/client";
import { boundsOf, shownOf } from "./network";

const place = (reference: string, at: [number, number] | null): DealPoint => ({ type: "Feature", id: `id-${reference}`, geometry: at && { type: "Point", coordinates: at }, properties: { reference, name: reference, status: "active", kind: "street", products: ["cannabis"], owner: { service: "PN", unit: "" }, withheld: [] } }) as unknown as DealPoint;
const end = (reference: string, position?: [number, number]): LinkEnd => ({ id: `id-${reference}`, reference, kind: "street", status: "active", ...(position ? { position } : {}) });
const link = (from: LinkEnd, to: LinkEnd): PlaceLink => ({ id: `${from.reference}>${to.reference}`, revision: 1, kind: "supplies", directed: true, strength: 2, from, to, withheld: [], may_change: false, until: "2026-01-01" });

describe("a network on the map", () => {
  const parts: NetworkParts = {
    places: [place("A", [5, 43]), place("B", [6, 44]), place("nowhere", null)],
    links: [link(end("A", [5, 43]), end("B", [6, 44])), link(end("A", [5, 43]), end("C", [7, 45])), link(end("A", [5, 43]), end("nowhere"))],
  };

  it("has its places and what its links lead to, once each, and nothing without a position", () => {
    const { places, links } = shownOf(parts, "2026-11-28");
    expect(places.map(({ ref }) => ref)).toEqual(["C", "A", "B"]);
    expect(links.map(({ from, to, ended }) => [from, to, ended])).toEqual([["A", "B", true], ["A", "C", true]]);
  });

  it("fits all of it", () => {
    const box = boundsOf(shownOf(parts, "2026-11-28").places);
    expect(box?.map((degrees) => Math.round(degrees))).toEqual([5, 43, 7, 45]);
    expect(boundsOf([])).toBeNull();
  });
});
