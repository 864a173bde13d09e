/** The map: wires Leaflet, the tiles and the drawing together behind {@link MapView}. */
import type * as L from "leaflet";
import "./map.css";
import { addControls, controlRects } from "./controls";
import { Editing } from "./editmarker";
import { Ground } from "./ground";
import type { GroundStyle } from "./groundpaint";
import type { HeatLayer } from "./heat";
import type { Rect } from "./labels";
import { boxInView, describe, endZoom, onPixelRatio, openMap, toLatLng, viewOf } from "./leaflet";
import type { LinkLayer } from "./linklayer";
import { Emitter, Traffic } from "./events";
import { FirstDrawn } from "./firstdrawn";
import { LivePace } from "./livepace";
import { markAt } from "./marks";
import { Naming } from "./naming";
import { CanvasOverlay } from "./overlay";
import type { Frame } from "./overlay";
import { paintLabels, paintScene } from "./painter";
import { EMPTY_SCENE, JoinedScenes } from "./scene";
import type { Scene } from "./scene";
import { Pointer } from "./pointer";
import { noRings, paintRings } from "./rings";
import type { Ringed } from "./rings";
import { ripple } from "./ripple";
import { Sprites } from "./shapes";
import { SymbolSource } from "./symbolsource";
import { readTheme } from "./theme";
import type { Theme } from "./theme";
import { TileBatches } from "./tilebatch";
import { MAX_CLUSTER_ZOOM, MAX_TILE_ZOOM, TILE_SIZE, boxToWorld } from "./tilemath";
import type { WorldBox } from "./tilemath";
import type {
  Box,
  EditOptions,
  EditSession,
  LayerQueries,
  LngLat,
  MapEvents,
  MapLayer,
  MapMode,
  MapOptions,
  MapTheme,
  MapView,
  NetworkShown,
  PairPoint,
  Mark,
} from "./types";
import { ViewPace } from "./viewpace";

export * from "./types";

export function createMap(el: HTMLElement, options: MapOptions): MapView {
  return new LeafletMap(el, options);
}

