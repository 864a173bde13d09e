import { afterEach, describe, expect, it } from "vitest";
import { addressOf, forgetFamilies, isKnownSite, rememberFamily } from "./family";

afterEach(forgetFamilies);

describe("the address of a place", () => {
  it("is that of deal points until something says otherwise", () => expect(addressOf("/api/v1/deal-points/{id}", "13-K7QF3")).toBe("/api/v1/deal-points/{id}"));

  it("is that of sites once its kind is known, by id and by reference", () => {
    rememberFamily("warehouse", "13-K7QF3", "0190", undefined);
    for (const name of ["13-K7QF3", "0190"]) expect(addressOf("/api/v1/deal-points/{id}/history", name)).toBe("/api/v1/sites/{id}/history");
  });

  it("follows a place whose kind changes, and is forgotten", () => {
    rememberFamily("growshop", "a", "b");
    rememberFamily("street", "a");
    expect([isKnownSite("a"), isKnownSite("b")]).toEqual([false, true]);
    forgetFamilies();
    expect(isKnownSite("b")).toBe(false);
  });
});
