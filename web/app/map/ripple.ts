/** A ripple where something has just come or changed, so that the eye finds it. */
import * as L from "leaflet";
import { toLngLat } from "./tilemath";

/** Positions are in world coordinates. */
export function ripple(map: L.Map, places: { x: number; y: number }[], colour: string, pane: string): void {
  for (const { x, y } of places) {
    const [lon, lat] = toLngLat(x, y);
    const ring = document.createElement("span");
    ring.style.borderColor = colour;
    const icon = L.divIcon({ html: ring, className: "map-news", iconSize: [48, 48] });
    const marker = L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane }).addTo(map);
    ring.addEventListener("animationend", () => marker.remove());
  }
}
