/**
 * What the map offers to the rest of the application. Everything that touches Leaflet stays in this folder;
 * the shell speaks to it in these types only. Positions are WGS 84, longitude first, in degrees.
 *
 * The shell bundles `leaflet/dist/leaflet.css`; `index.ts` imports its own `map.css`.
 */

/** Longitude and latitude, in degrees. */
export type LngLat = [lon: number, lat: number];

/** West, south, east, north, in degrees. */
export type Box = [west: number, south: number, east: number, north: number];

/** What the map shows: places (clusters below zoom 9), clusters at every zoom, heat, or the territories alone. */
export type MapMode = "points" | "clusters" | "heat" | "territories";

/** Values of the theme; the colours themselves are CSS custom properties, see {@link THEME_VARIABLES}. */
export type MapTheme = "light" | "dark";

/** One place under the pointer, as the tile tells it. */
export interface PlaceHit {
  ref: string;
  name: string;
  status: string;
  kind: string;
  product: string;
  service: string;
  /** 1 to 5, 0 when unknown. */
  intensity: number;
  lngLat: LngLat;
}

/** A group of places, or (count 1) a single place at a zoom where places have no identity yet. */
export interface ClusterHit {
  count: number;
  byStatus: Record<string, number>;
  lngLat: LngLat;
}

/** A link between two places, as tiles tell it. */
export interface LinkHit {
  id: string;
  kind: string;
  /** "" where it is not known. */
  means: string;
  network: string;
  strength: number;
  /** References of its ends. */
  from: string;
  to: string;
  directed: boolean;
  /** It does not hold any more on the day that is shown. */
  ended: boolean;
  lngLat: LngLat;
}

/** Links from one territory to another, or within one. */
export interface FlowHit {
  links: number;
  strength: number;
  /** Codes of territories, equal for what stays within one. */
  from: string;
  to: string;
  directed: boolean;
  /** "" when they differ or are not known. */
  means: string;
  byKind: Record<string, number>;
  lngLat: LngLat;
}

/** A network that is drawn over everything else: the part of it that the viewer sees, positions known. */
export interface NetworkShown {
  places: readonly PlaceHit[];
  links: readonly (Omit<LinkHit, "lngLat"> & { fromId: string; toId: string; fromAt: LngLat; toAt: LngLat })[];
}

/** What may be drawn or not. */
export type MapLayer = "points" | "sites" | "links";

/** Query strings of the filters of what is drawn, without `?`. */
export type LayerQueries = Record<MapLayer, string>;

/** Strings in the language of the interface. */
export interface Labels {
  /** Accessible name of the map, e.g. « Carte des points de deal ». */
  map: string;
  /** Read after the name: which keys move the map, and that the list holds the same content. */
  mapHelp: string;
  /** e.g. « Zoom avant ». */
  zoomIn: string;
  /** e.g. « Zoom arrière ». */
  zoomOut: string;
  /** Plain text shown in the corner: sources of the outlines, synthetic data. */
  attribution: string;
  /** Announced while a marker moves; `{lat}` and `{lon}` are replaced, e.g. « Latitude {lat}, longitude {lon} ». */
  position: string;
}

export interface MapOptions {
  labels: Labels;
  center: LngLat;
  zoom: number;
  theme: MapTheme;
  /** What the shell shows over the map: names keep clear of it. */
  covers?(): Iterable<Element>;
  /** The viewer may see aggregates only: clusters at every zoom, never places. */
  aggregatesOnly?: boolean;
  /** Word for a status, used in the names of things that a screen reader meets. */
  statusLabel(status: string): string;
}

/** A position that is not on the map: a row of a list on its way in. */
export interface Mark {
  id: string;
  lngLat: LngLat;
  /** One character that tells what it is, so that colour is never alone. */
  sign: string;
}

export interface MapEvents {
  /** The view has come to rest somewhere else. */
  move: { box: Box; center: LngLat; zoom: number };
  /** A place was clicked, or (null) the ground or a link. A click on a cluster zooms and selects nothing. */
  select: { hit: PlaceHit | null };
  /** A link or a flow was clicked, at a position in pixels of the map element. */
  link: { hit: LinkHit | FlowHit; x: number; y: number };
  /** What the pointer is over, with its position in pixels of the map element; null when it leaves. */
  hover: { hit: PlaceHit | ClusterHit | LinkHit | FlowHit | null; x: number; y: number };
  /** A position was chosen in cross-hair mode ({@link MapView.pick}), by pointer or by Enter at the centre. */
  click: { lngLat: LngLat };
  /** A mark was clicked ({@link MapView.mark}); what lies under it is not. */
  mark: { id: string };
  /** Hexagons of heat have another width (metres, null when none are shown), or their classes begin at other counts. */
  heat: { width: number | null; steps: readonly number[] };
  /** Number of tile requests under way, when it changes. */
  loading: { pending: number };
  /** A tile was refused: HTTP status, or 0 when the server did not answer. Once per status until a tile succeeds. */
  error: { status: number };
}

