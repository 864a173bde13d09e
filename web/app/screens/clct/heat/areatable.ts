import type { Heat, HeatFeature } from "../../../api/heat";
import { formatAmount } from "../../../core/heat";
import { table, type Column } from "../../desk/table";
import { classOf, nameOf, numberOrNothing, rankOf } from "./describe";
import { th } from "./words";

/** Everything that the map shows, as a table: the equal of the map for who does not see it, or wants figures. */
export function areaTable(heat: Heat, look: (feature: HeatFeature) => void): HTMLElement {
  const rows = heat.features.filter(({ properties }) => heat.mode === "parts" || properties.class >= 0 || properties.count === null).sort((a, b) => rankOf(b, heat.mode) - rankOf(a, heat.mode));
  const count: Column<HeatFeature> = { label: th("col.count"), cell: ({ properties }) => numberOrNothing(properties.count), number: true };
  const columns: Column<HeatFeature>[] = [{ label: th("col.area"), cell: (feature) => nameOf(feature, heat) }];
  if (heat.mode === "cells") columns.push(count, ...(heat.weight === "intensity" ? [{ label: th("col.intensity"), cell: ({ properties }: HeatFeature) => numberOrNothing(properties.weight), number: true }] : []));
  if (heat.mode === "parts") columns.push(count, { label: th("col.rate"), cell: ({ properties: { rate } }) => (rate === null || rate === undefined ? "–" : formatAmount(rate)), number: true });
  if (heat.mode !== "density") columns.push({ label: th("col.class"), cell: (feature) => classOf(feature, heat) });
  return table<HeatFeature>({ caption: th("rows"), columns, rows, key: ({ id }) => id, open: look }).element;
}
