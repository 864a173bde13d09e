/** The map: wires Leaflet, the tiles and the drawing together behind {@link MapView}. */
import * as L from "leaflet";
import "./map.css";
import { BaseLayer } from "./baselayer";
import { zoomStep } from "./cluster";
import { addControls } from "./controls";
import { startEdit } from "./editmarker";
import { Emitter, Traffic } from "./events";
import { Names } from "./names";
import { CanvasOverlay } from "./overlay";
import type { Frame } from "./overlay";
import { paintLabels, paintRing, paintScene, paintSymbol } from "./painter";
import { findRef, hit, placeRadius, sharesOf, symbolRadius } from "./scene";
import { Sprites } from "./shapes";
import { SymbolSource } from "./symbolsource";
import { readTheme } from "./theme";
import type { Theme } from "./theme";
import { TILE_SIZE, boxToWorld, toWorld } from "./tilemath";
import type {
  Box,
  ClusterHit,
  EditOptions,
  EditSession,
  LngLat,
  MapEvents,
  MapMode,
  MapOptions,
  MapTheme,
  MapView,
  PlaceHit,
} from "./types";
import { STATUSES } from "./types";

export * from "./types";

const MIN_ZOOM = 3;
const MAX_ZOOM = 18;

/** Zoom at which a single place, clicked where it still has no identity, is shown. */
const PLACE_ZOOM = 13;

/** Requests wait this long for the view to come to rest, and are not sent more often while it moves, in milliseconds. */
const SETTLE = 40;
const WHILE_MOVING = 200;

/** Live changes that arrive together are fetched together, in milliseconds. */
const LIVE_DELAY = 60;

/** How far beside a symbol still counts as on it, in CSS pixels. */
const REACH_MOUSE = 4;
const REACH_TOUCH = 16;

export function createMap(el: HTMLElement, options: MapOptions): MapView {
  return new LeafletMap(el, options);
}

class LeafletMap implements MapView {
  private readonly map: L.Map;
  private readonly emitter = new Emitter();
  private readonly base: BaseLayer;
  private readonly source: SymbolSource;
  private readonly overlay: CanvasOverlay;
  private readonly names = new Names();
  private theme: Theme;
  private sprites: Sprites;
  private mode: MapMode = "points";
  private selected: { ref: string; lngLat: LngLat | null } | null = null;
  private highlighted: string | null = null;
  private hovered: string | null = null;
  private picking = false;
  private dragging = false;
  private editing: EditSession | null = null;
  private viewTimer: ReturnType<typeof setTimeout> | undefined;
  private lastView = 0;
  private namesAsked = 0;
  private liveTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly liveTiles = new Set<string>();
  private readonly still = window.matchMedia("(prefers-reduced-motion: reduce)");

  constructor(
    private readonly el: HTMLElement,
    private readonly options: MapOptions,
  ) {
    el.classList.add("map");
    el.dataset["mapTheme"] = options.theme;
    this.theme = readTheme(options.theme, getComputedStyle(el));
    this.sprites = new Sprites(this.theme, window.devicePixelRatio);
    el.style.backgroundColor = this.theme.colours.sea;
    const animate = !this.still.matches;
    this.map = L.map(el, {
      zoomControl: false,
      attributionControl: false,
      center: toLatLng(options.center),
      zoom: Math.round(options.zoom),
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      maxBounds: [
        [-75, -190],
        [82, 190],
      ],
      maxBoundsViscosity: 0.8,
      fadeAnimation: false,
      zoomAnimation: animate,
      inertia: animate,
      wheelPxPerZoomLevel: 90,
    });
    this.describe();
    this.map.createPane("symbols");
    const traffic = new Traffic(this.emitter);
    const reports = { onError: traffic.failed, onSuccess: traffic.succeeded };
    this.base = new BaseLayer(this.baseStyle(), { ...reports, onPending: traffic.meter(), onDrawn: () => this.askNames() });
    this.source = new SymbolSource(options.filterQuery, {
      ...reports,
      onPending: traffic.meter(),
      onScene: () => this.sceneChanged(),
      onNews: (places) => this.showNews(places),
    });
    this.overlay = new CanvasOverlay((ctx, frame) => this.paint(ctx, frame), "symbols");
    this.base.addTo(this.map);
    this.overlay.addTo(this.map);
    addControls(this.map, options.labels);
    this.listen();
    this.updateView();
  }