/** One of two records that may be one place. */
export interface PairPoint {
  lngLat: LngLat;
  /** Written beside it. */
  label: string;
  /** Metres around it within which the place may lie, 0 when that is not known. */
  radius: number;
  /** Drawn as a disc, or as a square. */
  square: boolean;
}

/** A marker being placed by the person. */
export interface EditSession {
  /** Removes the marker without calling onDone or onCancel. */
  stop(): void;
  /** Moves the marker (coordinates typed in a form) without calling onMove. */
  moveTo(p: LngLat): void;
}

export interface EditOptions {
  /** The marker has moved: by drag, by arrow key, or by a click on the map. */
  onMove(p: LngLat): void;
  /** Enter on the marker. */
  onDone(p: LngLat): void;
  /** Escape on the marker. The marker stays until stop(). */
  onCancel(): void;
  /** Puts a text in a live region. */
  announce(text: string): void;
  /** Accessible name of the marker: says what it is and which keys move it. */
  label: string;
}

export interface MapView {
  /** Listens; the returned function stops listening. */
  on<K extends keyof MapEvents>(kind: K, fn: (event: MapEvents[K]) => void): () => void;
  /** All that the first view asks for is on the map, or has been waited for long enough. */
  readonly drawn: Promise<void>;
  /** Same query strings as the lists' filters; what is drawn stays until the new tiles are there. */
  setFilter(queries: LayerQueries): void;
  /** Draws these and no others; points alone at first. */
  setLayers(layers: readonly MapLayer[]): void;
  /** Draws a network over everything else, which is dimmed; null takes it back. */
  showNetwork(network: NetworkShown | null): void;
  /** Restyles from what is loaded. The CSS custom properties must have their new values already. */
  setTheme(theme: MapTheme): void;
  setMode(mode: MapMode): void;
  setView(center: LngLat, zoom: number): void;
  fitBox(box: Box): void;
  getBox(): Box;
  getZoom(): number;
  /** Rings a place; lngLat draws the ring even where the place is inside a cluster or not loaded. */
  select(ref: string | null, lngLat?: LngLat): void;
  /** Rings a place lightly (the pointer or the focus is on its row in the list). */
  highlight(ref: string | null): void;
  /** Draws positions above everything else, one of them as chosen; an empty list takes them away. */
  mark(marks: readonly Mark[], chosen?: string | null): void;
  /** Names `14/x/y` from the live stream: fetches anew the shown tiles that hold them, and swaps in place. */
  refresh(tiles: string[]): void;
  /** A link has changed: fetches anew the tiles of links that are shown. */
  refreshLinks(): void;
  /** Any place may have changed: fetches all tiles of places, links and heat anew, at the pace that the server answers. */
  refreshPlaces(): void;
  /** Fetches every shown tile anew (after a sign-in, or when the live stream was interrupted). */
  refreshAll(): void;
  /** Puts a marker that drag, arrow keys (Shift: larger steps), or a click on the map moves. One at a time. */
  edit(start: LngLat, options: EditOptions): EditSession;
  /** Draws two records that may be one place and what lies between; null takes them away. */
  pairOverlay(points: readonly PairPoint[] | null): void;
  /** Cross-hair mode: the next clicks choose a position and select nothing. */
  pick(on: boolean): void;
  /** The element has changed size for another reason than the window (a panel was opened). */
  resize(): void;
  destroy(): void;
}

/** Statuses in the order of their life; their index is what tiles are decoded to. */
export const STATUSES = ["reported", "active", "disrupted", "dormant", "closed"] as const;

/**
 * CSS custom properties that the map reads from its element, and why. Any colour that CSS knows. Each has a
 * default for both themes in `theme.ts`, so that a missing one is never invisible.
 */
export const THEME_VARIABLES = {
  sea: "--map-sea",
  land: "--map-land",
  /** Land outside the national territory. */
  abroad: "--map-abroad",
  water: "--map-water",
  /** Outline of départements. */
  border: "--map-border",
  /** Outline of régions, and of everything in the mode « territories ». */
  borderStrong: "--map-border-strong",
  /** Outline of communes. */
  borderFine: "--map-border-fine",
  /** Priority neighbourhoods (QPV), filled. */
  quarter: "--map-quarter",
  label: "--map-label",
  labelHalo: "--map-label-halo",
  /** Line around every symbol, so that touching ones stay apart. */
  casing: "--map-casing",
  /** Ring of the selected place. */
  select: "--map-select",
  /** Ring of the place that is hovered in the list. */
  highlight: "--map-highlight",
  clusterFill: "--cluster-fill",
  clusterText: "--cluster-text",
  reported: "--status-reported",
  active: "--status-active",
  disrupted: "--status-disrupted",
  dormant: "--status-dormant",
  closed: "--status-closed",
} as const;
