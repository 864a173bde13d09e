/** Names of territories for a view: chooses the levels, measures the texts, places them. */
import { gridOver, placeLabels } from "./labels";
import type { PlacedLabel, Rect } from "./labels";
import type { OutlineTile } from "./outlines";
import { findOwners, labelLevels } from "./owners";
import { LABEL_LEVELS, labelStyle, setLabelFont } from "./painter";
import { symbolRadius } from "./scene";
import type { Scene } from "./scene";
import type { Theme } from "./theme";
import { TILE_SIZE } from "./tilemath";
import type { WorldBox } from "./tilemath";

export class Names {
  placed: PlacedLabel[] = [];
  /** Zoom that the names are placed for. */
  zoom = -1;
  private readonly ctx = document.createElement("canvas").getContext("2d");

  /** Places the names anew; those still in view at the same zoom keep their place. */
  place(view: WorldBox, zoom: number, scene: Scene, theme: Theme, outlines: (key: string) => OutlineTile | undefined): void {
    const ctx = this.ctx;
    if (!ctx) return;
    const world = TILE_SIZE * 2 ** zoom;
    const previous = new Map(zoom === this.zoom ? this.placed.map((label) => [label.code, label]) : []);
    const rect: Rect = { minX: view.minX * world, minY: view.minY * world, maxX: view.maxX * world, maxY: view.maxY * world };
    const grid = gridOver(rect.minX, rect.minY, rect.maxX, rect.maxY);
    const taken = clusterRects(scene, zoom, world);
    this.zoom = zoom;
    this.placed = [];
    for (const level of labelLevels(zoom)) {
      const { owner, territories } = findOwners(grid, zoom, level, outlines);
      if (territories.length === 0) continue;
      const index = LABEL_LEVELS.indexOf(level);
      const style = labelStyle(index);
      setLabelFont(ctx, style, theme);
      const names = territories.map(({ code, name }) => {
        const text = style.upper ? name.toLocaleUpperCase("fr") : name;
        return { code: `${level}:${code}`, text, width: ctx.measureText(text).width, height: style.size * 1.25 };
      });
      this.placed.push(...placeLabels({ grid, owner, names, style: index, taken, view: rect, previous }));
      // Régions and départements together would be two answers to the same question.
      if (zoom <= 10 && this.placed.length > 0) break;
    }
  }
}

function clusterRects(scene: Scene, zoom: number, world: number): Rect[] {
  const rects: Rect[] = [];
  for (let i = 0; i < scene.length; i++) {
    const count = scene.tile[i]?.count[scene.index[i] ?? 0] ?? 1;
    if (count === 1) continue;
    const [x, y, r] = [(scene.x[i] ?? 0) * world, (scene.y[i] ?? 0) * world, symbolRadius(scene, i, zoom)];
    rects.push({ minX: x - r, minY: y - r, maxX: x + r, maxY: y + r });
  }
  return rects;
}
