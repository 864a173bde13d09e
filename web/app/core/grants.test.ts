import { describe, expect, it } from "vitest";
import type { Grant, Role } from "../api/desk";
import { found, grantOf, needsOf, overlapping, readSubject, subjectOf, wrongIn, type GrantDraft } from "./grants";
import { oneTimePassword } from "./password";

const draft = (part: Partial<GrantDraft> = {}): GrantDraft => ({
  local: true, username: "martin", issuer: "", sub: "", name: "Martin", role: "investigator", service: "PN", unit: "DIPN 13", territories: ["dep:13"], groups: ["ports"], from: "", until: "", ...part,
});
const grant = (part: Partial<Grant>): Grant => ({
  id: "1", subject: "martin", name: "Martin", role: "cross", role_label: "Cross", service: "PN", unit: "Cross 13", territories: [], groups: [], from: "2026-01-10T00:00:00Z", until: null, by: "admin", state: "active", ...part,
});

describe("a person's subject", () => {
  it.each(["martin", "oidc:https://idp.example.fr/realms/a#f3-77"])("reads back %s", (subject) => {
    const read = readSubject(subject);
    expect(subjectOf({ username: "", issuer: "", sub: "", ...read })).toBe(subject);
  });
  it("takes the last # as the end of the issuer", () => expect(readSubject("oidc:https://a#b#c")).toEqual({ local: false, issuer: "https://a#b", sub: "c" }));
});

describe("the body of a grant", () => {
  it("holds only what the role needs", () => {
    expect(grantOf(draft(), "auditor")).toEqual({ subject: "martin", name: "Martin", role: "auditor", unit: "DIPN 13" });
    expect(grantOf(draft({ from: "2026-12-01", until: "2027-01-31" }), "investigator")).toEqual({
      subject: "martin", name: "Martin", role: "investigator", service: "PN", unit: "DIPN 13", territories: ["dep:13"], groups: ["ports"], from: "2026-12-01", until: "2027-01-31",
    });
  });
  it("gives the Ofast the country", () => expect(grantOf(draft(), "ofast").territories).toEqual(["fr"]));
  it.each(["investigator", "cross", "ofast", "prefet", "procureur", "partner", "auditor", "admin"] as Role[])("is complete for %s when everything is filled", (role) => {
    expect(wrongIn(draft({ role }), "2026-11-23").size).toBe(0);
    expect(wrongIn(draft({ role, territories: [] }), "2026-11-23").has("territories")).toBe(needsOf(role).territories === "required");
  });
});

describe("what is wrong", () => {
  it("names every missing field", () => {
    const empty = draft({ username: " ", name: "", service: "", unit: "", territories: [], role: "cross" });
    expect([...wrongIn(empty, "2026-11-23").keys()]).toEqual(["username", "name", "service", "unit", "territories"]);
  });
  it("asks for issuer and subject of an identity provider", () => expect([...wrongIn(draft({ local: false }), "2026-11-23").keys()]).toEqual(["issuer", "sub"]));
  it("refuses yesterday and an end before the beginning, and takes today", () => {
    expect(wrongIn(draft({ from: "2026-11-22" }), "2026-11-23").get("from")).toBe("fromPast");
    expect(wrongIn(draft({ from: "2026-11-25", until: "2026-11-24" }), "2026-11-23").get("until")).toBe("untilBeforeFrom");
    expect(wrongIn(draft({ from: "2026-11-23", until: "2026-11-23" }), "2026-11-23").size).toBe(0);
  });
});

describe("overlapping grants", () => {
  const now = "2026-11-23T10:00:00Z";
  const all = [grant({ id: "a" }), grant({ id: "b", state: "ended", until: "2026-11-20T00:00:00Z" }), grant({ id: "c", state: "coming", from: "2027-03-01T00:00:00Z" }), grant({ id: "d", subject: "durand" })];
  it("are the person's own that hold at these dates", () => {
    expect(overlapping(all, "martin", "", "", now).map(({ id }) => id)).toEqual(["a", "c"]);
    expect(overlapping(all, "martin", "", "2026-12-31", now).map(({ id }) => id)).toEqual(["a"]);
  });
  it("leave out one that ends before", () => expect(overlapping([grant({ until: "2026-11-30T23:00:00Z" })], "martin", "2026-12-02", "", now)).toEqual([]));
});

describe("search", () => {
  it("folds accents and wants every word", () => {
    expect(found(["Hélène Martin", "Préfecture 13"], "helene PREFECTURE")).toBe(true);
    expect(found(["Hélène Martin"], "helene durand")).toBe(false);
    expect(found(["x"], "  ")).toBe(true);
  });
});

describe("a one-time password", () => {
  it("is four groups of four unmistakable letters, another each time", () => {
    const some = new Set(Array.from({ length: 50 }, () => oneTimePassword()));
    expect(some.size).toBe(50);
    for (const password of some) expect(password).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}$/);
  });
  it("passes over bytes that would favour the first letters", () => {
    let calls = 0;
    const password = oneTimePassword((bytes) => bytes.fill(calls++ === 0 ? 255 : 0));
    expect(password).toBe("aaaa-aaaa-aaaa-aaaa");
    expect(calls).toBe(2);
  });
});
