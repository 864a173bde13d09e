/** Names of territories for a view: chooses the levels, measures the texts, places them. */
import { Crowd } from "./crowd";
import { gridOver, inTwoLines, placeLabels } from "./labels";
import type { Grid, PlacedLabel, Rect, Surroundings, Writing } from "./labels";
import { EXTENT } from "./outlines";
import type { OutlineTile } from "./outlines";
import { findOwners } from "./owners";
import { LABEL_LEVELS, LINE_HEIGHT, labelStyle, setLabelFont } from "./painter";
import { communeText, placePointNames } from "./pointlabels";
import type { PointName } from "./pointlabels";
import { symbolRadius } from "./scene";
import type { Scene } from "./scene";
import type { Theme } from "./theme";
import { MAX_TILE_ZOOM, TILE_SIZE, tileKey, tilesCovering } from "./tilemath";
import type { WorldBox } from "./tilemath";

export interface NamesView {
  view: WorldBox;
  zoom: number;
  scene: Scene;
  theme: Theme;
  /** Nothing more is under way: what is placed now is to stay. */
  settled: boolean;
  /** Rectangles in pixels of the map element where nothing could be read. */
  controls: Rect[];
  outlines(key: string): OutlineTile | undefined;
}

/** One pass of naming: a level, by the areas in view or by the points that tiles give. */
export interface Pass {
  level: string;
  by: "areas" | "points";
}

/** Which names a zoom shows, the most telling first: what is placed later takes the room that is left. */
export function passes(zoom: number): Pass[] {
  const areas = (level: string): Pass => ({ level, by: "areas" });
  const points = (level: string): Pass => ({ level, by: "points" });
  if (zoom <= 6) return [areas("reg")];
  if (zoom <= 10) return [areas("dep"), points("com")];
  if (zoom <= 12) return [points("com"), areas("com"), areas("dep")];
  return [points("com"), areas("com"), points("qpv"), points("qrr"), areas("dep")];
}

/** Communes of this many inhabitants are written larger, and from the second number on wherever there is a way. */
const CITY = 50_000;
const LANDMARK = 200_000;

export class Names {
  placed: PlacedLabel[] = [];
  /** Zoom that the names are placed for. */
  zoom = -1;
  /** Those of the last time that nothing was under way: only these keep their place, or names would depend on which tile came first. */
  private settled: PlacedLabel[] = [];
  private readonly ctx = document.createElement("canvas").getContext("2d");

  /** Places the names anew; those still in view at the same zoom keep their place once all had come. */
  place(view: NamesView): void {
    const { zoom, settled } = view;
    if (zoom !== this.zoom) this.settled = [];
    const world = TILE_SIZE * 2 ** zoom;
    const rect = scaled(view.view, world);
    const around: Surroundings = {
      ...obstacles(view, rect, world),
      view: rect,
      previous: new Map((settled || zoom !== this.zoom ? this.settled : this.placed).map((label) => [label.code, label])),
    };
    const grid = gridOver(rect.minX, rect.minY, rect.maxX, rect.maxY);
    this.zoom = zoom;
    this.placed = [];
    const done = new Set<string>();
    for (const pass of passes(zoom)) {
      // Inside a commune that is named, the département is known to whoever reads the name.
      if (pass.level === "dep" && zoom > 12 && this.placed.length > 0) continue;
      const placed = pass.by === "areas" ? this.byAreas(pass.level, view, grid, around, done) : this.byPoints(pass.level, view, around);
      for (const label of placed) done.add(label.code);
      this.placed.push(...placed);
    }
    if (settled) this.settled = this.placed;
  }

  private byAreas(level: string, view: NamesView, grid: Grid, around: Surroundings, done: Set<string>): PlacedLabel[] {
    const { owner, territories } = findOwners(grid, view.zoom, level, view.outlines);
    const write = this.writer(level, view.theme);
    // The département of Paris is its commune, and named once.
    const written = new Set(this.placed.map(({ lines }) => lines.join(" ").toLocaleLowerCase("fr")));
    const names = territories.map(({ code, name }) => {
      const full = `${level}:${code}`;
      const twice = done.has(full) || written.has(name.toLocaleLowerCase("fr"));
      return { code: full, writings: twice ? [] : write(name) };
    });
    return placeLabels({ ...around, grid, owner, names, style: LABEL_LEVELS.indexOf(level) });
  }

  private byPoints(level: string, view: NamesView, around: Surroundings): PlacedLabel[] {
    const found: (PointName & { population: number })[] = [];
    for (const id of tilesCovering(view.view, Math.min(view.zoom, MAX_TILE_ZOOM))) {
      const side = TILE_SIZE * 2 ** (view.zoom - id.z);
      for (const point of view.outlines(tileKey(id))?.names ?? []) {
        const text = point.level !== level ? null : level === "com" ? communeText(point.name, view.zoom) : point.name;
        if (text === null) continue;
        const style = level === "com" && text === point.name && point.population >= CITY ? "city" : level;
        const writing = this.writer(style, view.theme)(text)[0];
        if (!writing) continue;
        const [x, y] = [(id.x + point.x / EXTENT) * side, (id.y + point.y / EXTENT) * side];
        const { population } = point;
        const landmark = style === "city" && population >= LANDMARK;
        found.push({ code: `${level}:${point.code || point.name}`, x, y, writing, style: LABEL_LEVELS.indexOf(style), population, landmark });
      }
    }
    found.sort((a, b) => b.population - a.population || (a.code < b.code ? -1 : 1));
    return placePointNames(found, around);
  }

  /** How names of a level can be written, measured with its font. */
  private writer(level: string, theme: Theme): (name: string) => Writing[] {
    const { ctx } = this;
    if (!ctx) return () => [];
    const style = labelStyle(LABEL_LEVELS.indexOf(level));
    setLabelFont(ctx, style, theme);
    const measure = (lines: string[]): Writing => ({
      lines,
      width: Math.max(...lines.map((line) => ctx.measureText(line).width)),
      height: lines.length * style.size * LINE_HEIGHT,
    });
    return (name) => {
      const text = style.upper ? name.toLocaleUpperCase("fr") : name;
      const two = inTwoLines(text);
      return two ? [measure([text]), measure(two)] : [measure([text])];
    };
  }
}

const scaled = (box: WorldBox, by: number): Rect => ({
  minX: box.minX * by,
  minY: box.minY * by,
  maxX: box.maxX * by,
  maxY: box.maxY * by,
});

/** A symbol this far outside the view touches nothing in it, in CSS pixels. */
const EDGE = 40;

/** Clusters and controls are obstacles; single places are a crowd that names avoid as well as they can. */
function obstacles({ scene, zoom, controls }: NamesView, view: Rect, world: number): Pick<Surroundings, "taken" | "crowd"> {
  const crowd = new Crowd();
  const taken = controls.map((r) => ({
    minX: r.minX + view.minX,
    minY: r.minY + view.minY,
    maxX: r.maxX + view.minX,
    maxY: r.maxY + view.minY,
  }));
  for (let i = 0; i < scene.length; i++) {
    const [x, y] = [(scene.x[i] ?? 0) * world, (scene.y[i] ?? 0) * world];
    if (x < view.minX - EDGE || y < view.minY - EDGE || x > view.maxX + EDGE || y > view.maxY + EDGE) continue;
    if (!scene.cluster[i]) {
      crowd.add(x, y);
      continue;
    }
    const r = symbolRadius(scene, i, zoom);
    taken.push({ minX: x - r, minY: y - r, maxX: x + r, maxY: y + r });
  }
  return { crowd, taken };
}
