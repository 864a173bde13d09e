/** What lies over all symbols: rings round the places that are hovered and selected, two records side by side, marks. */
import { paintMarks } from "./marks";
import type { Frame } from "./overlay";
import { paintPair } from "./pair";
import { paintRing, paintSymbol } from "./painter";
import { findRef, placeRadius, symbolRadius } from "./scene";
import type { Scene } from "./scene";
import type { Sprites } from "./shapes";
import type { Theme } from "./theme";
import { toWorld } from "./tilemath";
import type { LngLat, Mark, PairPoint } from "./types";

export interface Ringed {
  /** With where it is, in case the scene does not hold it. */
  selected: { ref: string; lngLat: LngLat | null } | null;
  /** References of what is pointed at, in the list and on the map. */
  hovered: readonly (string | null)[];
  pair: readonly PairPoint[];
  marks: { all: readonly Mark[]; chosen: string | null };
  /** Asked for only where something is hovered or selected. */
  scene(): Scene;
  theme: Theme;
  sprites: Sprites;
}

/** Whether there is nothing to paint. */
export const noRings = ({ selected, hovered, pair, marks }: Ringed): boolean => !selected && !hovered.some(Boolean) && pair.length + marks.all.length === 0;

/** Each ring with its symbol again so that nothing lies over it. */
export function paintRings(ctx: CanvasRenderingContext2D, frame: Frame, { selected, hovered, pair, marks, scene, theme, sprites }: Ringed): void {
  if (pair.length > 0) paintPair(ctx, frame, pair, theme);
  const { colours } = theme;
  const find = (ref: string | null | undefined): number => (ref == null ? -1 : findRef(scene(), ref));
  const ring = (i: number, colour: string, width: number): void => {
    const all = scene();
    const x = (all.x[i] ?? 0) * frame.worldPixels - frame.left;
    const y = (all.y[i] ?? 0) * frame.worldPixels - frame.top;
    paintRing(ctx, x, y, symbolRadius(all, i, frame.zoom), colour, theme, width);
    paintSymbol(ctx, frame, all, i, theme, sprites);
  };
  const chosen = find(selected?.ref);
  for (const i of new Set(hovered.map(find))) {
    if (i >= 0 && i !== chosen) ring(i, colours.highlight, 2);
  }
  if (chosen >= 0) {
    ring(chosen, colours.select, 3);
  } else if (selected?.lngLat) {
    const [x, y] = toWorld(selected.lngLat);
    const [px, py] = [x * frame.worldPixels - frame.left, y * frame.worldPixels - frame.top];
    paintRing(ctx, px, py, placeRadius(frame.zoom, 3), colours.select, theme, 3);
  }
  paintMarks(ctx, frame, marks.all, marks.chosen, theme);
}
