import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { en } from "./en";
import { fr } from "./fr";
import { loadLanguage, setLanguage, t } from "./index";
import { frenchTypography } from "./typography";

beforeAll(() => loadLanguage("en"));
afterEach(() => setLanguage("fr"));

describe("the dictionaries", () => {
  it("have the same keys", () => expect(Object.keys(en).sort()).toEqual(Object.keys(fr).sort()));

  it.each(Object.keys(fr) as (keyof typeof fr)[])("use the same values and forms for %s", (key) => {
    const holes = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
    expect(holes(en[key])).toEqual(holes(fr[key]));
    expect(en[key].split("|").length).toBe(fr[key].split("|").length);
  });

  it("leave no plain space before French double punctuation", () => {
    for (const text of Object.values(fr)) expect(frenchTypography(text)).not.toMatch(/ [:;!?»%]|« |'/);
  });
});

describe("t", () => {
  it("puts values in and writes numbers as the language does", () => {
    expect(t("list.countAll", { n: 4000 })).toBe("4\u202f000 points au total");
    setLanguage("en");
    expect(t("list.countAll", { n: 4000 })).toBe("4,000 points in all");
  });

  it("takes zero for singular in French and plural in English", () => {
    expect(t("list.countAll", { n: 0 })).toBe("0 point au total");
    setLanguage("en");
    expect(t("list.countAll", { n: 0 })).toBe("0 points in all");
  });

  it("makes typographic spaces", () => expect(t("header.searchText", { q: "Lyon" })).toBe("Filtrer la carte par «\u00a0Lyon\u00a0»"));
});
