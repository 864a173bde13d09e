/** Names of territories for a view: chooses the levels, measures the texts, places them. */
import { Crowd } from "./crowd";
import { gridOver, inTwoLines, placeLabels } from "./labels";
import type { PlacedLabel, Rect, Writing } from "./labels";
import type { OutlineTile } from "./outlines";
import { findOwners, labelLevels } from "./owners";
import { LABEL_LEVELS, LINE_HEIGHT, labelStyle, setLabelFont } from "./painter";
import { symbolRadius } from "./scene";
import type { Scene } from "./scene";
import type { Theme } from "./theme";
import { TILE_SIZE } from "./tilemath";
import type { WorldBox } from "./tilemath";

export interface NamesView {
  view: WorldBox;
  zoom: number;
  scene: Scene;
  theme: Theme;
  controls: Rect[];
  outlines(key: string): OutlineTile | undefined;
}

export class Names {
  placed: PlacedLabel[] = [];
  /** Zoom that the names are placed for. */
  zoom = -1;
  private readonly ctx = document.createElement("canvas").getContext("2d");

  /**
   * Places the names anew; those still in view at the same zoom keep their place. `controls` are rectangles in pixels of
   * the map element where nothing could be read.
   */
  place({ view, zoom, scene, theme, controls, outlines }: NamesView): void {
    const ctx = this.ctx;
    if (!ctx) return;
    const world = TILE_SIZE * 2 ** zoom;
    const previous = new Map(zoom === this.zoom ? this.placed.map((label) => [label.code, label]) : []);
    const rect: Rect = { minX: view.minX * world, minY: view.minY * world, maxX: view.maxX * world, maxY: view.maxY * world };
    const grid = gridOver(rect.minX, rect.minY, rect.maxX, rect.maxY);
    const { clusters, crowd } = obstacles(scene, zoom, world);
    const onScreen = controls.map((r) => ({
      minX: r.minX + rect.minX,
      minY: r.minY + rect.minY,
      maxX: r.maxX + rect.minX,
      maxY: r.maxY + rect.minY,
    }));
    const taken = [...clusters, ...onScreen];
    this.zoom = zoom;
    this.placed = [];
    for (const level of labelLevels(zoom)) {
      const { owner, territories } = findOwners(grid, zoom, level, outlines);
      if (territories.length === 0) continue;
      const index = LABEL_LEVELS.indexOf(level);
      const style = labelStyle(index);
      setLabelFont(ctx, style, theme);
      const write = (lines: string[]): Writing => ({
        lines,
        width: Math.max(...lines.map((line) => ctx.measureText(line).width)),
        height: lines.length * style.size * LINE_HEIGHT,
      });
      const names = territories.map(({ code, name }) => {
        const text = style.upper ? name.toLocaleUpperCase("fr") : name;
        const two = inTwoLines(text);
        return { code: `${level}:${code}`, writings: two ? [write([text]), write(two)] : [write([text])] };
      });
      this.placed.push(...placeLabels({ grid, owner, names, crowd, style: index, taken, view: rect, previous }));
      // One level answers "where am I"; two would write over each other. Quarters lie inside communes and add to them.
      if (level !== "qpv") break;
    }
  }
}

/** Clusters are obstacles; single places are a crowd that names avoid as well as they can. */
function obstacles(scene: Scene, zoom: number, world: number): { clusters: Rect[]; crowd: Crowd } {
  const clusters: Rect[] = [];
  const crowd = new Crowd();
  for (let i = 0; i < scene.length; i++) {
    const [x, y] = [(scene.x[i] ?? 0) * world, (scene.y[i] ?? 0) * world];
    if ((scene.tile[i]?.count[scene.index[i] ?? 0] ?? 1) === 1) {
      crowd.add(x, y);
      continue;
    }
    const r = symbolRadius(scene, i, zoom);
    clusters.push({ minX: x - r, minY: y - r, maxX: x + r, maxY: y + r });
  }
  return { clusters, crowd };
}
