import { describe, expect, it } from "vitest";
import type { DealPoint } from "../api/client";
import { offer, sees } from "./rights";

const point = (properties: Partial<DealPoint["properties"]>): DealPoint =>
  ({ type: "Feature", id: "1", geometry: null, properties: { status: "active", withheld: [], ...properties } }) as unknown as DealPoint;

describe("offer", () => {
  it("gives what the server allows on this point", () => {
    const here = point({ allowed: ["see", "change", "step", "close", "confirm"], next_statuses: ["disrupted", "dormant", "closed"] });
    expect(offer({ allowed: ["see", "change"] }, here)).toEqual({ actions: ["confirm", "change", "step", "close"], why: null });
  });
  it("does not offer to close what is closed", () => {
    const closed = point({ status: "closed", allowed: ["change", "close", "reopen", "step"], next_statuses: ["active"] });
    expect(offer({ allowed: ["change"] }, closed).actions).toEqual(["change", "reopen"]);
  });
  it("says that the role may not", () => {
    expect(offer({ allowed: ["see", "confirm"] }, point({ allowed: ["see", "confirm"] }))).toEqual({ actions: ["confirm"], why: "role" });
  });
  it("says that it is another's territory", () => {
    expect(offer({ allowed: ["see", "change"] }, point({ allowed: ["see", "confirm"] })).why).toBe("territory");
  });
  it("says that the point is blurred", () => {
    expect(offer({ allowed: ["see", "change"] }, point({ withheld: ["name", "geometry"] })).why).toBe("blurred");
  });
});

describe("sees", () => {
  it.each([
    ["investigator", "points"],
    ["cross", "points"],
    ["ofast", "points"],
    ["clct", "aggregates"],
    ["auditor", "nothing"],
    ["partner", "nothing"],
    ["administrator", "nothing"],
  ])("%s sees %s", (role, want) => expect(sees({ role, allowed: [] } as never)).toBe(want));
});
