/** A ripple where something has just come or changed, so that the eye finds it. */
import * as L from "leaflet";
import { toLngLat } from "./tilemath";

/**
 * More at once lead the eye nowhere, and each is a layer of its own to the browser: a stream of fifty changes a second would
 * keep it busy with nothing else.
 */
const MOST = 6;

/** Positions are in world coordinates. */
export function ripple(map: L.Map, places: { x: number; y: number }[], colour: string, pane: string): void {
  const shown = map.getPane(pane)?.querySelectorAll(".map-news").length ?? 0;
  for (const { x, y } of places.slice(0, Math.max(0, MOST - shown))) {
    const [lon, lat] = toLngLat(x, y);
    const ring = document.createElement("span");
    ring.style.borderColor = colour;
    const icon = L.divIcon({ html: ring, className: "map-news", iconSize: [48, 48] });
    const marker = L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane }).addTo(map);
    ring.addEventListener("animationend", () => marker.remove());
  }
}
