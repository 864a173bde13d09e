import { describe, expect, it } from "vitest";
import { apiQuery, chips, firstLayers, kindsOf, linkQuery, noFilter, readPlace, readView, sheetAddress, toggle, writePlace, type Place } from "./filters";
import { openStatuses, statuses } from "./vocabulary";

const plain: Place = { filter: noFilter, view: null, point: "", family: "points", display: "points", layers: firstLayers, highlight: "" };

describe("the address is the filter", () => {
  it("is empty for the map as it opens", () => {
    expect(writePlace(plain)).toBe("");
    expect(readPlace("", "")).toEqual(plain);
  });

  const places: Place[] = [
    { ...plain, filter: { ...noFilter, q: "cité & tour n° 4, été" } },
    { ...plain, filter: { ...noFilter, status: [...statuses] } },
    { ...plain, filter: { ...noFilter, status: ["closed"], kind: ["four", "drive"], product: ["cocaine"], service: ["GN"] } },
    { ...plain, filter: { ...noFilter, territory: "dep:13", network: "R-13-7KQ", confirmedAfter: "2026-03-01" } },
    { ...plain, view: { zoom: 12.5, lat: 43.2965, lon: 5.3698 }, point: "13-K7QF", display: "territories" },
    { ...plain, point: "13-K7QF", family: "sites" },
    { ...plain, view: { zoom: 15, lat: -20.87891, lon: 55.44812 } },
    { ...plain, layers: ["points", "sites", "links"], highlight: "R-13-7KQ" },
    { ...plain, layers: [] },
    { ...plain, filter: { ...noFilter, kind: ["street", "warehouse"], linkKind: ["supplies", "rival"], means: ["sea"], on: "2026-06-30" } },
  ];
  it.each(places)("reads back what it writes: %j", (place) => {
    const address = writePlace(place);
    const hash = address.indexOf("#");
    expect(readPlace(hash < 0 ? address : address.slice(0, hash), hash < 0 ? "" : address.slice(hash))).toEqual(place);
  });

  it("stays readable", () => {
    expect(writePlace({ ...plain, filter: { ...noFilter, territory: "dep:13", kind: ["four", "drive"] } })).toBe("?kind=four,drive&territory=dep:13");
  });

  it("names the layers and the network that is highlighted", () => {
    expect(writePlace({ ...plain, layers: ["sites", "links"], highlight: "R-2A-7KQ" })).toBe("?layers=sites,links&highlight=R-2A-7KQ");
    expect(readPlace("?layers=links,roads&highlight=r-13-7kq", "")).toEqual({ ...plain, layers: ["links"], highlight: "R-13-7KQ" });
    expect(readPlace("?highlight=Dupont&on=demain&link_kind=cousin", "")).toEqual(plain);
  });

  it("says of which family a sheet is, which its reference does not tell", () => {
    for (const kind of ["street", "warehouse"]) {
      const { point, family } = readPlace(sheetAddress({ kind, reference: "13-K7QF" }).slice(1), "");
      expect([kind, point, family]).toEqual([kind, "13-K7QF", kind === "street" ? "points" : "sites"]);
    }
  });

  it("leaves out what it does not understand", () => {
    expect(readPlace("?status=burning&kind=street,unknown&confirmed_after=hier&display=3d", "#map=99/1/1")).toEqual({
      ...plain,
      filter: { ...noFilter, kind: ["street"] },
    });
  });
});

describe("readView", () => {
  it.each(["#map=5", "#map=5/91/0", "#map=5/0/181", "#map=a/b/c", "#"])("refuses %s", (hash) => expect(readView(hash)).toBeNull());
});

describe("apiQuery", () => {
  it("names the open statuses, which the API does not take for granted", () => {
    expect(apiQuery(noFilter).get("status")).toBe(openStatuses.join(","));
  });
  it("asks for no status when all are wanted", () => {
    expect(apiQuery({ ...noFilter, status: [...statuses] }).toString()).toBe("");
  });
});

describe("the families and the links", () => {
  const filter = { ...noFilter, kind: ["four", "growshop"] as const, linkKind: ["stores_for"] as const, means: ["road", "foot"] as const, on: "2026-06-30", network: "R-13-7KQ", q: "tour" };
  it("are each asked for their own kinds", () => {
    expect(apiQuery(filter).get("kind")).toBe("four");
    expect(apiQuery(filter, "sites").get("kind")).toBe("growshop");
    expect(kindsOf({ kind: ["four"] }, "sites")).toEqual([]);
  });
  it("leave what is asked of links to links", () => {
    expect(linkQuery(filter).toString()).toBe("link_kind=stores_for&means=road%2Cfoot&on=2026-06-30&network=R-13-7KQ");
    for (const name of ["link_kind", "means", "on"]) expect(apiQuery(filter).has(name)).toBe(false);
  });
});

describe("chips", () => {
  it("has none on the map as it opens", () => expect(chips(noFilter)).toEqual([]));
  it("takes away one thing and keeps the rest", () => {
    const filter = { ...noFilter, kind: ["four" as const], territory: "dep:13" };
    const [kind, territory] = chips(filter);
    expect(kind?.without).toEqual({ ...noFilter, territory: "dep:13" });
    expect(territory?.without).toEqual({ ...noFilter, kind: ["four"] });
  });
});

describe("toggle", () => {
  it("keeps the vocabulary's order", () => {
    expect(toggle(["drive"], "street", ["street", "four", "drive"])).toEqual(["street", "drive"]);
    expect(toggle(["street", "drive"], "street", ["street", "four", "drive"])).toEqual(["drive"]);
  });
});
