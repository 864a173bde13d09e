/**
 * One canvas above all tiles, somewhat larger than the view: symbols are never cut at the edge of a tile and each is
 * drawn once. It travels with the map while panning, is scaled during a zoom, and is repainted when either ends.
 */
import * as L from "leaflet";

/** How far the canvas reaches beyond the view on each side, in CSS pixels. */
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
}

/** Two members of Leaflet that its types leave out. */
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

  constructor(
    private readonly paint: (ctx: CanvasRenderingContext2D, frame: Frame) => void,
    pane: string,
  ) {
    super({ pane });
    this.canvas.className = "leaflet-zoom-animated map-overlay";
    this.canvas.setAttribute("aria-hidden", "true");
  }

  override onAdd(map: L.Map): this {
    this.map = map;
    this.getPane()?.appendChild(this.canvas);
    this.paintNow();
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

  /** Asks for a repaint before the next frame. */
  repaint(): void {
    if (this.asked !== 0 || this.zooming) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      if (!this.zooming) this.paintNow();
    });
  }

  private finish(): void {
    this.zooming = false;
    clearTimeout(this.ending);
    this.paintNow();
  }

  private paintNow(): void {
    const map = this.map;
    const ctx = this.canvas.getContext("2d");
    if (!map || !ctx) return;
    const size = map.getSize();
    const ratio = window.devicePixelRatio;
    const width = size.x + 2 * MARGIN;
    const height = size.y + 2 * MARGIN;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.corner = map.containerPointToLayerPoint([-MARGIN, -MARGIN]).round();
    L.DomUtil.setPosition(this.canvas, this.corner);
    const world = map.getPixelOrigin().add(this.corner);
    const zoom = map.getZoom();
    this.painted = { topLeft: map.unproject(world, zoom), zoom };
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    this.paint(ctx, { zoom, left: world.x, top: world.y, width, height, ratio, worldPixels: 256 * 2 ** zoom });
  }

  private animate({ zoom, center }: L.ZoomAnimEvent): void {
    if (!this.map || !this.painted) return;
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
    const moved = map.containerPointToLayerPoint([-MARGIN, -MARGIN]).subtract(this.corner);
    if (Math.max(Math.abs(moved.x), Math.abs(moved.y)) > MARGIN * 0.75) this.repaint();
  }
}
