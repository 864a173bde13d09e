import type { DealPoint } from "../../api/client";
import type { RowState, StagedRow } from "../../api/imports";
import { t } from "../../i18n";
import { createMap } from "../../map";
import type { LngLat, Mark } from "../../map/types";
import { store } from "../../state";
import { h } from "../../ui/h";
import { resolvedTheme, watchTheme } from "../../ui/preferences";
import { word } from "../../ui/words";
import { metropole } from "../mapcontrol";
import { tl } from "./rowwords";

/** One sign a state, said in the caption under the map. */
const signs: Record<RowState, string> = { quarantined: "!", review: "?", merge: "=", new: "+", known: "·", skipped: "×", done: "✓" };

interface RowMap {
  element: HTMLElement;
  show(rows: readonly StagedRow[], chosen: number | null): void;
  /** Brings the chosen row into view, together with the place that it is compared with. */
  look(point: DealPoint | null): void;
  destroy(): void;
}

/** The rows of the page on the map that they would come onto; `bounds` hold the whole list. */
export function rowMap(bounds: readonly number[] | undefined, open: (line: number) => void): RowMap {
  const mapElement = h("div", { class: "map" });
  const map = createMap(mapElement, {
    labels: { map: tl("map"), mapHelp: tl("map.help"), zoomIn: t("map.zoomIn"), zoomOut: t("map.zoomOut"), attribution: t("map.attribution"), position: t("map.position") },
    center: [2.4, 46.6],
    zoom: 5,
    theme: resolvedTheme(),
    aggregatesOnly: store.get().me.sees_aggregates && !store.get().me.sees_points,
    statusLabel: (status) => word("statuses", status),
  });
  let at: LngLat | null = null;
  let placed: Mark[] = [];
  const fit = (): void => {
    map.resize();
    if (at === null) map.fitBox(boxOf(placed) ?? (bounds?.length === 4 ? (bounds as [number, number, number, number]) : metropole));
    else near(at, null);
  };
  const frame = requestAnimationFrame(fit);
  const stops = [watchTheme((theme) => map.setTheme(theme)), map.on("mark", ({ id }) => open(Number(id)))];
  const near = (one: LngLat, other: LngLat | null): void => {
    if (other) return map.fitBox(around([one, other]));
    const [west, south, east, north] = map.getBox();
    const inside = one[0] > west && one[0] < east && one[1] > south && one[1] < north;
    if (!inside || map.getZoom() < 12) map.setView(one, Math.max(14, map.getZoom()));
  };
  const resized = new ResizeObserver(() => map.resize());
  resized.observe(mapElement);
  const element = h("figure", { class: "row-map" }, mapElement, h("figcaption", { class: "help" }, tl("map.caption")));
  return {
    element,
    show(rows, chosen) {
      placed = rows.flatMap(({ line, state, place }) => (place?.geometry ? [{ id: String(line), lngLat: place.geometry.coordinates as LngLat, sign: signs[state] }] : []));
      // A page of rows without a position has nothing to show: what is to be mended takes the room.
      const back = element.hidden && placed.length > 0;
      element.hidden = placed.length === 0;
      at = placed.find(({ id }) => id === String(chosen))?.lngLat ?? null;
      map.mark(placed, chosen === null ? null : String(chosen));
      if (chosen === null) map.select(null);
      if (back) fit();
    },
    look(point) {
      const other = (point?.geometry?.coordinates as LngLat | undefined) ?? null;
      map.select(point && other ? point.properties.reference : null, other ?? undefined);
      if (at) near(at, other);
      else if (other) near(other, null);
    },
    destroy(): void {
      cancelAnimationFrame(frame);
      resized.disconnect();
      for (const stop of stops) stop();
      map.destroy();
    },
  };
}

function boxOf(marks: readonly Mark[]): [number, number, number, number] | null {
  if (marks.length === 0) return null;
  return around(marks.map(({ lngLat }) => lngLat));
}

/** A box with room around positions: two that are one place apart stay recognisable. */
function around(positions: readonly LngLat[]): [number, number, number, number] {
  const [lons, lats] = [positions.map(([lon]) => lon), positions.map(([, lat]) => lat)];
  const room = 0.0008;
  return [Math.min(...lons) - room, Math.min(...lats) - room / 1.5, Math.max(...lons) + room, Math.max(...lats) + room / 1.5];
}
