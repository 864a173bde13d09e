/** The marker of a place being added or moved: an element of the page, so that it can have the focus and be read out. */
import * as L from "leaflet";
import { formatDegrees } from "./format";
import type { EditOptions, EditSession, LngLat } from "./types";

/** Steps of the arrow keys in pixels of the screen: the closer the view, the finer the step. */
const STEP = 2;
const LARGE_STEP = 25;

/** A position is announced when the marker has been still for this long, in milliseconds. */
const ANNOUNCE_AFTER = 300;

const ARROWS: Record<string, [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const toLatLng = ([lon, lat]: LngLat): L.LatLng => L.latLng(lat, lon);
const toLngLat = ({ lng, lat }: L.LatLng): LngLat => [lng, lat];

/** The place that is being added or moved: one at most. */
export class Editing {
  private session: EditSession | null = null;

  /** `positionText` says where it is, with `{lat}` and `{lon}` in it. */
  constructor(
    private readonly map: L.Map,
    private readonly positionText: string,
  ) {}

  get active(): boolean {
    return this.session !== null;
  }

  start(start: LngLat, options: EditOptions): EditSession {
    this.stop();
    const { stop, moveTo } = startEdit(this.map, start, options, this.positionText);
    const session: EditSession = {
      stop: () => {
        stop();
        if (this.session === session) this.session = null;
      },
      moveTo,
    };
    this.session = session;
    return session;
  }

  stop(): void {
    this.session?.stop();
  }
}

/** `positionText` has `{lat}` and `{lon}` in it. */
function startEdit(map: L.Map, start: LngLat, options: EditOptions, positionText: string): EditSession {
  const marker = L.marker(toLatLng(start), {
    icon: L.divIcon({ html: pin(), className: "map-edit", iconSize: [44, 56], iconAnchor: [22, 52] }),
    draggable: true,
    autoPan: true,
    keyboard: true,
    title: options.label,
    zIndexOffset: 1000,
    pane: "markerPane",
  }).addTo(map);
  const element = marker.getElement();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const announce = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { lat, lng } = marker.getLatLng();
      options.announce(positionText.replace("{lat}", formatDegrees(lat)).replace("{lon}", formatDegrees(lng)));
    }, ANNOUNCE_AFTER);
  };
  const moved = (): void => {
    options.onMove(toLngLat(marker.getLatLng()));
    announce();
  };
  const place = (to: L.LatLng): void => {
    marker.setLatLng(to);
    map.panInside(to, { padding: [60, 60] });
    moved();
  };
  const onKey = (event: KeyboardEvent): void => {
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? LARGE_STEP : STEP;
      const at = map.project(marker.getLatLng()).add([arrow[0] * step, arrow[1] * step]);
      place(map.unproject(at));
    } else if (event.key === "Enter" || event.key === " ") {
      options.onDone(toLngLat(marker.getLatLng()));
    } else if (event.key === "Escape") {
      options.onCancel();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const onMapClick = (event: L.LeafletMouseEvent): void => place(event.latlng);

  element?.setAttribute("aria-label", options.label);
  element?.addEventListener("keydown", onKey);
  marker.on("drag", moved);
  map.on("click", onMapClick);
  element?.focus({ preventScroll: true });
  announce();

  return {
    stop(): void {
      clearTimeout(timer);
      map.off("click", onMapClick);
      marker.remove();
    },
    moveTo(p: LngLat): void {
      marker.setLatLng(toLatLng(p));
      map.panInside(toLatLng(p), { padding: [60, 60] });
      announce();
    },
  };
}

/** A pin whose tip is the position. */
function pin(): HTMLElement {
  const NS = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 44 56");
  svg.setAttribute("width", "44");
  svg.setAttribute("height", "56");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const body = document.createElementNS(NS, "path");
  body.setAttribute("d", "M22 52C22 52 38 34 38 21A16 16 0 0 0 6 21C6 34 22 52 22 52Z");
  body.setAttribute("class", "map-edit-body");
  const eye = document.createElementNS(NS, "circle");
  eye.setAttribute("cx", "22");
  eye.setAttribute("cy", "21");
  eye.setAttribute("r", "6");
  eye.setAttribute("class", "map-edit-eye");
  svg.append(body, eye);
  const box = document.createElement("span");
  box.append(svg);
  return box;
}