  on<K extends keyof MapEvents>(kind: K, fn: (event: MapEvents[K]) => void): () => void {
    return this.emitter.on(kind, fn);
  }

  setFilter(query: string): void {
    this.source.setFilter(query);
  }

  setTheme(theme: MapTheme): void {
    this.el.dataset["mapTheme"] = theme;
    this.theme = readTheme(theme, getComputedStyle(this.el));
    this.el.style.backgroundColor = this.theme.colours.sea;
    this.restyle();
  }

  setMode(mode: MapMode): void {
    this.mode = mode;
    this.base.restyle(this.baseStyle());
    this.updateView();
  }

  setView(center: LngLat, zoom: number): void {
    this.map.setView(toLatLng(center), Math.round(zoom), { animate: !this.still.matches });
  }

  fitBox([west, south, east, north]: Box): void {
    const bounds = L.latLngBounds([south, west], [north, east]);
    this.map.fitBounds(bounds, { padding: [24, 24], maxZoom: 16, animate: !this.still.matches });
  }

  getBox(): Box {
    const bounds = this.map.getBounds();
    return [
      Math.max(-180, bounds.getWest()),
      Math.max(-90, bounds.getSouth()),
      Math.min(180, bounds.getEast()),
      Math.min(90, bounds.getNorth()),
    ];
  }

  getZoom(): number {
    return this.map.getZoom();
  }

  select(ref: string | null, lngLat?: LngLat): void {
    const known = ref !== null && this.selected?.ref === ref ? this.selected.lngLat : null;
    this.selected = ref === null ? null : { ref, lngLat: lngLat ?? known };
    this.overlay.repaint();
  }

  highlight(ref: string | null): void {
    if (this.highlighted === ref) return;
    this.highlighted = ref;
    this.overlay.repaint();
  }

  refresh(tiles: string[]): void {
    for (const tile of tiles) this.liveTiles.add(tile);
    this.liveTimer ??= setTimeout(() => {
      this.liveTimer = undefined;
      this.source.refresh([...this.liveTiles]);
      this.liveTiles.clear();
    }, LIVE_DELAY);
  }

  refreshAll(): void {
    this.base.refresh();
    this.source.refreshAll();
  }

  edit(start: LngLat, options: EditOptions): EditSession {
    this.editing?.stop();
    const session = startEdit(this.map, start, options, this.options.labels.position);
    const wrapped: EditSession = {
      stop: () => {
        session.stop();
        if (this.editing === wrapped) this.editing = null;
      },
      moveTo: (p) => session.moveTo(p),
    };
    this.editing = wrapped;
    this.setHovered(null);
    return wrapped;
  }

  pick(on: boolean): void {
    this.picking = on;
    this.el.classList.toggle("map-picking", on);
    if (on) this.setHovered(null);
  }

  resize(): void {
    this.map.invalidateSize({ pan: false });
  }

  destroy(): void {
    clearTimeout(this.viewTimer);
    clearTimeout(this.liveTimer);
    cancelAnimationFrame(this.namesAsked);
    this.editing?.stop();
    this.emitter.clear();
    this.source.destroy();
    this.base.destroy();
    this.map.remove();
    this.el.classList.remove("map", "map-picking", "map-over-symbol");
    this.el.replaceChildren();
  }

  /** A canvas says nothing to a screen reader: the element names itself and points to the list. */
  private describe(): void {
    const { labels } = this.options;
    const help = document.createElement("p");
    help.id = "map-help";
    help.className = "map-help";
    help.textContent = labels.mapHelp;
    const aim = document.createElement("div");
    aim.className = "map-aim";
    this.el.append(help, aim);
    this.el.setAttribute("role", "application");
    this.el.setAttribute("aria-label", labels.map);
    this.el.setAttribute("aria-describedby", help.id);
  }

