/** A map of a network: the ground of the main map, and over it the places of a graph and their ties. */
import * as L from "leaflet";
import type { Look } from "../core/chart/look";
import type { ChartModel } from "../core/chart/model";
import { addControls, controlRects } from "./controls";
import { paintGraph, placeUnder, tieUnder, type GraphScene } from "./graphpaint";
import { Ground } from "./ground";
import { boxInView } from "./leaflet";
import { Names } from "./names";
import { CanvasOverlay, type Frame } from "./overlay";
import { paintLabels } from "./painter";
import { EMPTY_SCENE } from "./scene";
import { readTheme, type Theme } from "./theme";
import { TILE_SIZE, boxToWorld, toWorld } from "./tilemath";
import type { Box, Labels, LngLat, MapTheme } from "./types";
import { ViewPace } from "./viewpace";

export interface GraphMapOptions {
  labels: Labels;
  theme: MapTheme;
  /** What is under the pointer, and where in the element; null when nothing is. */
  onHover(what: { place: string | null; tie: string | null } | null, x: number, y: number): void;
  onSelect(what: { place: string | null; tie: string | null }): void;
}

export interface GraphMap {
  show(model: ChartModel, radii: Float64Array): void;
  look(look: Look): void;
  /** Shows everything that has a position. */
  fit(): void;
  /** Brings a position into view without coming closer than needed. */
  reveal(at: LngLat): void;
  setTheme(theme: MapTheme): void;
  resize(): void;
  destroy(): void;
}

/** The whole of mainland France, where nothing says where else to look. */
const everywhere: Box = [-5.3, 41.2, 9.7, 51.2];

export function createGraphMap(el: HTMLElement, options: GraphMapOptions): GraphMap {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  el.classList.add("map");
  el.dataset["mapTheme"] = options.theme;
  let theme: Theme = readTheme(options.theme, getComputedStyle(el));
  let model: ChartModel | null = null;
  let radii = new Float64Array(0);
  let world: { x: Float64Array; y: Float64Array } = { x: new Float64Array(0), y: new Float64Array(0) };
  let look: Look | null = null;

  const map = L.map(el, { zoomControl: false, attributionControl: false, center: [46.6, 2.4], zoom: 6, minZoom: 3, maxZoom: 18, fadeAnimation: false, zoomAnimation: !still.matches, inertia: !still.matches, wheelPxPerZoomLevel: 90 });
  el.setAttribute("role", "application");
  el.setAttribute("aria-label", options.labels.map);
  el.setAttribute("aria-description", options.labels.mapHelp);
  el.style.backgroundColor = theme.colours.sea;
  map.createPane("graph").classList.add("leaflet-symbols-pane");
  const names = new Names();
  const ignore = (): void => {};
  const ground = new Ground({ theme, emphasis: false }, { onPending: ignore, onError: ignore, onSuccess: ignore, onChange: () => askNames() });
  const views = new ViewPace(() => ground.view(boxToWorld(boxInView(map)), map.getZoom()));

  const sceneOf = (zoom: number, left: number, top: number, width: number, height: number): GraphScene | null => {
    if (!model) return null;
    const side = TILE_SIZE * 2 ** zoom;
    const scale = zoom < 7 ? 0.5 : zoom < 10 ? 0.7 : 1;
    // A crowd takes smaller symbols until one looks closer.
    const room = Math.max(0.65, Math.min(1, (130 / Math.max(1, model.nodes.length)) ** 0.5 * 2 ** ((zoom - 11) / 2)));
    return { model, x: world.x.map((v) => v * side - left), y: world.y.map((v) => v * side - top), radius: radii.map((r) => Math.max(2.5, r * scale * room * 0.8)), width, height, scale, names: zoom >= 8 };
  };
  const paint = (ctx: CanvasRenderingContext2D, frame: Frame): void => {
    ground.paint(ctx, frame);
    if (names.zoom === frame.zoom) paintLabels(ctx, frame, names.placed, theme);
    const scene = sceneOf(frame.zoom, frame.left, frame.top, frame.width, frame.height);
    if (scene && look) paintGraph(ctx, scene, theme, look);
  };
  const layer = new CanvasOverlay(paint, "graph", { opaque: true });

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
  map.on("moveend resize", askNames);
  views.follow(map);

  const under = (event: L.LeafletMouseEvent): { place: string | null; tie: string | null } => {
    const { x, y } = event.containerPoint;
    const bounds = map.getPixelBounds();
    const corner = bounds.min ?? L.point(0, 0);
    const size = map.getSize();
    const scene = sceneOf(map.getZoom(), corner.x, corner.y, size.x, size.y);
    const place = scene ? placeUnder(scene, x, y) : null;
    return { place, tie: scene && place === null ? tieUnder(scene, x, y) : null };
  };
  const hover = (event: L.LeafletMouseEvent): void => {
    const found = under(event);
    el.classList.toggle("map-over-symbol", found.place !== null || found.tie !== null);
    options.onHover(found, event.containerPoint.x, event.containerPoint.y);
  };
  map.on("mousemove", hover as L.LeafletEventHandlerFn);
  map.on("click", ((event: L.LeafletMouseEvent) => options.onSelect(under(event))) as L.LeafletEventHandlerFn);
  map.on("mouseout movestart", () => options.onHover(null, 0, 0));
  const resized = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  resized.observe(el);

  return {
    show(next, sizes) {
      model = next;
      radii = Float64Array.from(sizes);
      const at = next.nodes.map(({ position }) => (position && position.length >= 2 ? toWorld([position[0] ?? 0, position[1] ?? 0]) : ([NaN, NaN] as [number, number])));
      world = { x: Float64Array.from(at, ([x]) => x), y: Float64Array.from(at, ([, y]) => y) };
      layer.repaint();
    },
    look(next) {
      look = next;
      layer.repaint();
    },
    fit() {
      const box = boxOf(model) ?? everywhere;
      map.fitBounds([[box[1], box[0]], [box[3], box[2]]], { padding: [36, 36], maxZoom: 14, animate: false });
    },
    reveal([lon, lat]) {
      if (!map.getBounds().pad(-0.1).contains([lat, lon])) map.setView([lat, lon], Math.max(map.getZoom(), 9), { animate: !still.matches });
    },
    setTheme(name) {
      el.dataset["mapTheme"] = name;
      theme = readTheme(name, getComputedStyle(el));
      el.style.backgroundColor = theme.colours.sea;
      ground.restyle({ theme, emphasis: false });
      askNames();
    },
    resize: () => map.invalidateSize({ animate: false }),
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

function boxOf(model: ChartModel | null): Box | null {
  const at = (model?.nodes ?? []).flatMap(({ position }) => (position && position.length >= 2 ? [position] : []));
  if (at.length === 0) return null;
  const lons = at.map(([lon = 0]) => lon);
  const lats = at.map(([, lat = 0]) => lat);
  const around = at.length === 1 ? 0.02 : 0;
  const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b));
  const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b));
  return [least(lons) - around, least(lats) - around, most(lons) + around, most(lats) + around];
}
