import { describe, expect, it } from "vitest";
import { comparable, facetNames, facetValues, fileAddress, filtered, noClctFilter, readClct, statisticsQuery, toggled, writeClct, type ClctPlace } from "./clctaddress";

const plain: ClctPlace = { territory: "", asOf: "", since: "", audience: "clct", filter: noClctFilter };

describe("the address of a territory's page", () => {
  it("is empty when everything is as by default", () => {
    expect(writeClct(plain)).toBe("");
    expect(readClct("")).toEqual(plain);
  });

  it("keeps everything that was chosen", () => {
    const place: ClctPlace = { territory: "dep:13", asOf: "2026-10-31", since: "none", audience: "wider", filter: { ...noClctFilter, status: ["active", "closed"], kind: ["four"], service: ["PN"] } };
    expect(writeClct(place)).toBe("?t=dep:13&au=2026-10-31&depuis=aucune&diffusion=elargie&status=active,closed&kind=four&service=PN");
    expect(readClct(writeClct(place))).toEqual(place);
  });

  it("comes back the same for every single word", () => {
    for (const name of facetNames) for (const value of facetValues[name]) expect(readClct(writeClct({ ...plain, filter: { ...noClctFilter, [name]: [value] } })).filter[name]).toEqual([value]);
  });

  it("leaves out what it does not understand", () => {
    expect(readClct("?t=../secret&au=31/10/2026&depuis=hier&diffusion=tous&status=brûlant&kind=")).toEqual(plain);
    expect(readClct("?au=2026-02-30").asOf).toBe("");
  });

  it("lets the server judge a day to come", () => expect(readClct("?au=2999-01-01").asOf).toBe("2999-01-01"));
});

it("the statistics are asked for in the grammar of the API", () => {
  expect(statisticsQuery(plain, 24)).toEqual({ months: "24" });
  expect(statisticsQuery({ ...plain, asOf: "2026-10-31", since: "2026-09-01", audience: "wider", filter: { ...noClctFilter, product: ["cannabis", "crack"] } }, 36)).toEqual({ months: "36", as_of: "2026-10-31", since: "2026-09-01", audience: "wider", product: "cannabis,crack" });
});

it("the dossier's files follow the date, the comparison and the audience, never the filters", () => {
  expect(fileAddress("dep:13", "pdf", plain)).toBe("/api/v1/territories/dep%3A13/report.pdf");
  expect(fileAddress("dep:13", "xlsx", { asOf: "2026-10-31", since: "none", audience: "wider" })).toBe("/api/v1/territories/dep%3A13/report.xlsx?as_of=2026-10-31&since=none&audience=wider");
});

it("words are put in and taken out in the vocabulary's order", () => {
  const two = toggled(toggled(noClctFilter, "kind", "four"), "kind", "street");
  expect(two.kind).toEqual(["street", "four"]);
  expect(filtered(two)).toBe(1);
  expect(toggled(two, "kind", "street").kind).toEqual(["four"]);
  expect(toggled(two, "kind", "nonsense")).toBe(two);
});

it("a day is compared with an earlier one only", () => {
  const since = { ...plain, since: "2026-09-01" };
  expect(comparable(since, "2026-11-28")).toBe(since);
  expect(comparable({ ...since, asOf: "2026-09-01" }, "2026-11-28").since).toBe("");
  expect(comparable({ ...since, since: "none", asOf: "2020-01-01" }, "2026-11-28").since).toBe("none");
});
