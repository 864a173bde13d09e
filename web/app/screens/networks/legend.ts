import type { ChartModel } from "../../core/chart/model";
import { linkMeans, linkKinds } from "../../core/networks";
import { statuses } from "../../core/vocabulary";
import { kindShape, tieColour, tieDash, tieSign } from "../../map/linkstyle";
import { signAt } from "../../map/tiecurve";
import { fill, h, type Child } from "../../ui/h";
import { resolvedTheme } from "../../ui/preferences";
import { word, words } from "../../ui/words";
import { svg } from "../clct/svg";
import { tn } from "./words";

const line = { x0: 1, y0: 8, cx: 20, cy: 8, x1: 39, y1: 8, bent: false };
const points = (corners: readonly (readonly [number, number])[]): string => corners.map(([x, y]) => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`).join(" ");

/** The sign of a kind of place, drawn as on the chart. */
function kindSign(kind: string, attributes: Readonly<Record<string, string | number>> = { class: "net-sign" }): Child {
  const corners = kindShape(kind);
  return svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" }, corners ? svg("polygon", { points: points(corners.map(([x, y]) => [10 + x * 6.5, 10 + y * 6.5])), ...attributes }) : svg("circle", { cx: 10, cy: 10, r: 6.5, ...attributes }));
}

function tieSignSvg(kind: string, means: string | undefined): Child {
  const colour = tieColour(kind, resolvedTheme());
  const sign = tieSign(kind, kind !== "same_network" && kind !== "rival");
  const root = svg("svg", { viewBox: "0 0 40 16", width: 40, height: 16, "aria-hidden": "true" }, svg("path", { d: "M1 8H39", stroke: colour, "stroke-width": 2, fill: "none", "stroke-dasharray": tieDash(means).join(" ") || "none" }));
  if (sign !== "none") {
    const { points: corners, closed } = signAt(line, sign, 11);
    const [a, b, c, d] = corners;
    if (sign === "bar" && a && b && c && d) root.append(svg("path", { d: `M${a.join(" ")}L${b.join(" ")}M${c.join(" ")}L${d.join(" ")}`, stroke: colour, "stroke-width": 2, fill: "none" }));
    else root.append(svg(closed ? "polygon" : "polyline", { points: points(corners), fill: sign === "arrow" ? colour : "none", stroke: colour, "stroke-width": 2, class: sign === "hollow" ? "net-hollow" : "" }));
  }
  return root;
}

const mark = (...drawn: SVGElement[]): Child => svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" }, ...drawn);

/** What signs mean, as far as the graph has them. */
export function legend(): { element: HTMLElement; set(model: ChartModel): void } {
  const body = h("div", { class: "net-legend-body" });
  const element = h("details", { class: "net-legend", "data-testid": "legend" }, h("summary", null, tn("legend")), body);
  const group = (title: string, items: readonly (readonly [Child, string])[]): HTMLElement | null => (items.length === 0 ? null : h("div", null, h("h3", null, title), h("ul", null, ...items.map(([sign, label]) => h("li", null, sign, h("span", null, label))))));
  return {
    element,
    set({ nodes, ties }) {
      const [kinds, means, tieKinds, states] = [new Set(nodes.map(({ kind }) => String(kind))), new Set(ties.map((tie) => tie.means)), new Set(ties.map(({ kind }) => kind)), new Set(nodes.map(({ status }) => status))];
      fill(
        body,
        group(tn("legend.kinds"), words("kinds").filter(({ value }) => kinds.has(value)).map(({ value, label }) => [kindSign(value), label])),
        group(tn("legend.status"), statuses.filter((status) => states.has(status)).map((status) => [kindSign("street", { class: status === "closed" ? "net-sign-closed" : `net-fill-${status}` }), word("statuses", status)])),
        group(tn("legend.ties"), linkKinds.filter((kind) => tieKinds.has(kind)).map((kind) => [tieSignSvg(kind, undefined), word("link_kinds", kind)])),
        group(tn("legend.means"), [...linkMeans.filter((one) => means.has(one)).map((one) => [tieSignSvg("same_network", one), word("link_means", one)] as const), ...(means.has(undefined) ? [[tieSignSvg("same_network", undefined), tn("legend.unknown")] as const] : [])]),
        group(tn("legend.marks"), [
          [mark(svg("circle", { cx: 10, cy: 10, r: 4.5, class: "net-sign" }), svg("circle", { cx: 10, cy: 10, r: 8, class: "net-ring" })), tn("legend.articulation")],
          [mark(svg("circle", { cx: 10, cy: 10, r: 6, class: "net-ring" }), svg("path", { d: "M6 6l8 8M14 6l-8 8", class: "net-ring" })), tn("legend.tried")],
          [mark(svg("circle", { cx: 10, cy: 10, r: 4.5, class: "net-sign net-faint" }), svg("circle", { cx: 10, cy: 10, r: 8, class: "net-ring net-dotted" })), tn("legend.cut")],
        ]),
        h("p", { class: "help" }, tn("legend.width")),
      );
    },
  };
}
