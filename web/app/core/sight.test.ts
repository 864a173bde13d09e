import { describe, expect, it } from "vitest";
import { cautions, sightOf, withheldFields } from "./sight";

describe("sightOf", () => {
  it("is what the server says", () => expect(sightOf({ seen_as: "blurred", withheld: [] })).toBe("blurred"));
  it.each([
    [[], "whole"],
    [["case_references"], "shown"],
    [["name", "geometry"], "blurred"],
  ] as const)("is told by %j where it says nothing", (withheld, want) => expect(sightOf({ withheld: [...withheld] })).toBe(want));
});

describe("cautions", () => {
  const handling = { reach: "national", code: "H0" } as const;
  it("are none on an ordinary point", () => expect(cautions({ seen_as: "shown", withheld: [], handling }, "2026-11-23")).toEqual([]));
  it("say the embargo to its last day", () => {
    const under = { seen_as: "whole" as const, withheld: [], handling: { ...handling, embargo_until: "2026-11-23" } };
    expect(cautions(under, "2026-11-23")).toEqual(["embargo"]);
    expect(cautions(under, "2026-11-24")).toEqual([]);
  });
  it("say the code, and that whoever sees all of it answers for it", () => {
    const restricted = { ...handling, code: "H2" } as const;
    expect(cautions({ seen_as: "shown", withheld: ["case_references"], handling: restricted }, "2026-11-23")).toEqual(["H2"]);
    expect(cautions({ seen_as: "whole", withheld: [], handling: restricted }, "2026-11-23")).toEqual(["H2", "answerable"]);
    expect(cautions({ seen_as: "whole", withheld: [], handling: { ...handling, code: "H1" } }, "2026-11-23")).toEqual(["H1"]);
  });
});

describe("withheldFields", () => {
  it("names once what is withheld together", () => {
    expect(withheldFields(["name", "geometry", "accuracy", "lookouts", "obstacles", "cameras", "note"])).toEqual(["name", "geometry", "lookouts", "note"]);
    expect(withheldFields(["accuracy"])).toEqual(["accuracy"]);
  });
});
