/** Paints the ground of one tile: land, water and outlines of territories. */
import { EXTENT, traceArea, traceBorder } from "./outlines";
import type { Outline, OutlineTile } from "./outlines";
import type { Theme } from "./theme";
import { nativeTile } from "./tilemath";
import type { TileId } from "./tilemath";

export interface GroundStyle {
  theme: Theme;
  /** The outlines are the subject (mode « territories ») and not the ground. */
  emphasis: boolean;
}

/** Fills `size` × `size` pixels of the screen, of which a CSS pixel has `ratio` along a side, with the ground of a tile; `outlines` are those of its native tile. */
export function paintGround(ctx: OffscreenCanvasRenderingContext2D, size: number, ratio: number, tile: TileId, outlines: OutlineTile, { theme, emphasis }: GroundStyle): void {
  const { colours } = theme;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.fillStyle = colours.sea;
  ctx.fillRect(0, 0, size, size);
  const parts = 2 ** (tile.z - nativeTile(tile).z);
  const scale = (size * parts) / EXTENT;
  ctx.setTransform(scale, 0, 0, scale, -(tile.x % parts) * size, -(tile.y % parts) * size);
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  const pixel = ratio / scale;
  const ofKind = (...kinds: string[]): Outline[] => outlines.outlines.filter((o) => kinds.includes(o.kind));
  const fill = (areas: Outline[], colour: string): void => {
    ctx.fillStyle = colour;
    for (const area of areas) {
      if (!area.area) continue;
      ctx.beginPath();
      traceArea(outlines, area, ctx);
      ctx.fill("evenodd");
    }
  };
  const line = (borders: Outline[], colour: string, width: number, dash: number[] = []): void => {
    if (width === 0 || borders.length === 0) return;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * pixel;
    ctx.setLineDash(dash.map((d) => d * pixel));
    ctx.beginPath();
    for (const border of borders) traceBorder(outlines, border, ctx);
    ctx.stroke();
  };
  const { z } = tile;
  const near = z >= 10;
  fill(ofKind("land"), colours.abroad);
  const ground = ["reg", "dep", "arr", "com"].map((kind) => ofKind(kind)).find((found) => found.length > 0) ?? [];
  fill(ground, colours.land);
  // Closes the hairline that anti-aliasing leaves between neighbours.
  line(ground, colours.land, 1);
  fill(ofKind("lake"), colours.water);
  line(ofKind("river"), colours.water, z < 7 ? 0.8 : z < 10 ? 1.4 : 2.2);
  fill(ofKind("qpv", "qrr"), colours.quarter);
  const strong = emphasis ? 1.5 : 1;
  line(ofKind("com"), emphasis ? colours.border : colours.borderFine, z >= 10 ? 0.9 * strong : 0.5);
  line(ofKind("qpv", "qrr"), colours.border, z >= 13 ? 1.2 : 0.6, [4, 3]);
  line(ofKind("arr"), colours.border, 0.8 * strong, [6, 3]);
  const departments = near || emphasis ? colours.borderStrong : colours.border;
  line(ofKind("dep"), departments, (near ? 1.6 : z >= 7 ? 1.1 : 0.8) * strong);
  line(ofKind("reg"), colours.borderStrong, (z >= 7 ? 1.4 : 1) * strong);
}
