import { describe, expect, it } from "vitest";
import { findParts, movers, partKeys, sortBy, sortParts, type PartRow } from "./clctparts";

const part = (name: string, counted: number | null, before?: number | null, more: Partial<PartRow> = {}): PartRow => ({ territory: { code: `com:${name}`, name }, counted, total: counted, living: counted, within_90: 1, overdue: 0, ...(before === undefined ? {} : { counted_before: before }), ...more });
const some = [part("Marseille 10e", 4, 2), part("Marseille 2e", 9, 9), part("Éguilles", null, 3), part("La Ciotat", 4, 7), part("Aix-en-Provence", 0, 1)];
const names = (parts: readonly PartRow[]): string[] => parts.map(({ territory }) => territory.name);

describe("sorting sub-territories", () => {
  it("puts what has no value last, in both directions, and settles equals by name", () => {
    expect(names(sortParts(some, { by: "counted", down: true }))).toEqual(["Marseille 2e", "La Ciotat", "Marseille 10e", "Aix-en-Provence", "Éguilles"]);
    expect(names(sortParts(some, { by: "counted", down: false }))).toEqual(["Aix-en-Provence", "La Ciotat", "Marseille 10e", "Marseille 2e", "Éguilles"]);
  });

  it("reads names as people do: accents beside their letter, numbers as numbers", () => {
    expect(names(sortParts(some, { by: "name", down: false }))).toEqual(["Aix-en-Provence", "Éguilles", "La Ciotat", "Marseille 2e", "Marseille 10e"]);
  });

  it.each(partKeys)("keeps every row when it sorts by %s, and repeats", (by) => {
    for (const down of [true, false]) {
      const once = sortParts(some, { by, down });
      expect(names(once).sort()).toEqual(names(some).sort());
      expect(names(sortParts([...some].reverse(), { by, down }))).toEqual(names(once));
    }
  });

  it("turns around on the same header, and begins with the largest number", () => {
    expect(sortBy({ by: "counted", down: true }, "counted")).toEqual({ by: "counted", down: false });
    expect(sortBy({ by: "counted", down: true }, "rate")).toEqual({ by: "rate", down: true });
    expect(sortBy({ by: "counted", down: true }, "name")).toEqual({ by: "name", down: false });
  });
});

it("finds by words, whatever the accents and hyphens", () => {
  expect(names(findParts(some, "eguilles"))).toEqual(["Éguilles"]);
  expect(names(findParts(some, "aix en"))).toEqual(["Aix-en-Provence"]);
  expect(names(findParts(some, "  "))).toHaveLength(5);
  expect(findParts(some, "nice")).toEqual([]);
});

it("names what moved most, up and down apart; what is suppressed did not move", () => {
  expect(movers(some, 3)).toEqual({
    up: [{ code: "com:Marseille 10e", name: "Marseille 10e", from: 2, to: 4 }],
    down: [
      { code: "com:La Ciotat", name: "La Ciotat", from: 7, to: 4 },
      { code: "com:Aix-en-Provence", name: "Aix-en-Provence", from: 1, to: 0 },
    ],
  });
  expect(movers([part("Rognac", 4)], 3)).toEqual({ up: [], down: [] });
});
