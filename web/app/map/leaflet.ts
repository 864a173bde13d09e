/** What the main map asks of Leaflet and of the window around it, and what it adds to its element. */
import * as L from "leaflet";
import type { Rect } from "./labels";
import type { Box, Labels, LngLat } from "./types";

const MIN_ZOOM = 3;
const MAX_ZOOM = 18;

/** A box of a few metres is not shown closer than this. */
const CLOSEST_FIT = 16;

/** Two members of Leaflet that its types leave out. */
interface LeafletInternals {
  _animatingZoom?: boolean;
  _onZoomTransitionEnd(): void;
}

export const toLatLng = ([lon, lat]: LngLat): L.LatLng => L.latLng(lat, lon);

/** A map without controls of its own; it moves at once where it does not `animate`. */
export function openMap(el: HTMLElement, center: LngLat, zoom: number, animate: boolean): L.Map {
  return L.map(el, {
    zoomControl: false,
    attributionControl: false,
    center: toLatLng(center),
    zoom: Math.round(zoom),
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
}

/** Leaflet drops a view that is set while it animates to another one: that one is brought to its end first. */
export function endZoom(map: L.Map): void {
  const internals = map as unknown as LeafletInternals;
  if (internals._animatingZoom) internals._onZoomTransitionEnd();
}

/** What of the world is in view. */
export function boxInView(map: L.Map): Box {
  const bounds = map.getBounds();
  return [Math.max(-180, bounds.getWest()), Math.max(-90, bounds.getSouth()), Math.min(180, bounds.getEast()), Math.min(90, bounds.getNorth())];
}

/** The view that shows all of a box, as close as can be; what lies over the upper edge does not hide its north as far as there is room below it. */
export function viewOf(map: L.Map, [west, south, east, north]: Box, controls: readonly Rect[]): { center: L.LatLng; zoom: number } {
  const zoom = Math.min(CLOSEST_FIT, map.getBoundsZoom([[south, west], [north, east]], false, L.point(48, 48)));
  const [top, bottom] = [map.project([north, west], zoom), map.project([south, east], zoom)];
  const middle = top.add(bottom).divideBy(2);
  const { y: height } = map.getSize();
  const beside = (height - (bottom.y - top.y)) / 2;
  const covered = Math.max(0, ...controls.filter(({ minY }) => minY < height / 4).map(({ maxY }) => maxY));
  middle.y -= Math.max(0, Math.min(covered, 2 * beside - 8) - beside);
  return { center: map.unproject(middle, zoom), zoom };
}

/** A canvas says nothing to a screen reader: the element names itself and points to the list. Returns how to undo it. */
export function describe(el: HTMLElement, labels: Labels): () => void {
  const help = document.createElement("p");
  help.id = "map-help";
  help.className = "map-help";
  help.textContent = labels.mapHelp;
  const aim = document.createElement("div");
  aim.className = "map-aim";
  el.append(help, aim);
  const said = { role: "application", "aria-label": labels.map, "aria-describedby": help.id };
  for (const [name, value] of Object.entries(said)) el.setAttribute(name, value);
  return () => {
    // Leaflet has made the element one that the keyboard reaches.
    for (const name of [...Object.keys(said), "tabindex"]) el.removeAttribute(name);
    help.remove();
    aim.remove();
  };
}

/** Runs when the window was moved to another screen, or the page zoomed; returns how to stop. */
export function onPixelRatio(run: () => void): () => void {
  const stop = new AbortController();
  const listen = (): void => {
    const change = (): void => {
      run();
      listen();
    };
    window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", change, { once: true, signal: stop.signal });
  };
  listen();
  return () => stop.abort();
}
