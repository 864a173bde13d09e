import type { Measure } from "./look";
import type { ChartModel } from "./model";
import type { GraphMeasures } from "../../api/networks";

/** Radii of symbols, in units of the chart: the greatest fits the spacing of the layouts. */
const least = 6;
const greatest = 15;

/** What a place is measured by; before the analysis has come, from the ties that are drawn. */
export function valueOf(model: ChartModel, i: number, measure: Measure, byId: ReadonlyMap<string, GraphMeasures>): number {
  const known = byId.get(model.nodes[i]?.id ?? "");
  switch (measure) {
    case "degree":
      return known?.degree ?? model.neighbours[i]?.length ?? 0;
    case "strength":
      return known?.strength ?? (model.tiesOf[i] ?? []).reduce((sum, k) => sum + (model.ties[k]?.strength ?? 0), 0);
    case "betweenness":
      return known?.betweenness ?? 0;
    case "none":
      return 0;
  }
}

/** The radius of each place: its area grows with the measure. */
export function radii(model: ChartModel, measure: Measure, byId: ReadonlyMap<string, GraphMeasures>): Float64Array {
  const values = Float64Array.from(model.nodes, (_, i) => valueOf(model, i, measure, byId));
  const top = values.reduce((most, value) => Math.max(most, value), 0);
  if (top <= 0) return values.fill(8.5);
  return values.map((value) => Math.sqrt(least ** 2 + (greatest ** 2 - least ** 2) * (Math.max(0, value) / top)));
}