  private listen(): void {
    const { map } = this;
    map.on("zoomanim", () => {
      this.setHovered(null);
      this.scheduleView(SETTLE);
    });
    map.on("move", () => this.scheduleView(WHILE_MOVING));
    map.on("moveend resize", () => {
      this.scheduleView(SETTLE);
      this.askNames();
    });
    map.on("moveend", () => {
      const { lat, lng } = map.getCenter();
      this.emitter.emit("move", { box: this.getBox(), center: [lng, lat], zoom: map.getZoom() });
    });
    map.on("click", (event) => this.clicked(event));
    map.on("mousemove", (event) => this.pointed(event));
    map.on("mouseout dragstart", () => this.setHovered(null));
    map.on("dragstart", () => (this.dragging = true));
    map.on("dragend", () => (this.dragging = false));
    this.el.addEventListener("keydown", (event) => {
      if (!this.picking || event.key !== "Enter" || event.target !== this.el) return;
      const { lat, lng } = map.getCenter();
      event.preventDefault();
      this.emitter.emit("click", { lngLat: [lng, lat] });
    });
    this.watchPixelRatio();
  }

  /** The window was moved to another screen, or the page zoomed. */
  private watchPixelRatio(): void {
    window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        this.restyle();
        this.watchPixelRatio();
      },
      { once: true },
    );
  }

  private restyle(): void {
    this.sprites = new Sprites(this.theme, window.devicePixelRatio);
    this.base.restyle(this.baseStyle());
    this.overlay.repaint();
  }

  private baseStyle(): { theme: Theme; emphasis: boolean } {
    return { theme: this.theme, emphasis: this.mode === "territories" };
  }

  /** Asks for the tiles of the view when it has been still for `delay`, or at that pace while it keeps moving. */
  private scheduleView(delay: number): void {
    if (delay === SETTLE) clearTimeout(this.viewTimer);
    else if (this.viewTimer !== undefined) return;
    const wait = delay === SETTLE ? SETTLE : Math.max(0, this.lastView + WHILE_MOVING - performance.now());
    this.viewTimer = setTimeout(() => this.updateView(), wait);
  }

  private updateView(): void {
    clearTimeout(this.viewTimer);
    this.viewTimer = undefined;
    this.lastView = performance.now();
    const box = this.mode === "territories" ? null : boxToWorld(this.getBox());
    this.source.view(box, this.map.getZoom());
  }

  private sceneChanged(): void {
    // Refused tiles can report before the constructor has finished.
    this.overlay?.repaint();
    this.askNames();
  }

  /** Names are placed once for all the tiles that come within a frame. */
  private askNames(): void {
    if (this.namesAsked !== 0) return;
    this.namesAsked = requestAnimationFrame(() => {
      this.namesAsked = 0;
      const zoom = this.map.getZoom();
      this.names.place(boxToWorld(this.getBox()), zoom, this.source.scene, this.theme, (key) => this.base.outlines(key));
      this.overlay.repaint();
    });
  }

  private paint(ctx: CanvasRenderingContext2D, frame: Frame): void {
    const { scene } = this.source;
    const find = (ref: string | null | undefined): number => (ref == null ? -1 : findRef(scene, ref));
    if (this.names.zoom === frame.zoom) paintLabels(ctx, frame, this.names.placed, this.theme);
    const light = [...new Set([find(this.highlighted), find(this.hovered)])].filter((i) => i >= 0);
    const chosen = find(this.selected?.ref);
    paintScene(ctx, frame, scene, this.theme, this.sprites, [...light, chosen]);
    const ring = (i: number, colour: string, width: number): void => {
      const x = (scene.x[i] ?? 0) * frame.worldPixels - frame.left;
      const y = (scene.y[i] ?? 0) * frame.worldPixels - frame.top;
      paintRing(ctx, x, y, symbolRadius(scene, i, frame.zoom), colour, this.theme, width);
      paintSymbol(ctx, frame, scene, i, this.theme, this.sprites);
    };
    for (const i of light) if (i !== chosen) ring(i, this.theme.colours.highlight, 2);
    if (chosen >= 0) ring(chosen, this.theme.colours.select, 3);
    else if (this.selected?.lngLat) {
      const [x, y] = toWorld(this.selected.lngLat);
      const [px, py] = [x * frame.worldPixels - frame.left, y * frame.worldPixels - frame.top];
      paintRing(ctx, px, py, placeRadius(frame.zoom, 3), this.theme.colours.select, this.theme, 3);
    }
  }

  private at(latLng: L.LatLng, reach: number): number {
    const [x, y] = toWorld([latLng.lng, latLng.lat]);
    const zoom = this.map.getZoom();
    return hit(this.source.scene, x, y, TILE_SIZE * 2 ** zoom, zoom, reach);
  }

  private clicked(event: L.LeafletMouseEvent): void {
    if (this.picking) {
      this.emitter.emit("click", { lngLat: [event.latlng.lng, event.latlng.lat] });
      return;
    }
    if (this.editing) return;
    const touch = (event.originalEvent as Partial<PointerEvent>).pointerType === "touch";
    const i = this.at(event.latlng, touch ? REACH_TOUCH : REACH_MOUSE);
    if (i < 0) {
      this.emitter.emit("select", { hit: null });
      return;
    }
    const found = this.describeHit(i);
    if ("ref" in found) {
      this.emitter.emit("select", { hit: found });
      return;
    }
    const size = this.map.getSize();
    const zoom = this.map.getZoom();
    this.setView(found.lngLat, found.count === 1 ? PLACE_ZOOM : zoom + zoomStep(size.x, size.y));
  }

  private pointed(event: L.LeafletMouseEvent): void {
    if (this.picking || this.editing || this.dragging) return;
    this.setHovered(this.at(event.latlng, REACH_MOUSE));
  }

  private lastHover = -1;
  private lastScene: unknown = null;

  private setHovered(i: number | null): void {
    const index = i ?? -1;
    if (index === this.lastHover && (index < 0 || this.lastScene === this.source.scene)) return;
    this.lastHover = index;
    this.lastScene = this.source.scene;
    this.el.classList.toggle("map-over-symbol", index >= 0);
    const found = index < 0 ? null : this.describeHit(index);
    const ref = found && "ref" in found ? found.ref : null;
    if (ref !== this.hovered) {
      this.hovered = ref;
      this.overlay.repaint();
    }
    const at = found ? this.map.latLngToContainerPoint(toLatLng(found.lngLat)) : L.point(0, 0);
    this.emitter.emit("hover", { hit: found, x: Math.round(at.x), y: Math.round(at.y) });
  }

  private describeHit(i: number): PlaceHit | ClusterHit {
    const { scene } = this.source;
    const tile = scene.tile[i];
    const n = scene.index[i] ?? 0;
    const { lat, lng } = this.map.unproject(
      L.point(scene.x[i] ?? 0, scene.y[i] ?? 0).multiplyBy(TILE_SIZE * 2 ** MAX_ZOOM),
      MAX_ZOOM,
    );
    const lngLat: LngLat = [lng, lat];
    if (!tile || tile.clusters) {
      const shares = sharesOf(scene, i);
      const byStatus = Object.fromEntries(STATUSES.map((status, s) => [status, shares[s] ?? 0]));
      return { count: tile?.count[n] ?? 1, byStatus, lngLat };
    }
    return {
      ref: tile.ref[n] ?? "",
      name: tile.name[n] ?? "",
      status: STATUSES[tile.status[n] ?? 0] ?? "",
      kind: tile.kind[n] ?? "",
      product: tile.product[n] ?? "",
      service: tile.service[n] ?? "",
      intensity: tile.intensity[n] ?? 0,
      lngLat,
    };
  }

  /** A ripple where something has just come or changed, so that the eye finds it. */
  private showNews(places: { x: number; y: number }[]): void {
    if (this.still.matches) return;
    for (const { x, y } of places) {
      const at = this.map.unproject(L.point(x, y).multiplyBy(TILE_SIZE * 2 ** MAX_ZOOM), MAX_ZOOM);
      const ripple = document.createElement("span");
      const icon = L.divIcon({ html: ripple, className: "map-news", iconSize: [48, 48] });
      const marker = L.marker(at, { icon, interactive: false, keyboard: false, pane: "symbols" }).addTo(this.map);
      ripple.addEventListener("animationend", () => marker.remove());
    }
  }
}

const toLatLng = ([lon, lat]: LngLat): L.LatLng => L.latLng(lat, lon);
