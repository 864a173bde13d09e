/** A map of areas and nothing else: the ground and the outlines of the main map, and over them what heat is made of. */
import * as L from "leaflet";
import { areaAt, paintAreas, paintCircles, paintFocus, paintOutlines, prepareArea, prepareOutline } from "./areas";
import type { HeatColours, MapArea, MapOutline, PreparedArea, PreparedOutline } from "./areas";
import { addControls, controlRects } from "./controls";
import { Ground } from "./ground";
import { boxInView } from "./leaflet";
import { Names } from "./names";
import { EXTENT, traceBorder } from "./outlines";
import { CanvasOverlay } from "./overlay";
import type { Frame } from "./overlay";
import { paintLabels } from "./painter";
import { EMPTY_SCENE } from "./scene";
import { readHeatColours } from "./heatcolours";
import { readTheme } from "./theme";
import type { Theme } from "./theme";
import { MAX_TILE_ZOOM, TILE_SIZE, boxToWorld, tileKey, tilesCovering, toWorld } from "./tilemath";
import type { Box, Labels, LngLat, MapTheme } from "./types";
import { ViewPace } from "./viewpace";

export type { MapArea, MapOutline } from "./areas";

/** How long one picture takes to give way to the next, in milliseconds: shorter than a step of the time slider. */
const FADE = 140;

export interface AreaMapOptions {
  labels: Labels;
  center: LngLat;
  zoom: number;
  theme: MapTheme;
  /** The area under the pointer and the pointer's position in the element; null when it leaves. */
  onHover(id: string | null, x: number, y: number): void;
}

export interface AreaMap {
  /** Replaces the areas. `edges` draws the line between neighbours; `still` keeps those that have not changed as they are. */
  show(areas: readonly MapArea[], style: { edges: boolean; still: boolean }): void;
  outline(outlines: readonly MapOutline[]): void;
  /** Emphasises an area or an outlined unit. */
  focus(id: string | null): void;
  fitBox(box: Box): void;
  /** Looks at a position without coming closer than needed. */
  look(at: LngLat): void;
  setTheme(theme: MapTheme): void;
  destroy(): void;
}

interface Picture {
  areas: PreparedArea[];
  byId: Map<string, PreparedArea>;
  edges: boolean;
}

const NOTHING: Picture = { areas: [], byId: new Map(), edges: false };