class LeafletMap implements MapView {
  private readonly map: L.Map;
  private readonly emitter = new Emitter();
  private readonly ground: Ground;
  private readonly source: SymbolSource;
  private readonly sites: SymbolSource;
  private readonly overlay: CanvasOverlay;
  /** Apart from the symbols, so that hovering does not draw thousands of them again. */
  private readonly rings: CanvasOverlay;
  private readonly pointer: Pointer;
  private theme: Theme;
  private sprites: Sprites;
  private mode: MapMode = "points";
  /** Once somebody has looked at heat. */
  private heat: HeatLayer | null = null;
  /** Once somebody has looked at links, or at one network. */
  private links: LinkLayer | null = null;
  private network: NetworkShown | null = null;
  private layers: readonly MapLayer[] = ["points"];
  private readonly joined = new JoinedScenes();
  private queries: LayerQueries = { points: "", sites: "", links: "" };
  private gone = false;
  private readonly firstDrawn: FirstDrawn;
  private readonly traffic = new Traffic(this.emitter);
  private readonly batches = new TileBatches();
  private readonly naming = new Naming({
    traffic: this.traffic,
    repaint: () => this.overlay.repaint(),
    view: () => ({
      view: boxToWorld(this.getBox()),
      zoom: this.map.getZoom(),
      scene: this.scene,
      theme: this.theme,
      settled: this.traffic.idle,
      controls: this.controls(),
      outlines: (key) => this.ground.outlines(key),
    }),
  });
  private selected: { ref: string; lngLat: LngLat | null } | null = null;
  private highlighted: string | null = null;
  private pair: readonly PairPoint[] = [];
  private marks: { all: readonly Mark[]; chosen: string | null } = { all: [], chosen: null };
  private readonly editing: Editing;
  private readonly views = new ViewPace(() => this.updateView());
  private readonly live = new LivePace(
    (names) => {
      this.source.refresh(names);
      this.sites.refresh(names);
      this.heat?.refresh(names);
    },
    () => this.links?.renewAll(),
  );
  /** Takes back what was done to the element and the window. */
  private readonly undo: readonly (() => void)[];
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
    this.map = openMap(el, options.center, options.zoom, !this.still.matches);
    this.undo = [describe(el, options.labels), onPixelRatio(() => this.restyle())];
    this.map.createPane("symbols");
    this.editing = new Editing(this.map, options.labels.position);
    const { traffic } = this;
    const reports = { onError: traffic.failed, onSuccess: traffic.succeeded, ask: this.batches.ask };
    const scenes = {
      onScene: (parts: readonly WorldBox[] | undefined, live: boolean) => this.sceneChanged(parts, live),
      onNews: (places: { x: number; y: number }[]) => {
        if (!this.still.matches) ripple(this.map, places, this.theme.colours.highlight, "symbols");
      },
    };
    this.ground = new Ground(this.groundStyle(), { ...reports, onPending: traffic.meter(), onChange: (part) => this.groundChanged(part) });
    this.source = new SymbolSource(this.queries.points, {
      ...reports,
      clustersTo: this.clustersTo(),
      countsOnly: options.aggregatesOnly,
      onPending: traffic.meter(),
      ...scenes,
    });
    this.sites = new SymbolSource(this.queries.sites, { ...reports, layer: "sites", clustersTo: -1, onPending: traffic.meter(), ...scenes });
    this.overlay = new CanvasOverlay((ctx, frame) => this.paint(ctx, frame), "symbols", { opaque: true, narrow: true });
    this.rings = new CanvasOverlay((ctx, frame) => paintRings(ctx, frame, this.ringed()), "symbols", { blank: () => noRings(this.ringed()) });
    addControls(this.map, options.labels);
    this.pointer = new Pointer({
      map: this.map,
      emitter: this.emitter,
      scene: () => this.scene,
      link: (x, y, tolerance) => (this.editing.active ? null : (this.links?.at(x, y, TILE_SIZE * 2 ** this.map.getZoom(), tolerance) ?? null)),
      onLine: (hit) => {
        if (this.links?.hover(hit)) this.overlay.repaint();
      },
      editing: () => this.editing.active,
      mark: (x, y) => markAt(this.marks.all, x, y, TILE_SIZE * 2 ** this.map.getZoom()),
      onHovered: () => this.rings.repaint(),
      setView: (center, zoom) => this.setView(center, zoom),
    });
    this.firstDrawn = new FirstDrawn(() => {
      this.overlay.addTo(this.map);
      this.rings.addTo(this.map);
    }, () => this.overlay.widen());
    this.listen();
    this.views.follow(this.map);
  }

  get drawn(): Promise<void> {
    return this.firstDrawn.promise;
  }

  on<K extends keyof MapEvents>(kind: K, fn: (event: MapEvents[K]) => void): () => void {
    return this.emitter.on(kind, fn);
  }

  setFilter(queries: LayerQueries): void {
    const { points, sites, links } = queries;
    if (points !== this.queries.points) {
      this.source.setFilter(points);
      this.heat?.setFilter(points);
    }
    if (sites !== this.queries.sites) this.sites.setFilter(sites);
    this.links?.setFilter(links);
    this.queries = queries;
  }

  setLayers(layers: readonly MapLayer[]): void {
    this.layers = layers;
    this.pointer.leave();
    if (layers.includes("links")) void this.startLinks();
    this.views.now();
  }

  showNetwork(network: NetworkShown | null): void {
    this.network = network;
    if (network && !this.links) void this.startLinks();
    this.links?.show(network);
    this.pointer.leave();
    this.sceneChanged();
  }

  setTheme(theme: MapTheme): void {
    this.el.dataset["mapTheme"] = theme;
    this.theme = readTheme(theme, getComputedStyle(this.el));
    this.el.style.backgroundColor = this.theme.colours.sea;
    this.restyle();
  }

  setMode(mode: MapMode): void {
    const { emphasis } = this.groundStyle();
    this.mode = mode;
    if (emphasis !== this.groundStyle().emphasis) {
      this.ground.restyle(this.groundStyle());
      this.overlay.repaint();
    }
    this.source.setClusters(this.clustersTo());
    this.pointer.leave();
    if (mode === "heat" && !this.heat) void this.startHeat();
    this.views.now();
  }

  setView(center: LngLat, zoom: number): void {
    endZoom(this.map);
    this.map.setView(toLatLng(center), Math.round(zoom), { animate: this.animates });
  }

  fitBox(box: Box): void {
    const { map } = this;
    const { center, zoom } = viewOf(map, box, this.controls());
    endZoom(map);
    map.setView(center, zoom, { animate: this.animates });
  }

  getBox(): Box {
    return boxInView(this.map);
  }

  getZoom(): number {
    return this.map.getZoom();
  }

  select(ref: string | null, lngLat?: LngLat): void {
    const known = ref !== null && this.selected?.ref === ref ? this.selected.lngLat : null;
    this.selected = ref === null ? null : { ref, lngLat: lngLat ?? known };
    this.rings.repaint();
  }

  highlight(ref: string | null): void {
    if (this.highlighted === ref) return;
    this.highlighted = ref;
    this.rings.repaint();
  }

  mark(marks: readonly Mark[], chosen: string | null = null): void {
    this.marks = { all: marks, chosen };
    this.rings.repaint();
  }

  refresh(tiles: string[]): void {
    this.live.changed(tiles);
  }

  refreshLinks(): void {
    this.live.linked();
  }

  refreshPlaces(): void {
    this.source.renewAll();
    this.sites.renewAll();
    this.links?.renewAll();
    this.heat?.renewAll();
  }

  refreshAll(): void {
    this.ground.refresh();
    this.source.refreshAll();
    this.sites.refreshAll();
    this.links?.refreshAll();
    this.heat?.refreshAll();
  }

  edit(start: LngLat, options: EditOptions): EditSession {
    const session = this.editing.start(start, options);
    this.pointer.leave();
    return session;
  }

  pairOverlay(points: readonly PairPoint[] | null): void {
    this.pair = points ?? [];
    this.overlay.repaint();
    this.rings.repaint();
  }

  pick(on: boolean): void {
    this.pointer.pick(on);
  }

  resize(): void {
    this.map.invalidateSize({ pan: false });
  }

  destroy(): void {
    this.gone = true;
    // Timers of Leaflet outlive its map: what they tell afterwards is heard by nobody.
    endZoom(this.map);
    this.map.off();
    this.views.stop();
    this.live.stop();
    this.firstDrawn.stop();
    this.naming.stop();
    this.editing.stop();
    this.emitter.clear();
    this.source.destroy();
    this.sites.destroy();
    this.links?.destroy();
    this.heat?.destroy();
    this.ground.destroy();
    this.map.remove();
    this.el.classList.remove("map", "map-picking", "map-over-symbol");
    for (const undo of this.undo) undo();
    this.el.replaceChildren();
  }

  /** The first view is there at once: nothing has been shown that the eye could follow. */
  private get animates(): boolean {
    return !this.still.matches && this.views.begun;
  }

  /** What lies over the map, in pixels of its element. */
  private controls(): Rect[] {
    return controlRects(this.el, this.options.covers?.() ?? []);
  }

  private listen(): void {
    const { map } = this;
    map.on("moveend resize", () => this.naming.ask());
    map.on("moveend", () => {
      const { lat, lng } = map.getCenter();
      this.emitter.emit("move", { box: this.getBox(), center: [lng, lat], zoom: map.getZoom() });
    });
    this.emitter.on("loading", ({ pending }) => {
      if (pending > 0) return;
      this.firstDrawn.there();
      this.naming.loaded();
    });
  }

  private restyle(): void {
    this.sprites = new Sprites(this.theme, window.devicePixelRatio);
    this.ground.restyle(this.groundStyle());
    this.overlay.repaint();
    this.rings.repaint();
  }

  private groundStyle(): GroundStyle {
    return { theme: this.theme, emphasis: this.mode === "territories" };
  }

  private updateView(): void {
    const zoom = this.map.getZoom();
    // In the middle of a pinch there are no tiles to ask for; the end of it is another move.
    if (!Number.isInteger(zoom)) return;
    const box = boxToWorld(this.getBox());
    const { single } = this;
    this.ground.view(box, zoom);
    this.source.view(single && this.layers.includes("points") ? box : null, zoom);
    this.sites.view(single && this.layers.includes("sites") && !this.options.aggregatesOnly ? box : null, zoom);
    this.links?.view(this.mode !== "heat" && this.layers.includes("links") ? box : null, zoom);
    this.heat?.view(this.mode === "heat" ? box : null, zoom);
    // The caller may have all the rest of the screen to build first.
    this.batches.send();
  }

  /** Whether the mode shows places, or groups of them. */
  private get single(): boolean {
    return this.mode === "points" || this.mode === "clusters";
  }

  /** All that is drawn of places: points, sites over them, and a network that is shown over all. */
  private get scene(): Scene {
    return this.joined.join(this.source.scene, this.sites.scene, this.links?.places ?? EMPTY_SCENE);
  }

  private ringed(): Ringed {
    const { selected, highlighted, pointer, pair, marks, theme, sprites } = this;
    return { selected, hovered: [highlighted, pointer.hovered], pair, marks, scene: () => this.scene, theme, sprites };
  }

  private clustersTo(): number {
    return this.options.aggregatesOnly || this.mode === "clusters" ? MAX_TILE_ZOOM : MAX_CLUSTER_ZOOM;
  }

  /** Fetches what heat needs. */
  private async startHeat(): Promise<void> {
    const { startHeat } = await import("./heat");
    if (this.heat || this.gone) return;
    this.heat = startHeat({
      map: this.map,
      emitter: this.emitter,
      traffic: this.traffic,
      filter: this.queries.points,
      active: () => this.mode === "heat" && !this.editing.active,
      onChange: () => this.sceneChanged(),
    });
    this.views.now();
  }

  /** Fetches what links need. */
  private async startLinks(): Promise<void> {
    const { LinkLayer } = await import("./linklayer");
    if (this.links || this.gone) return;
    this.links = new LinkLayer({ traffic: this.traffic, filter: this.queries.links, onChange: () => this.overlay.repaint() });
    this.links.show(this.network);
    this.views.now();
    this.sceneChanged();
  }

  private sceneChanged(parts?: readonly WorldBox[], live = false): void {
    this.overlay.repaint(parts);
    // Few things, any of which may have moved here from elsewhere.
    this.rings.repaint();
    this.naming.ask(live);
  }

  private groundChanged(part: WorldBox): void {
    this.overlay.repaint([part]);
    this.naming.ask();
  }

  private paint(ctx: CanvasRenderingContext2D, frame: Frame): void {
    const { names } = this.naming;
    if (this.naming.due(frame)) this.naming.place();
    this.ground.paint(ctx, frame);
    this.heat?.paint(ctx, frame, this.theme);
    // Around two records the names of territories would only lie over theirs.
    if (names.zoom === frame.zoom && this.pair.length === 0) paintLabels(ctx, frame, names.placed, this.theme);
    paintScene(ctx, frame, this.scene, this.theme, this.sprites, () => this.links?.paint(ctx, frame, this.theme));
    this.links?.paintNetwork(ctx, frame, this.theme, this.sprites);
    this.noteDrawn(frame);
  }

  /** Marks, once, that all that the first view asks for is on the map, its names too: what the bench of the browser measures. */
  private noteDrawn({ zoom }: Frame): void {
    if (!this.views.begun || !this.traffic.idle || this.naming.pending || this.naming.names.zoom !== zoom) return;
    this.firstDrawn.now();
  }
}
