import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isAfter, lookedAt, newest, noticeOf } from "./notices";
import { pointOf } from "./pairs.fixture";

describe("whose record a notice is about", () => {
  const me = { service: "GN", unit: "BR Aubagne" };
  const ours = pointOf("a", { owner: me });
  const theirs = pointOf("b");

  it("is the member's owner's", () => expect(noticeOf({ point: theirs, member: ours }, me)).toEqual({ mine: "13-A", other: "13-B", both: false }));
  it("is the point's owner's", () => expect(noticeOf({ point: ours, member: theirs }, me)).toEqual({ mine: "13-A", other: "13-B", both: false }));
  it("may be both", () => expect(noticeOf({ point: ours, member: pointOf("c", { owner: me }) }, me)).toEqual({ mine: "13-C", other: "13-A", both: true }));
});

it("a moment with a fraction is after the whole second", () => expect([isAfter("2026-11-02T10:00:00.5Z", "2026-11-02T10:00:00Z"), isAfter("2026-11-02T10:00:00Z", "")]).toEqual([true, true]));

describe("the last look", () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => kept.set(name, value) });
  });
  afterEach(() => vi.unstubAllGlobals());

  it("is that of the newest notice, for each person", () => {
    newest("pn", [{ at: "2026-11-02T10:00:00Z" }, { at: "2026-11-03T10:00:00Z" }]);
    newest("pn", [{ at: "2026-11-01T10:00:00Z" }]);
    newest("gn", []);
    expect([lookedAt("pn"), lookedAt("gn")]).toEqual(["2026-11-03T10:00:00Z", ""]);
  });

  it("is none where what was kept is no moment, or nothing can be kept", () => {
    localStorage.setItem("dealmap.notices.pn", "hier");
    expect(lookedAt("pn")).toBe("");
    vi.stubGlobal("localStorage", undefined);
    newest("pn", [{ at: "2026-11-02T10:00:00Z" }]);
    expect(lookedAt("pn")).toBe("");
  });
});