export function createAreaMap(el: HTMLElement, options: AreaMapOptions): AreaMap {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  el.classList.add("map");
  el.dataset["mapTheme"] = options.theme;
  let theme: Theme = readTheme(options.theme, getComputedStyle(el));
  let colours: HeatColours = readHeatColours(getComputedStyle(el));
  let now = NOTHING;
  let before = NOTHING;
  let unchanged = new Set<string>();
  let begun = -Infinity;
  let outlines: PreparedOutline[] = [];
  let focused: string | null = null;
  let hovered: string | null = null;

  const map = L.map(el, {
    zoomControl: false,
    attributionControl: false,
    center: [options.center[1], options.center[0]],
    zoom: options.zoom,
    minZoom: 3,
    maxZoom: 16,
    fadeAnimation: false,
    zoomAnimation: !still.matches,
    inertia: !still.matches,
    wheelPxPerZoomLevel: 90,
  });
  el.setAttribute("role", "application");
  el.setAttribute("aria-label", options.labels.map);
  el.setAttribute("aria-description", options.labels.mapHelp);
  el.style.backgroundColor = theme.colours.sea;
  map.createPane("areas").classList.add("leaflet-symbols-pane");
  const names = new Names();
  const ignore = (): void => {};
  const ground = new Ground({ theme, emphasis: false }, { onPending: ignore, onError: ignore, onSuccess: ignore, onChange: () => askNames() });
  const views = new ViewPace(() => ground.view(boxToWorld(boxInView(map)), map.getZoom()));

  /** How far the newer picture is there, from 0 to 1. */
  const progress = (): number => Math.min(1, (performance.now() - begun) / FADE);
  const paint = (ctx: CanvasRenderingContext2D, frame: Frame): void => {
    const there = progress();
    ground.paint(ctx, frame);
    if (there < 1) {
      paintAreas(ctx, frame, before.areas, colours, theme, before.edges, ({ id }) => (unchanged.has(id) ? 0 : now.byId.has(id) ? 1 : 1 - there));
      paintCircles(ctx, frame, before.areas, colours, theme, 1 - there, true);
    }
    paintAreas(ctx, frame, now.areas, colours, theme, now.edges, ({ id }) => (unchanged.has(id) ? 1 : there));
    borders(ctx, frame);
    paintCircles(ctx, frame, now.areas, colours, theme, there, true);
    if (names.zoom === frame.zoom) paintLabels(ctx, frame, names.placed, theme);
    paintCircles(ctx, frame, now.areas, colours, theme, there, false);
    if (there < 1) layer.repaint();
  };
  /** The outlines of the ground once more, over what hides them. */
  const borders = (ctx: CanvasRenderingContext2D, frame: Frame): void => {
    const zoom = Math.min(frame.zoom, MAX_TILE_ZOOM);
    const size = TILE_SIZE * 2 ** (frame.zoom - zoom);
    ctx.save();
    ctx.globalAlpha = 0.55;
    ctx.lineJoin = "round";
    for (const tile of tilesCovering(boxToWorld(boxInView(map)), zoom)) {
      const drawn = ground.outlines(tileKey(tile));
      if (!drawn) continue;
      const scale = size / EXTENT;
      ctx.save();
      ctx.translate(tile.x * size - frame.left, tile.y * size - frame.top);
      ctx.scale(scale, scale);
      for (const [kind, width, colour] of [["com", frame.zoom >= 10 ? 0.8 : 0.4, theme.colours.border], ["dep", 1.6, theme.colours.label]] as const) {
        ctx.beginPath();
        for (const outline of drawn.outlines) if (outline.kind === kind) traceBorder(drawn, outline, ctx);
        ctx.strokeStyle = colour;
        ctx.lineWidth = width / scale;
        ctx.stroke();
      }
      ctx.restore();
    }
    ctx.restore();
  };
  const paintTop = (ctx: CanvasRenderingContext2D, frame: Frame): void => {
    paintOutlines(ctx, frame, outlines, colours, theme);
    for (const id of new Set([hovered, focused])) {
      const found = id === null ? undefined : (outlines.find((one) => one.id === id) ?? now.byId.get(id));
      if (found) paintFocus(ctx, frame, found, theme);
    }
  };
  const layer = new CanvasOverlay(paint, "areas", { opaque: true });
  const top = new CanvasOverlay(paintTop, "areas");

  let namesAsked = 0;
  const askNames = (): void => {
    if (namesAsked !== 0) return;
    namesAsked = requestAnimationFrame(() => {
      namesAsked = 0;
      names.place({ view: boxToWorld(boxInView(map)), zoom: map.getZoom(), scene: EMPTY_SCENE, theme, settled: true, controls: controlRects(el, []), outlines: (key) => ground.outlines(key) });
      layer.repaint();
    });
  };

  addControls(map, options.labels);
  layer.addTo(map);
  top.addTo(map);
  map.on("moveend resize", askNames);
  views.follow(map);

  const hover = (event: L.LeafletMouseEvent): void => {
    const [x, y] = toWorld([event.latlng.lng, event.latlng.lat]);
    const found = areaAt(now.areas, x, y, 1 / (TILE_SIZE * 2 ** map.getZoom()))?.id ?? null;
    if (found !== hovered) {
      hovered = found;
      top.repaint();
    }
    options.onHover(found, event.containerPoint.x, event.containerPoint.y);
  };
  const left = (): void => {
    hovered = null;
    top.repaint();
    options.onHover(null, 0, 0);
  };
  map.on("mousemove click", hover as L.LeafletEventHandlerFn);
  map.on("mouseout movestart", left);
  const resized = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  resized.observe(el);

  return {
    show(areas, { edges, still: keeps }) {
      before = now;
      const prepared = areas.map(prepareArea);
      now = { areas: prepared, byId: new Map(prepared.map((area) => [area.id, area])), edges };
      unchanged = new Set(keeps && before.edges === edges ? prepared.filter(({ id, tone }) => before.byId.get(id)?.tone === tone).map(({ id }) => id) : []);
      begun = still.matches || before === NOTHING ? -Infinity : performance.now();
      layer.repaint();
      top.repaint();
    },
    outline(list) {
      outlines = list.map(prepareOutline);
      top.repaint();
    },
    focus(id) {
      focused = id;
      top.repaint();
    },
    fitBox([west, south, east, north]) {
      // The legend lies over the left side, where there is room enough beside it.
      const left = el.clientWidth > 860 ? 300 : 12;
      map.fitBounds([[south, west], [north, east]], { paddingTopLeft: [left, 12], paddingBottomRight: [12, 12], animate: false });
    },
    look([lon, lat]) {
      const inside = map.getBounds().pad(-0.15).contains([lat, lon]);
      if (!inside) map.setView([lat, lon], map.getZoom(), { animate: !still.matches });
    },
    setTheme(name) {
      el.dataset["mapTheme"] = name;
      theme = readTheme(name, getComputedStyle(el));
      colours = readHeatColours(getComputedStyle(el));
      el.style.backgroundColor = theme.colours.sea;
      ground.restyle({ theme, emphasis: false });
      layer.repaint();
      top.repaint();
    },
    destroy() {
      resized.disconnect();
      cancelAnimationFrame(namesAsked);
      map.off();
      views.stop();
      ground.destroy();
      map.remove();
    },
  };
}
