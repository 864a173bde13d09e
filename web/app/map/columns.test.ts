import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader, PbfWriter } from "pbf";
import { describe, expect, it, test } from "vitest";
import golden from "../../../tiles/testdata/golden.json";
import { readPoints } from "./columns";
import { writeTile } from "./mvt.fixture";
import type { FixtureFeature } from "./mvt.fixture";

const tiles = Object.entries(golden as unknown as Record<string, { tile: string }>);
const names = ["deal_points", "sites", "clusters"];

describe("columns hold what another decoder reads in tiles of the server", () => {
  it.each(tiles)("%s", (_, { tile }) => {
    const bytes = Uint8Array.from(atob(tile), (char) => char.charCodeAt(0));
    const layers = Object.entries(new VectorTile(new PbfReader(bytes)).layers).filter(([name]) => names.includes(name));
    const keys = [...new Set(layers.flatMap(([, layer]) => Array.from({ length: layer.length }, (_, i) => Object.keys(layer.feature(i).properties)).flat()))];
    const read = readPoints(bytes.buffer, names, keys);
    expect([...read.keys()].sort()).toEqual(layers.map(([name]) => name).sort());
    for (const [name, layer] of layers) {
      const got = read.get(name);
      const inside = Array.from({ length: layer.length }, (_, i) => layer.feature(i)).flatMap((feature) => {
        const at = feature.loadGeometry()[0]?.[0];
        return at && at.x >= 0 && at.y >= 0 && at.x < layer.extent && at.y < layer.extent ? [{ feature, at }] : [];
      });
      expect(got?.length).toBe(inside.length);
      inside.forEach(({ feature, at }, i) => {
        expect([got?.x[i], got?.y[i], got?.id[i]]).toEqual([at.x / layer.extent, at.y / layer.extent, feature.id ?? 0]);
        for (const key of keys) {
          const value = feature.properties[key];
          const column = got?.columns.get(key);
          expect(column?.at(i) ?? "").toBe(typeof value === "string" ? value : "");
          expect(column?.number(i) ?? 0).toBe(typeof value === "number" ? value : 0);
        }
      });
    }
  });
});

test("the reader of a column is asked once for each text, and never for what is none", () => {
  const statuses = ["active", "closed", null, "active"];
  const features = statuses.map((status, i): FixtureFeature => ({ point: [i, i], tags: status === null ? { ref: "x" } : { status } }));
  const column = readPoints(writeTile({ deal_points: features }), names, ["status"]).get("deal_points")?.columns.get("status");
  const read: string[] = [];
  const got = statuses.map((_, i) => column?.coded(i, (text) => read.push(text), 9));
  expect([got, read]).toEqual([[1, 2, 9, 1], ["active", "closed"]]);
});

test("bytes that end too early are no tile, wherever they end", () => {
  const bytes = writeTile({ deal_points: [{ id: 3, point: [5, 6], tags: { ref: "13-A", name: "Un lieu de plus de douze signes" } }] });
  for (let length = 1; length < bytes.byteLength; length++) expect(() => readPoints(bytes.slice(0, length), names, ["ref"]), `${length} bytes`).toThrow();
});

describe("tiles that a server may write, and ours does not", () => {
  /** A layer of one value, "active", whose features say it under the keys of these numbers. */
  const tile = (keys: string[], features: { key?: number; geometry: number[] }[]): ArrayBuffer => {
    const pbf = new PbfWriter();
    const layer = (_: null, out: PbfWriter): void => {
      out.writeStringField(1, "deal_points");
      for (const { key, geometry } of features) {
        out.writeMessage(
          2,
          (__: null, feature: PbfWriter) => {
            if (key !== undefined) feature.writePackedVarint(2, [key, 0]);
            feature.writeVarintField(3, 1);
            feature.writeTag(4, 2);
            feature.writeVarint(geometry.length);
            for (const n of geometry) feature.writeVarint(n);
          },
          null,
        );
      }
      for (const key of keys) out.writeStringField(3, key);
      out.writeMessage(4, (__: null, value: PbfWriter) => value.writeStringField(1, "active"), null);
    };
    pbf.writeMessage(3, layer, null);
    return pbf.finish().slice().buffer as ArrayBuffer;
  };
  const point = [9, 8, 6];

  test("a layer without features is as none", () => expect(readPoints(tile(["status"], []), names, ["status"]).size).toBe(0));

  test("a key that is named twice is one column", () => {
    const layer = readPoints(tile(["status", "status"], [{ key: 0, geometry: point }, { key: 1, geometry: point }]), names, ["status"]).get("deal_points");
    expect([0, 1].map((i) => layer?.columns.get("status")?.at(i))).toEqual(["active", "active"]);
  });

  test("a point that is nowhere is left out", () => {
    const layer = readPoints(tile(["status"], [{ geometry: [] }, { key: 0, geometry: point }, { geometry: [9] }]), names, ["status"]).get("deal_points");
    expect([layer?.length, layer?.x[0], layer?.columns.get("status")?.at(0)]).toEqual([1, 4 / 4096, "active"]);
  });
});
