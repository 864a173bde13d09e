import { describe, expect, it } from "vitest";
import type { Flows } from "../api/networks";
import { flowLines, flowPartners, flowTotals } from "./flows";

const row = (quarter: string, direction: "in" | "out" | "within", means: string, links: number, partner?: string) => ({ quarter, direction, means, links, strength: links * 2, ...(partner ? { partner, partner_name: partner } : {}) });
const flows = { quarters: ["2026-Q1", "2026-Q2", "2026-Q3"], rows: [row("2026-Q1", "in", "sea", 3, "zone:a"), row("2026-Q1", "in", "sea", 2, "zone:b"), row("2026-Q1", "within", "", 4), row("2026-Q2", "out", "road", 1, "zone:b")] } as unknown as Flows;

describe("flows", () => {
  it("are a line for each quarter and means, the latest first", () =>
    expect(flowLines(flows)).toEqual([
      { quarter: "2026-Q2", means: "road", links: { in: 0, out: 1, within: 0 }, strength: 2 },
      { quarter: "2026-Q1", means: "sea", links: { in: 5, out: 0, within: 0 }, strength: 10 },
      { quarter: "2026-Q1", means: "", links: { in: 0, out: 0, within: 4 }, strength: 8 },
    ]));
  it("add up by quarter, those without any included", () => expect(flowTotals(flows).map(({ links }) => links)).toEqual([{ in: 5, out: 0, within: 4 }, { in: 0, out: 1, within: 0 }, { in: 0, out: 0, within: 0 }]));
  it("name who is at the other end in the latest quarter with any", () => expect(flowPartners(flows)).toEqual([{ code: "zone:b", name: "zone:b", in: 0, out: 1 }]));
});
