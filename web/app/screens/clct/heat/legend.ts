import type { Heat } from "../../../api/heat";
import { formatDistance, formatNumber } from "../../../core/format";
import { circleRadius, circleSamples, formatAmount, toneOf } from "../../../core/heat";
import { sentence } from "../../../i18n/served";
import { h, type Child } from "../../../ui/h";
import { range } from "./describe";
import { svg, swatch } from "./swatch";
import { th } from "./words";

/** What the colours and the circles mean, and what was counted: nothing on the map is without its unit. */
export function legend(heat: Heat): HTMLElement {
  const some = heat.features.some(({ geometry, properties }) => geometry && properties.class < 0 && properties.count === 0);
  const masked = heat.features.some(({ properties }) => properties.count === null);
  const rows = heat.legend.map(({ from, to, areas }, i) => h("li", null, swatch(`heat-tone-${toneOf(i, heat.legend.length)}`), h("span", null, range(from, to)), heat.mode === "density" ? null : h("span", { class: "heat-areas" }, th("legend.areas", { n: areas }))));
  return h(
    "div",
    { class: "heat-legend", role: "group", "aria-label": th("legend") },
    heat.unit ? h("p", { class: "heat-unit" }, sentence(heat.unit)) : null,
    h("ul", null, ...rows, some ? h("li", null, swatch("heat-tone-none"), h("span", null, th("legend.none"))) : null, masked ? h("li", null, swatch("heat-tone-none"), h("span", null, th("legend.masked"))) : null),
    heat.mode === "parts" ? circles(heat) : null,
    ...facts(heat),
  );
}

function circles(heat: Heat): Child {
  const most = Math.max(0, ...heat.features.map(({ properties }) => properties.count ?? 0));
  const samples = circleSamples(most);
  if (samples.length === 0) return null;
  const radii = samples.map((n) => circleRadius(n, most));
  const height = 2 * Math.max(...radii) + 4;
  const root = svg("svg", { width: 150, height, viewBox: `0 0 150 ${height}`, "aria-hidden": "true", class: "heat-circles" });
  let left = 2;
  samples.forEach((n, i) => {
    const radius = radii[i] ?? 0;
    root.append(svg("circle", { cx: left + radius, cy: height - 2 - radius, r: radius, class: "heat-circle" }));
    const text = svg("text", { x: left + 2 * radius + 4, y: height - 2 - Math.min(radius, 6) + 2, class: "heat-circle-text" });
    text.textContent = formatNumber(n);
    root.append(text);
    left += 2 * radius + 12 + 8 * String(n).length;
  });
  return [h("p", { class: "heat-unit" }, th("legend.circles"), h("span", { class: "visually-hidden" }, `${th("range", { from: "1", to: formatNumber(most) })}`)), root];
}

function facts({ mode, n, without_position: lost, cell, bandwidth, outline, parts_missing: missing }: Heat): Child[] {
  const say = (text: string): HTMLElement => h("p", { class: "heat-fact" }, text);
  return [
    mode === "cells" && cell ? say(th("legend.cell", { width: formatDistance(cell.width), area: formatAmount(cell.area) })) : null,
    mode === "density" && bandwidth ? say(th("legend.bandwidth", { size: formatDistance(bandwidth) })) : null,
    say(n === null ? th("legend.masked.n") : th("legend.n", { n })),
    lost ? say(th("legend.noPosition", { n: lost })) : null,
    outline === "official" ? null : say(th(`outline.${outline}`)),
    missing ? say(th("parts.missing", { n: missing })) : null,
  ];
}
