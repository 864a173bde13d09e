import { describe, expect, it } from "vitest";
import { saidOf } from "./said";

describe("what is said of a site", () => {
  it.each([
    ["Fermer le point", "Fermer le site"],
    ["Ce point est hors de votre territoire.", "Ce site est hors de votre territoire."],
    ["Point 13-K7QF3 ajouté.", "Site 13-K7QF3 ajouté."],
    ["12 points au total", "12 sites au total"],
    ["Add a deal point", "Add a site"],
    ["Pointer le lieu", "Pointer le lieu"],
  ])("%s", (point, site) => {
    expect(saidOf("growshop", point)).toBe(site);
    expect(saidOf("street", point)).toBe(point);
  });
});
