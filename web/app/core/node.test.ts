import { describe, expect, it } from "vitest";
import { aloneOf } from "./node";

describe("aloneOf", () => {
  it.each([null, { name: "lyon", engine: "reached" as const }, { name: "lyon", engine: "reached" as const, since: "2026-11-23T11:03:00Z" }])("tells nothing of %j", (standing) => expect(aloneOf(standing)).toBeNull());

  it("tells since when the engine is away, and until when the map is shown", () =>
    expect(aloneOf({ name: "lyon", engine: "away", since: "2026-11-23T11:03:00Z", until: "2026-11-23T12:03:00Z" })).toEqual({ since: new Date("2026-11-23T11:03:00Z"), until: new Date("2026-11-23T12:03:00Z") }));

  it.each([{}, { since: "", until: "yesterday" }])("tells that it is away where the moments cannot be read: %j", (moments) => expect(aloneOf({ name: "lyon", engine: "away", ...moments })).toEqual({ since: null, until: null }));
});
