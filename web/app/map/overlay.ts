/**
 * One canvas for all tiles, somewhat larger than the view: symbols are never cut at the edge of a tile and each is
 * drawn once. It travels with the map while panning, is scaled during a zoom, and is repainted when either ends.
 */
import * as L from "leaflet";
import { partsOf } from "./parts";
import { TILE_SIZE } from "./tilemath";
import type { PixelBox, WorldBox } from "./tilemath";

/** How far the canvas reaches beyond the view on each side, in CSS pixels, so that what is dragged has an edge to show. */
const MARGIN = 160;

/** A zoom's transition lasts 250 ms; when its end has not been told by then, it is not told at all. */
const ZOOM_LIMIT = 400;

/** What a painter needs to know: sizes in CSS pixels, the corner in world pixels at this zoom. */
export interface Frame {
  zoom: number;
  left: number;
  top: number;
  width: number;
  height: number;
  ratio: number;
  /** Side of the whole world at this zoom, in pixels. */
  worldPixels: number;
  /** What of the canvas is painted, in its CSS pixels: boxes that do not overlap; all of it when absent. */
  parts?: readonly PixelBox[];
}

export interface OverlayOptions {
  /** What is painted covers all that was asked for, so that nothing below shows. */
  opaque?: boolean;
  /** A canvas with nothing to paint costs as much on the screen as a full one, and its context as much as a painting: while blank it has neither. */
  blank?: () => boolean;
  /** Only what is in view until {@link CanvasOverlay.widen}: with its margins a canvas has twice the memory, which is most of what a first painting costs. */
  narrow?: boolean;
}

/** A member of Leaflet that its types leave out. */
interface LeafletInternals {
  _latLngToNewLayerPoint(latLng: L.LatLng, zoom: number, center: L.LatLng): L.Point;
}

export class CanvasOverlay extends L.Layer {
  private readonly canvas = document.createElement("canvas");
  private map: L.Map | null = null;
  private corner = L.point(0, 0);
  private painted: { topLeft: L.LatLng; zoom: number } | null = null;
  private zooming = false;
  private ending: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  /** What has changed since the last painting; null when all of it may have. */
  private parts: readonly WorldBox[] | null = null;

  private readonly opaque: boolean;
  private readonly blank: () => boolean;
  private margin: number;

  constructor(
    private readonly paint: (ctx: CanvasRenderingContext2D, frame: Frame) => void,
    pane: string,
    { opaque = false, blank = () => false, narrow = false }: OverlayOptions = {},
  ) {
    super();
    // Leaflet's Layer takes no options of its own accord.
    L.Util.setOptions(this, { pane });
    this.opaque = opaque;
    this.blank = blank;
    this.margin = narrow ? 0 : MARGIN;
    this.canvas.hidden = true;
    this.canvas.className = "leaflet-zoom-animated map-overlay";
    this.canvas.setAttribute("aria-hidden", "true");
  }

  override onAdd(map: L.Map): this {
    this.map = map;
    this.getPane()?.appendChild(this.canvas);
    this.repaint();
    return this;
  }

  override onRemove(): this {
    cancelAnimationFrame(this.asked);
    clearTimeout(this.ending);
    this.canvas.remove();
    this.map = null;
    return this;
  }

  override getEvents(): Record<string, L.LeafletEventHandlerFn> {
    return {
      zoomanim: (event) => this.animate(event as L.ZoomAnimEvent),
      zoom: () => this.follow(),
      move: () => this.keepCovered(),
      moveend: () => this.finish(),
      viewreset: () => this.finish(),
      resize: () => this.finish(),
    };
  }

  /** Asks for a repaint before the next frame; with `parts`, of those parts of the world alone. */
  repaint(parts?: readonly WorldBox[]): void {
    if (this.zooming) return;
    this.parts = this.asked === 0 ? (parts ?? null) : parts && this.parts ? [...this.parts, ...parts] : null;
    if (this.asked !== 0) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      if (!this.zooming) this.paintNow(this.parts);
    });
  }

  /** From now on the canvas reaches beyond the view. */
  widen(): void {
    this.margin = MARGIN;
    this.repaint();
  }

  private finish(): void {
    this.zooming = false;
    clearTimeout(this.ending);
    this.paintNow();
  }

  private paintNow(changed: readonly WorldBox[] | null = null): void {
    const map = this.map;
    const blank = this.blank();
    this.canvas.hidden = blank;
    if (blank) this.painted = null;
    if (!map || blank) return;
    const size = map.getSize();
    const ratio = window.devicePixelRatio;
    const width = size.x + 2 * this.margin;
    const height = size.y + 2 * this.margin;
    const resized = this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio);
    if (resized) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    // Once it has its size, or it would have memory for another one first.
    const ctx = this.canvas.getContext("2d", { alpha: !this.opaque });
    if (!ctx) return;
    const zoom = map.getZoom();
    // A part is painted where the canvas is; all of it, where it has to be from now on. A canvas of another size is empty.
    const whole = changed === null || resized || this.painted?.zoom !== zoom;
    if (whole) {
      this.corner = map.containerPointToLayerPoint([-this.margin, -this.margin]).round();
      L.DomUtil.setPosition(this.canvas, this.corner);
    }
    const world = map.getPixelOrigin().add(this.corner);
    if (whole) this.painted = { topLeft: map.unproject(world, zoom), zoom };
    const worldPixels = TILE_SIZE * 2 ** zoom;
    const frame = { zoom, left: world.x, top: world.y, width, height, ratio, worldPixels };
    const parts = whole ? undefined : partsOf(changed, frame);
    if (parts?.length === 0) return;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.save();
    if (parts) {
      ctx.beginPath();
      for (const { left, top, right, bottom } of parts) ctx.rect(left, top, right - left, bottom - top);
      ctx.clip();
    }
    if (!this.opaque) ctx.clearRect(0, 0, width, height);
    this.paint(ctx, { ...frame, parts });
    ctx.restore();
  }

  private animate({ zoom, center }: L.ZoomAnimEvent): void {
    if (!this.map) return;
    this.zooming = true;
    this.transform(zoom, center);
    // Leaflet tells no end when the same view is set again within a frame: nothing would be painted any more.
    clearTimeout(this.ending);
    this.ending = setTimeout(() => this.finish(), ZOOM_LIMIT);
  }

  /** A pinch has no transition: the canvas follows the fingers. */
  private follow(): void {
    if (!this.map || this.zooming || this.map.getZoom() === this.painted?.zoom) return;
    this.transform(this.map.getZoom(), this.map.getCenter());
  }

  private transform(zoom: number, center: L.LatLng): void {
    const { map, painted } = this;
    if (!map || !painted) return;
    const offset = (map as unknown as LeafletInternals)._latLngToNewLayerPoint(painted.topLeft, zoom, center);
    L.DomUtil.setTransform(this.canvas, offset, map.getZoomScale(zoom, painted.zoom));
  }

  /** A long drag would show the end of the canvas. */
  private keepCovered(): void {
    const { map, painted } = this;
    if (!map || this.zooming || map.getZoom() !== painted?.zoom) return;
    const moved = map.containerPointToLayerPoint([-this.margin, -this.margin]).subtract(this.corner);
    if (Math.max(Math.abs(moved.x), Math.abs(moved.y)) > this.margin * 0.75) this.repaint();
  }
}
