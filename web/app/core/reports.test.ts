import { describe, expect, it } from "vitest";
import type { Report } from "../api/reports";
import { additionOf } from "./record";
import { inOrder, pointFrom, reportOf, wrongInReport, type ReportDraft } from "./reports";

const draft = (part: Partial<ReportDraft> = {}): ReportDraft => ({ text: "Va-et-vient chaque soir", address: "", commune: "13055", position: null, products: [], hours: "", seen: "", ...part });
const report = (part: Partial<Report> = {}): Report => ({
  id: "1", status: "received", text: " Va-et-vient ", address: "Rue du Lavoir", commune: "13055", commune_name: "Marseille", departement: "13", products: ["cannabis"], hours: "soir", service: "", unit: "Habitat Fictif 13", received: "2026-11-23T10:00:00Z", mine: false, ...part,
});

describe("a partner's report", () => {
  it("holds what was given only", () => {
    expect(reportOf(draft({ text: " Va-et-vient " }))).toEqual({ text: "Va-et-vient", commune: "13055" });
    expect(reportOf(draft({ position: [5.4, 43.3], commune: "", products: ["crack"], seen: "2026-11-20", hours: "18 h", address: "Rue" }))).toEqual({ text: "Va-et-vient chaque soir", position: [5.4, 43.3], products: ["crack"], seen: "2026-11-20", hours: "18 h", address: "Rue" });
  });
  it("needs words and a place, and was not seen tomorrow", () => {
    expect([...wrongInReport(draft({ text: " a", commune: " ", seen: "2026-11-24" }), "2026-11-23").keys()]).toEqual(["text", "commune", "seen"]);
    expect(wrongInReport(draft({ commune: "", position: [5.4, 43.3], seen: "2026-11-23" }), "2026-11-23").size).toBe(0);
  });
});

describe("a point from a report", () => {
  it("begins with what the report tells", () => {
    expect(additionOf(pointFrom(report({ position: [5.4, 43.3], seen: "2026-11-20" })))).toEqual({
      type: "Feature",
      geometry: { type: "Point", coordinates: [5.4, 43.3] },
      properties: { name: "Rue du Lavoir", address: "Rue du Lavoir", commune: "13055", accuracy: "street", products: ["cannabis"], hours: "soir", first_seen: "2026-11-20", last_confirmed: "2026-11-20", status: "reported", note: "Va-et-vient" },
    });
  });
  it("has the commune only where there is no position", () => expect(pointFrom(report())).toMatchObject({ accuracy: "commune", commune: "13055" }));
});

it("reports that wait come first, each group newest first", () => {
  const all = [report({ id: "a", status: "kept", received: "2026-11-23T10:00:00Z" }), report({ id: "b", received: "2026-11-01T10:00:00Z" }), report({ id: "c", received: "2026-11-02T10:00:00Z" })];
  expect(inOrder(all).map(({ id }) => id)).toEqual(["c", "b", "a"]);
});
