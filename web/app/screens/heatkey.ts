import "../styles/heat.css";
import { formatDistance, formatNumber } from "../core/format";
import { heatSteps } from "../map/heatsource";
import type { MapEvents, MapView } from "../map/types";
import { store } from "../state";
import { fill, h } from "../ui/h";
import { swatch } from "./clct/heat/swatch";
import { th } from "./clct/heat/words";

/** The legend of heat over the main map; once there, it comes and goes with the display. */
export function openHeatKey(stage: HTMLElement, map: MapView): void {
  if (stage.querySelector(".heat-key")) return;
  const place = h("div", { class: "heat-key" });
  stage.append(place);
  draw(place, { width: null, steps: heatSteps(0) });
  map.on("heat", (heat) => draw(place, heat));
  const stop = store.watch((s) => s.place.display, (display) => {
    if (!stage.isConnected) return stop();
    place.hidden = display !== "heat";
  });
}

function draw(place: HTMLElement, { width, steps }: MapEvents["heat"]): void {
  const rows = steps.map((from, i) => {
    const to = (steps[i + 1] ?? Infinity) - 1;
    const text = to === Infinity ? th("tiles.more", { n: from }) : to === from ? formatNumber(from) : th("range", { from: formatNumber(from), to: formatNumber(to) });
    return h("li", null, swatch(`heat-tone-${i}`), h("span", null, text));
  });
  fill(
    place,
    h(
      "div",
      { class: "heat-legend", role: "group", "aria-label": th("legend") },
      h("p", { class: "heat-unit" }, th("tiles.unit")),
      h("ul", null, ...rows),
      h("p", { class: "heat-fact" }, width === null ? th("tiles.none") : th("tiles.cell", { width: formatDistance(width) })),
      h("p", { class: "heat-fact" }, th("tiles.effort")),
    ),
  );
}
