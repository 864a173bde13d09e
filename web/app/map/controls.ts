/** Buttons, scale and sources at the edges of the map. */
import * as L from "leaflet";
import type { Rect } from "./labels";
import type { Labels } from "./types";

/** Adds the controls; what happens to them then follows the map. */
export function addControls(map: L.Map, labels: Labels): void {
  corner("topright", zoomButtons(map, labels)).addTo(map);
  corner("bottomright", sources(labels)).addTo(map);
  L.control.scale({ position: "bottomright", metric: true, imperial: false, maxWidth: 110 }).addTo(map);
}

function corner(position: L.ControlPosition, element: HTMLElement): L.Control {
  const control = new L.Control({ position });
  control.onAdd = (): HTMLElement => {
    L.DomEvent.disableClickPropagation(element);
    L.DomEvent.disableScrollPropagation(element);
    return element;
  };
  return control;
}

function zoomButtons(map: L.Map, labels: Labels): HTMLElement {
  const box = document.createElement("div");
  box.className = "map-zoom";
  const add = (sign: string, label: string, act: (by: number) => void): HTMLButtonElement => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", (event) => act(event.shiftKey ? 3 : 1));
    box.append(button);
    return button;
  };
  const closer = add("+", labels.zoomIn, (by) => map.zoomIn(by));
  const farther = add("−", labels.zoomOut, (by) => map.zoomOut(by));
  // Not the attribute `disabled`: a button that has the focus must keep it.
  const update = (): void => {
    closer.setAttribute("aria-disabled", String(map.getZoom() >= map.getMaxZoom()));
    farther.setAttribute("aria-disabled", String(map.getZoom() <= map.getMinZoom()));
  };
  map.on("zoomend", update);
  map.whenReady(update);
  return box;
}

function sources(labels: Labels): HTMLElement {
  const box = document.createElement("div");
  box.className = "map-sources";
  box.textContent = labels.attribution;
  return box;
}

/** Where the controls and what else covers the map are, in pixels of the map element. */
export function controlRects(el: HTMLElement, covers: Iterable<Element>): Rect[] {
  const origin = el.getBoundingClientRect();
  return [...el.querySelectorAll(".leaflet-control"), ...covers].map((control) => {
    const box = control.getBoundingClientRect();
    return {
      minX: box.left - origin.left,
      minY: box.top - origin.top,
      maxX: box.right - origin.left,
      maxY: box.bottom - origin.top,
    };
  });
}
