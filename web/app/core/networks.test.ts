import { describe, expect, it } from "vitest";
import { graphOf, graphQuery, noList, readNetworks, sortNetworks, writeNetworks, type NetworksPlace } from "./networks";

const read = (address: string): NetworksPlace => {
  const { pathname, search } = new URL(address, "https://map.example");
  return readNetworks(pathname, search);
};

describe("the addresses of networks", () => {
  const addresses = ["/reseaux", "/reseaux?q=R-13&status=active,suspected&in=dep:13", "/reseaux/R-13-7KQ", "/reseaux/R-13-7KQ?link_kind=supplies,rival&means=sea&on=2026-03-01&closed=include&layout=layers", "/reseaux/R-13-7KQ?page=edit", "/reseaux?page=new&code=R-13-7KQ", "/reseaux?place=13-K7QF3&hops=3", "/reseaux?territory=dep:13", "/reseaux?page=flows&territory=zone:sud&from=2025-Q1"];
  it.each(addresses)("lead back to themselves: %s", (address) => expect(writeNetworks(read(address))).toBe(address));

  it("pass over what they do not know", () => {
    expect(read("/reseaux?place=13-K7QF3&hops=99&link_kind=owns&on=yesterday")).toEqual(graphOf({ place: "13-K7QF3" }));
    expect(read("/reseaux?status=gone")).toEqual(noList);
    expect(read("/reseaux/%E0%A4%A")).toMatchObject({ page: "graph", network: "%E0%A4%A" });
  });

  it("ask the server for what they say, and for nothing else", () => {
    expect(graphQuery(graphOf({ network: "R-13-7KQ" }))).toEqual({ network: "R-13-7KQ" });
    expect(graphQuery(graphOf({ place: "13-K7QF3", hops: 1, kinds: ["rival"], closed: true }))).toEqual({ place: "13-K7QF3", hops: 1, link_kind: ["rival"], closed: "include" });
  });
});

describe("sortNetworks", () => {
  it("puts records first, then what has most in it", () => {
    const one = (code: string, recorded: boolean, links: number, places: number) => ({ code, recorded, links, places });
    const sorted = sortNetworks([one("R-01-A", false, 0, 1), one("R-02-B", false, 0, 4), one("R-13-C", true, 0, 0), one("R-75-D", true, 9, 3)]);
    expect(sorted.map(({ code }) => code)).toEqual(["R-75-D", "R-13-C", "R-02-B", "R-01-A"]);
  });
});
