import { placeRows, tieRows, type PlaceRow, type TieRow } from "../../core/chart/rows";
import type { LookStore } from "../../core/chart/look";
import type { ChartModel } from "../../core/chart/model";
import { formatDay, formatNumber } from "../../core/format";
import { isOneOf, statuses } from "../../core/vocabulary";
import { locale } from "../../i18n";
import { h } from "../../ui/h";
import { statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { sortTable } from "./sorttable";
import { tn } from "./words";

export const formatShare = (value: number): string => value.toLocaleString(locale(), { maximumFractionDigits: 3 });

interface TablesHost {
  select(place: string | null, tie: string | null): void;
}

export interface Tables {
  places: HTMLElement;
  ties: HTMLElement;
  set(model: ChartModel): void;
  destroy(): void;
}

const yesNo = (value: boolean | null): string => (value === null ? "–" : tn(value ? "yes" : "no"));

/** The chart's equals in words: its places and its ties, in step with what is chosen there. */
export function tables(look: LookStore, host: TablesHost): Tables {
  let model: ChartModel | null = null;
  const places = sortTable<PlaceRow>({
    caption: tn("panel.places"),
    testId: "places-table",
    sorted: { column: "degree", order: "descending" },
    none: tn("noPlaces"),
    open: ({ id }) => host.select(id, null),
    hover: (row) => look.set({ hovered: row?.id ?? null }),
    columns: [
      { id: "reference", label: tn("col.reference"), cell: ({ reference }) => h("span", { class: "reference" }, reference), value: ({ reference }) => reference },
      { id: "name", label: tn("col.name"), cell: ({ name, node }) => [name || "–", node.commune ? h("span", { class: "cell-more" }, node.commune) : null], value: ({ name }) => name },
      { id: "kind", label: tn("col.kind"), cell: ({ kind }) => word("kinds", kind), value: ({ kind }) => word("kinds", kind) },
      { id: "status", label: tn("col.status"), cell: ({ status }) => h("span", { class: "net-state" }, isOneOf(statuses, status) ? statusShape(status, 14) : null, word("statuses", status)), value: ({ status }) => word("statuses", status) },
      { id: "degree", label: tn("col.degree"), cell: ({ degree }) => formatNumber(degree), value: ({ degree }) => degree, number: true },
      { id: "betweenness", label: tn("col.betweenness"), cell: ({ betweenness }) => (betweenness === null ? "–" : formatShare(betweenness)), value: ({ betweenness }) => betweenness, number: true },
      { id: "articulation", label: tn("col.articulation"), cell: ({ articulation }) => yesNo(articulation), value: ({ articulation }) => articulation, first: "descending", from: 3 },
      { id: "community", label: tn("col.community"), cell: ({ community }) => (community === null ? "–" : formatNumber(community + 1)), value: ({ community }) => community, number: true, first: "ascending", from: 3 },
    ],
  });
  const ties = sortTable<TieRow>({
    caption: tn("panel.links"),
    testId: "links-table",
    sorted: { column: "strength", order: "descending" },
    none: tn("noTies"),
    open: ({ id }) => host.select(null, id),
    hover: (row) => look.set({ hoveredTie: row?.id ?? null }),
    columns: [
      { id: "from", label: tn("col.from"), cell: ({ from }) => h("span", { class: "reference" }, from), value: ({ from }) => from },
      { id: "to", label: tn("col.to"), cell: ({ to }) => h("span", { class: "reference" }, to), value: ({ to }) => to },
      { id: "kind", label: tn("col.tie"), cell: ({ kind }) => word("link_kinds", kind), value: ({ kind }) => word("link_kinds", kind) },
      { id: "means", label: tn("col.means"), cell: ({ means }) => word("link_means", means) || "–", value: ({ means }) => word("link_means", means) },
      { id: "strength", label: tn("col.strength"), cell: ({ strength }) => formatNumber(strength), value: ({ strength }) => strength, number: true },
      { id: "since", label: tn("col.since"), cell: ({ since }) => (since ? formatDay(since) : "–"), value: ({ since }) => since, from: 3 },
      { id: "until", label: tn("col.until"), cell: ({ until }) => (until ? formatDay(until) : "–"), value: ({ until }) => until, from: 3 },
      { id: "grading", label: tn("col.grading"), cell: ({ grading }) => grading || "–", value: ({ grading }) => grading },
    ],
  });
  const stops = [
    look.watch(({ selected }) => selected, (id) => places.mark(id)),
    look.watch(({ tie }) => tie, (id) => ties.mark(id)),
    look.watch(({ byId }) => byId, (byId) => model && places.set(placeRows(model, byId))),
  ];
  return {
    places: places.element,
    ties: ties.element,
    set(next) {
      model = next;
      const { byId, selected, tie } = look.get();
      places.set(placeRows(next, byId));
      ties.set(tieRows(next));
      places.mark(selected);
      ties.mark(tie);
    },
    destroy: () => stops.forEach((stop) => stop()),
  };
}
