import { describe, expect, it } from "vitest";
import { ApiError, endingOf, type Problem } from "./client";

const problem = (type: string, status: number): Problem => ({ type: `urn:dealmap:problem:${type}`, title: "", status, detail: "parce que" });

describe("endingOf", () => {
  it.each([
    ["not-signed-in", 401, "ended"],
    ["bad-token", 401, "ended"],
    ["motive-required", 403, "interrupted"],
    ["password-change-required", 403, "interrupted"],
  ] as const)("takes %s for the end of the access", (type, status, why) => expect(endingOf(status, problem(type, status))).toEqual({ why, detail: "parce que" }));

  it.each([
    ["bad-credentials", 401],
    ["locked", 401],
    ["forbidden", 403],
    ["cross-origin", 403],
    ["not-found", 404],
    ["unavailable", 503],
  ] as const)("takes %s for the refusal of one request", (type, status) => expect(endingOf(status, problem(type, status))).toBeNull());

  it("trusts the status where there is no problem to read", () => {
    expect(endingOf(401, null)).toEqual({ why: "ended" });
    expect(endingOf(403, null)).toBeNull();
  });
});

describe("ApiError", () => {
  it("knows its type by its end", () => {
    expect(new ApiError(401, problem("locked", 401), 840).is("locked")).toBe(true);
    expect(new ApiError(401, problem("unlocked", 401)).is("locked")).toBe(false);
  });
});
