import { describe, expect, it } from "vitest";
import { motiveFaults, statedMotive } from "./motive";

const term = (part: { case?: boolean; text?: boolean }) => ({ value: "enquete", label: "Enquête judiciaire", case: false, text: false, ...part });

describe("a motive", () => {
  it("must be chosen", () => expect(motiveFaults(undefined, "", "")).toEqual(["motive"]));
  it("wants what its list says", () => {
    expect(motiveFaults(term({}), "", "")).toEqual([]);
    expect(motiveFaults(term({ case: true }), " ", "")).toEqual(["case"]);
    expect(motiveFaults(term({ case: true, text: true }), "", "")).toEqual(["case", "text"]);
    expect(motiveFaults(term({ case: true, text: true }), "P-2026-12", "reprise")).toEqual([]);
  });
  it("is sent without what is empty, and without a case that was typed for another motive", () => {
    expect(statedMotive(term({}), "P-2026-12", "  ")).toEqual({ motive: "enquete" });
    expect(statedMotive(term({ case: true }), " P-2026-12 ", " reprise ")).toEqual({ motive: "enquete", motive_text: "reprise", case: "P-2026-12" });
  });
});
