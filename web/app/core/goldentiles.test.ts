import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { describe, expect, it } from "vitest";
import golden from "../../../tiles/testdata/golden.json";

/** Tiles that the server's tests keep, with what another decoder reads in them (tiles/golden_test.go). */
const tiles = Object.entries(golden as unknown as Record<string, { tile: string; layers: unknown }>);

describe("tiles are read by the browser's decoder as by the server's", () => {
  it("are there", () => expect(tiles.length).toBeGreaterThan(10));
  it.each(tiles)("%s", (_, { tile, layers }) => {
    const bytes = Uint8Array.from(atob(tile), (char) => char.charCodeAt(0));
    const read = Object.entries(new VectorTile(new PbfReader(bytes)).layers).map(([name, layer]) => {
      expect(layer.extent).toBe(4096);
      const features = Array.from({ length: layer.length }, (_, i) => {
        const feature = layer.feature(i);
        return { id: feature.id, properties: { ...feature.properties }, paths: feature.loadGeometry().map((path) => path.map(({ x, y }) => [x, y])) };
      });
      return [name, features];
    });
    expect(Object.fromEntries(read)).toEqual(layers);
  });
});
