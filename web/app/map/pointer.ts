/** What the pointer and the keyboard do on the map: hover, select, open a cluster, pick a position. */
import * as L from "leaflet";
import { zoomStep } from "./cluster";
import type { Emitter } from "./events";
import { describeHit, isPlace } from "./hits";
import { hit } from "./scene";
import type { Scene } from "./scene";
import { TILE_SIZE, toWorld } from "./tilemath";
import type { FlowHit, LinkHit, LngLat, Mark } from "./types";

/** Zoom at which a single place, clicked where it still has no identity, is shown. */
const PLACE_ZOOM = 13;

/** How far beside a symbol still counts as on it, in CSS pixels. */
const REACH_MOUSE = 4;
const REACH_TOUCH = 16;

/** How far beside a line still counts as on it. */
const LINE_MOUSE = 6;
const LINE_TOUCH = 16;

export interface PointerHost {
  map: L.Map;
  emitter: Emitter;
  scene(): Scene;
  /** The link or flow at a position in world coordinates, not farther than the tolerance in CSS pixels. */
  link(x: number, y: number, tolerance: number): LinkHit | FlowHit | null;
  /** The line under the pointer may be another one. */
  onLine(hit: LinkHit | FlowHit | null): void;
  /** A marker is being placed: clicks are for it. */
  editing(): boolean;
  /** The mark at a position in world coordinates. */
  mark(x: number, y: number): Mark | null;
  /** The place under the pointer is another one; its ring must be drawn. */
  onHovered(): void;
  setView(center: LngLat, zoom: number): void;
}

export class Pointer {
  /** Reference of the place under the pointer. */
  hovered: string | null = null;
  private picking = false;
  private dragging = false;
  private index = -1;
  private line: LinkHit | FlowHit | null = null;
  private scene: Scene | null = null;

  constructor(private readonly host: PointerHost) {
    const { map } = host;
    map.on("click", (event) => this.clicked(event));
    map.on("mousemove", (event) => this.pointed(event));
    map.on("mouseout dragstart zoomanim", () => this.leave());
    map.on("dragstart", () => (this.dragging = true));
    map.on("dragend", () => (this.dragging = false));
    map.getContainer().addEventListener("keydown", (event) => this.key(event));
  }

  /** Cross-hair mode: clicks choose positions. */
  pick(on: boolean): void {
    this.picking = on;
    this.host.map.getContainer().classList.toggle("map-picking", on);
    this.leave();
  }

  /** Nothing is under the pointer any longer. */
  leave(): void {
    this.hover(-1);
    this.overLine(null, L.point(0, 0));
  }

  private overLine(line: LinkHit | FlowHit | null, at: L.Point): void {
    if (!line && !this.line) return;
    const left = this.line !== null && line === null;
    this.line = line;
    this.host.onLine(line);
    if (line) this.host.map.getContainer().classList.add("map-over-symbol");
    // What took the line's place has told of itself already.
    else if (this.index >= 0) return;
    if (line || left) this.host.emitter.emit("hover", { hit: line, x: Math.round(at.x), y: Math.round(at.y) });
  }

  private at(latLng: L.LatLng, reach: number): number {
    const [x, y] = toWorld([latLng.lng, latLng.lat]);
    const zoom = this.host.map.getZoom();
    return hit(this.host.scene(), x, y, TILE_SIZE * 2 ** zoom, zoom, reach);
  }

  private clicked(event: L.LeafletMouseEvent): void {
    const { emitter, map } = this.host;
    if (this.picking) {
      emitter.emit("click", { lngLat: [event.latlng.lng, event.latlng.lat] });
      return;
    }
    if (this.host.editing()) return;
    const mark = this.host.mark(...toWorld([event.latlng.lng, event.latlng.lat]));
    if (mark) return emitter.emit("mark", { id: mark.id });
    const touch = (event.originalEvent as Partial<PointerEvent>).pointerType === "touch";
    const i = this.at(event.latlng, touch ? REACH_TOUCH : REACH_MOUSE);
    const found = i < 0 ? null : describeHit(this.host.scene(), i);
    if (found === null) {
      emitter.emit("select", { hit: null });
      const line = this.host.link(...toWorld([event.latlng.lng, event.latlng.lat]), touch ? LINE_TOUCH : LINE_MOUSE);
      if (line) emitter.emit("link", { hit: line, x: Math.round(event.containerPoint.x), y: Math.round(event.containerPoint.y) });
      return;
    }
    if (isPlace(found)) return emitter.emit("select", { hit: found });
    const size = map.getSize();
    this.host.setView(found.lngLat, found.count === 1 ? PLACE_ZOOM : map.getZoom() + zoomStep(size.x, size.y));
  }

  private pointed(event: L.LeafletMouseEvent): void {
    if (this.picking || this.dragging || this.host.editing()) return;
    const i = this.at(event.latlng, REACH_MOUSE);
    this.hover(i);
    this.overLine(i < 0 ? this.host.link(...toWorld([event.latlng.lng, event.latlng.lat]), LINE_MOUSE) : null, event.containerPoint);
    if (this.host.mark(...toWorld([event.latlng.lng, event.latlng.lat]))) this.host.map.getContainer().classList.add("map-over-symbol");
    else if (this.index < 0 && !this.line) this.host.map.getContainer().classList.remove("map-over-symbol");
  }

  private key(event: KeyboardEvent): void {
    const { map, emitter } = this.host;
    if (!this.picking || event.key !== "Enter" || event.target !== map.getContainer()) return;
    const { lat, lng } = map.getCenter();
    event.preventDefault();
    emitter.emit("click", { lngLat: [lng, lat] });
  }

  private hover(index: number): void {
    const { map, emitter } = this.host;
    const scene = this.host.scene();
    if (index === this.index && (index < 0 || this.scene === scene)) return;
    this.index = index;
    this.scene = scene;
    map.getContainer().classList.toggle("map-over-symbol", index >= 0);
    const found = index < 0 ? null : describeHit(scene, index);
    const ref = found && isPlace(found) ? found.ref : null;
    if (ref !== this.hovered) {
      this.hovered = ref;
      this.host.onHovered();
    }
    const at = found ? map.latLngToContainerPoint([found.lngLat[1], found.lngLat[0]]) : L.point(0, 0);
    emitter.emit("hover", { hit: found, x: Math.round(at.x), y: Math.round(at.y) });
  }
}
