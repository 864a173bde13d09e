import type { DealPoint } from "../../api/client";
import { metresBetween, radiusOf, zoomFor, type Facing } from "../../core/merging";
import { t } from "../../i18n";
import { createMap } from "../../map";
import type { LngLat, MapView, PairPoint } from "../../map/types";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { resolvedTheme, watchTheme } from "../../ui/preferences";
import { tg } from "./words";

export interface PairMap {
  element: HTMLElement;
  show(pair: Facing): void;
  destroy(): void;
}

/** A map of two records and nothing else: no tile that holds points is asked for. */
export function pairMap(): PairMap {
  const canvas = h("div", { class: "map" });
  const missing = h("p", { class: "pair-map-note", hidden: true });
  const element = h("div", { class: "pair-map" }, canvas, missing);
  let map: MapView | null = null;
  let stop = (): void => {};
  let shown: Facing | null = null;

  /** The map measures itself, so it is made once it is in the page. */
  const made = (at: LngLat, zoom: number): MapView => {
    if (map) return map;
    map = createMap(canvas, {
      labels: { map: tg("map"), mapHelp: tg("map.help"), zoomIn: t("map.zoomIn"), zoomOut: t("map.zoomOut"), attribution: t("map.attribution"), position: t("map.position") },
      center: at,
      zoom,
      theme: resolvedTheme(),
      statusLabel: () => "",
    });
    map.setMode("territories");
    const view = map;
    stop = watchTheme((theme) => view.setTheme(theme));
    return map;
  };

  const draw = (): void => {
    if (!shown) return;
    const { into, from } = shown;
    const points = [pointOf(into, false), pointOf(from, true)];
    const placed = points.filter((point) => point !== null);
    canvas.hidden = placed.length === 0;
    missing.hidden = placed.length === 2;
    fill(missing, icon("info", 18), placed.length === 0 ? tg("map.none") : tg("map.one", { ref: placed[0]?.label ?? "" }));
    const [a, b] = placed;
    if (!a) return map?.pairOverlay(null);
    const centre: LngLat = b ? [(a.lngLat[0] + b.lngLat[0]) / 2, (a.lngLat[1] + b.lngLat[1]) / 2] : a.lngLat;
    const across = (metresBetween(a.lngLat, b?.lngLat) ?? 0) + 2 * Math.max(a.radius, b?.radius ?? 0);
    const zoom = zoomFor(Math.max(across, 60) * 1.25, Math.min(canvas.clientWidth, canvas.clientHeight - 60) || 240, centre[1]);
    const view = made(centre, zoom);
    view.resize();
    view.setView(centre, zoom);
    view.pairOverlay(placed);
  };

  return {
    element,
    show(pair) {
      shown = pair;
      if (element.isConnected) draw();
      else requestAnimationFrame(draw);
    },
    destroy(): void {
      shown = null;
      stop();
      map?.destroy();
    },
  };
}

function pointOf({ geometry, properties: p }: DealPoint, square: boolean): PairPoint | null {
  const [lon, lat] = geometry?.coordinates ?? [];
  return lon === undefined || lat === undefined ? null : { lngLat: [lon, lat], label: p.reference, radius: radiusOf(p.accuracy), square };
}
