import { formatDecimal, formatDms, parseCoords, type Position } from "../core/coords";
import { t } from "../i18n";
import type { EditSession, LngLat, MapView } from "../map/types";
import { announce } from "../ui/announce";
import { field, type Field } from "../ui/field";
import { h } from "../ui/h";
import { icon } from "../ui/icons";
import { ty } from "./formwords";
import { mapControl } from "./mapcontrol";

export interface PositionPart {
  element: HTMLElement;
  field: Field;
  get(): Position | null;
  set(position: Position | null): void;
  /** Whether the map is used at all: not when only the commune is known. */
  enable(on: boolean): void;
  destroy(): void;
}

interface PositionOptions {
  map: MapView;
  banner(text: string): void;
  changed(position: Position | null): void;
  /** The commune may be enough. */
  optional?: boolean;
}

/** The position of a point being written: by a click on the map, by coordinates, or by a marker that the keyboard moves. */
export function buildPosition({ map, banner, changed, optional }: PositionOptions): PositionPart {
  let position: Position | null = null;
  let session: EditSession | null = null;
  let stopPicking: (() => void) | null = null;
  let enabled = true;

  const coords = h("input", { class: "input", autocomplete: "off", spellcheck: "false", name: "coordinates" });
  const made = field(coords, { label: ty("form.coords"), help: ty("form.coordsHelp"), required: !optional });
  const apply = h("button", { type: "button", class: "button", onclick: () => readCoords() }, ty("form.coordsApply"));
  const row = h("div", { class: "with-button" });
  coords.replaceWith(row);
  row.append(coords, apply);
  const shown = h("p", { class: "help" }, ty("form.noPosition"));
  const pickButton = h("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => (stopPicking ? endPick() : startPick()) }, icon("target", 18), ty("form.pick"));
  const keyButton = h("button", { type: "button", class: "button", onclick: () => moveByKeyboard() }, icon("keyboard", 18), ty("form.marker"));
  const element = h("div", { class: "position" }, h("div", { class: "row" }, pickButton, keyButton), h("p", { class: "help" }, ty("form.markerHelp")), made.element, shown);

  const say = (): void => {
    shown.textContent = position ? formatDms(position) : ty("form.noPosition");
    shown.className = position ? "coordinates" : "help";
  };

  /** A new position from the map: the field follows, its error goes. */
  const take = ([lon, lat]: LngLat): void => {
    position = { lat: Math.round(lat * 1e6) / 1e6, lon: Math.round(lon * 1e6) / 1e6 };
    coords.value = formatDecimal(position);
    made.setError(null);
    say();
    changed(position);
  };

  const mark = (at: Position, focus: boolean): void => {
    if (session && !focus) return session.moveTo([at.lon, at.lat]);
    session?.stop();
    const before = position;
    // A marker takes the focus when it is put down; while somebody types elsewhere it must not.
    const surface = document.querySelector<HTMLElement>("#map");
    if (surface && !focus) surface.inert = true;
    session = map.edit([at.lon, at.lat], {
      onMove: take,
      onDone: () => coords.focus(),
      onCancel: () => {
        if (before) {
          take([before.lon, before.lat]);
          session?.moveTo([before.lon, before.lat]);
        }
        coords.focus();
      },
      announce,
      label: ty("form.markerLabel"),
    });
    if (surface) surface.inert = false;
  };

  const startPick = (): void => {
    session?.stop();
    session = null;
    map.pick(true);
    banner(ty("form.picking"));
    pickButton.setAttribute("aria-pressed", "true");
    stopPicking = map.on("click", ({ lngLat }) => {
      endPick();
      take(lngLat);
      if (position) mark(position, true);
    });
  };

  const endPick = (): void => {
    stopPicking?.();
    stopPicking = null;
    map.pick(false);
    banner("");
    pickButton.setAttribute("aria-pressed", "false");
  };

  const moveByKeyboard = (): void => {
    endPick();
    const [west, south, east, north] = map.getBox();
    const at = position ?? { lon: (west + east) / 2, lat: (south + north) / 2 };
    take([at.lon, at.lat]);
    mark(at, true);
  };

  /** Reads the typed coordinates; says what is wrong with them. */
  const readCoords = (): boolean => {
    const result = parseCoords(coords.value);
    if (!result.ok) {
      made.setError({ message: t(`coords.${result.error}`) });
      coords.focus();
      return false;
    }
    endPick();
    const at = result.position;
    take([at.lon, at.lat]);
    mark(at, false);
    mapControl.show(at);
    return true;
  };
  coords.addEventListener("change", () => {
    if (coords.value.trim() !== "") readCoords();
  });
  coords.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    readCoords();
  });

  const stop = (): void => {
    endPick();
    session?.stop();
    session = null;
  };

  return {
    element,
    field: made,
    get: () => (enabled ? position : null),
    set(next) {
      position = next;
      coords.value = next ? formatDecimal(next) : "";
      say();
      if (!enabled) return;
      if (next) {
        endPick();
        mark(next, false);
        mapControl.show(next);
      } else startPick();
    },
    enable(on) {
      if (on === enabled) return;
      enabled = on;
      element.hidden = !on;
      if (!on) stop();
      else if (position) mark(position, false);
      else startPick();
    },
    destroy: stop,
  };
}
