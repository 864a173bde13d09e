import { describe, expect, it } from "vitest";
import type { LinkEnd, PlaceLink } from "../api/links";
import { gradingCode, hasEnded, hasMeans, linkBody, linkPatch, linkRecord, relationOf, tiesOf } from "./links";
import { linkKinds } from "./networks";

const end = (reference: string): LinkEnd => ({ id: `id-${reference}`, reference, kind: "street", status: "active" });
const link = (from: string, to: string, more: Partial<PlaceLink> = {}): PlaceLink => ({ id: `${from}>${to}`, revision: 1, kind: "supplies", directed: true, strength: 1, from: end(from), to: end(to), withheld: [], may_change: true, ...more });
const today = "2026-11-28";

describe("the words of a link", () => {
  it("are others from each end where it leads somewhere, and the same where it does not", () => {
    for (const kind of linkKinds) {
      const [from, to] = [relationOf(kind, true), relationOf(kind, false)];
      expect(from).not.toBeNull();
      expect(from === to).toBe(kind === "same_network" || kind === "rival");
    }
    expect(relationOf("cousin", true)).toBeNull();
  });

  it("name the other end, whichever it is", () => {
    const ties = tiesOf([link("A", "B"), link("C", "A")], "id-A", today);
    expect(ties.map(({ other, from }) => [other.reference, from])).toEqual([["B", true], ["C", false]]);
  });

  it("leave out what has no end here", () => expect(tiesOf([link("B", "C")], "id-A", today)).toEqual([]));
});

describe("the order of links", () => {
  it("has those that hold first, the strongest of a kind first, references as people count", () => {
    const all = [link("A", "B", { until: "2026-11-27" }), link("A", "P10", { kind: "rival" }), link("A", "P9", { kind: "rival" }), link("A", "C", { strength: 2 }), link("A", "D", { strength: 9, until: today })];
    expect(tiesOf(all, "id-A", today).map(({ other }) => other.reference)).toEqual(["D", "C", "P9", "P10", "B"]);
  });

  it("counts a link's last day as one on which it holds", () => {
    expect(hasEnded({ until: today }, today)).toBe(false);
    expect(hasEnded({ until: "2026-11-27" }, today)).toBe(true);
    expect(hasEnded({}, today)).toBe(false);
  });
});

describe("what is sent", () => {
  it("puts the place of the sheet at the end that it has", () => {
    expect(linkBody({ kind: "supplies" }, "here", "there", true)).toEqual({ kind: "supplies", from: "here", to: "there" });
    expect(linkBody({ kind: "supplies" }, "here", "there", false)).toEqual({ kind: "supplies", from: "there", to: "here" });
  });

  it("is what differs, null for what goes", () => {
    const before = linkRecord(link("A", "B", { means: "road", note: "Deux fois par semaine", withheld: [] }));
    expect(before).toEqual({ kind: "supplies", means: "road", strength: 1, note: "Deux fois par semaine" });
    expect(linkPatch(before, { kind: "supplies", means: "sea", strength: 1 })).toEqual({ means: "sea", note: null });
    expect(linkPatch(before, before)).toBeNull();
  });

  it("has a means only where something is carried", () => expect(linkKinds.filter(hasMeans)).toEqual(["supplies", "stores_for", "displaced_to"]));
});

it("writes a grading as people say it", () => {
  expect(gradingCode({ scheme: "admiralty", source: "B", information: "2" })).toBe("B2");
  expect(gradingCode(undefined)).toBe("");
});
