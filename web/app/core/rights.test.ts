import { describe, expect, it } from "vitest";
import type { DealPoint } from "../api/client";
import { mayErase, offer, sees } from "./rights";

const point = (properties: Partial<DealPoint["properties"]>): DealPoint =>
  ({ type: "Feature", id: "1", geometry: null, properties: { status: "active", withheld: [], ...properties } }) as unknown as DealPoint;

describe("offer", () => {
  it("gives what the server allows on this point", () => {
    const here = point({ allowed: ["edit", "step", "close", "confirm"], next_statuses: ["disrupted", "dormant", "closed"] });
    expect(offer({ allowed: ["edit"] }, here)).toEqual({ actions: ["confirm", "edit", "step", "close"], why: null });
  });
  it("does not offer to close what is closed", () => {
    const closed = point({ status: "closed", allowed: ["edit", "close", "reopen", "step"], next_statuses: ["active"] });
    expect(offer({ allowed: ["edit"] }, closed).actions).toEqual(["edit", "reopen"]);
  });
  it("says that the role may not", () => {
    expect(offer({ allowed: ["confirm"] }, point({ allowed: ["confirm"] }))).toEqual({ actions: ["confirm"], why: "role" });
  });
  it("says that it is another's territory", () => {
    expect(offer({ allowed: ["edit"] }, point({ allowed: ["confirm"] })).why).toBe("territory");
  });
  it("says that the point is blurred", () => {
    expect(offer({ allowed: ["edit"] }, point({ withheld: ["name", "geometry"] })).why).toBe("blurred");
  });
});

describe("mayErase", () => {
  it("is for those with the right, on a record that they see whole", () => {
    expect(mayErase({ allowed: ["erase"] }, point({ seen_as: "whole" }))).toBe(true);
    expect(mayErase({ allowed: ["erase"] }, point({ seen_as: "shown" }))).toBe(false);
    expect(mayErase({ allowed: ["edit"] }, point({ seen_as: "whole" }))).toBe(false);
  });
});

describe("sees", () => {
  it.each([
    [true, true, "points"],
    [false, true, "aggregates"],
    [false, false, "nothing"],
  ] as const)("points %s, aggregates %s: %s", (points, aggregates, want) => expect(sees({ sees_points: points, sees_aggregates: aggregates })).toBe(want));
});
