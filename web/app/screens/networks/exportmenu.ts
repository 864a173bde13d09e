import type { GraphQuery } from "../../api/networks";
import type { Look } from "../../core/chart/look";
import type { ChartModel } from "../../core/chart/model";
import type { Positions } from "../../core/chart/spread";
import { svgFile } from "../../core/chart/svgfile";
import { todayInFrance, formatDay } from "../../core/format";
import { store } from "../../state";
import { toast } from "../../ui/announce";
import { h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { words } from "../../ui/words";
import { save } from "../mine/export";
import { tn } from "./words";

interface Source {
  model(): ChartModel | null;
  /** The day for which links are shown. */
  on(): string;
  positions(): Positions | null;
  radii(): Float64Array;
  look(): Look;
  title(): string;
  query(): GraphQuery;
}

/** The two ways out: the drawing as it is, and the data to named recipients, for those who may export. */
export function exportMenu(source: Source): HTMLElement {
  const counts = (model: ChartModel): string => tn("summary", { places: tn("summary.places", { n: model.nodes.length }), links: tn("summary.links", { n: model.ties.length }) });
  const drawing = (): void => {
    const [model, positions] = [source.model(), source.positions()];
    if (!model || !positions) return;
    const { me } = store.get();
    const text = svgFile(model, positions, source.radii(), source.look(), {
      title: source.title(),
      description: `${source.title()} : ${counts(model)}.`,
      mention: tn("svg.mention"),
      footer: tn("svg.footer", { on: formatDay(source.on()), date: formatDay(todayInFrance()), who: [me.name, me.unit].filter(Boolean).join(", ") }),
      kinds: words("kinds"),
      statuses: words("statuses"),
      means: [...words("link_means"), { value: "", label: tn("legend.unknown") }],
      linkKinds: words("link_kinds"),
    });
    const name = source.title().toLocaleLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "graphe";
    save({ file: new Blob([text], { type: "image/svg+xml" }), name: `${name}.svg` });
    toast(tn("svg.done"), "good");
  };
  const may = store.get().me.allowed.includes("export");
  const menu: HTMLDetailsElement = h(
    "details",
    { class: "net-many net-export" },
    h("summary", { class: "button" }, icon("download", 18), tn("export")),
    h(
      "div",
      { class: "net-many-body net-export-body" },
      h("button", { type: "button", class: "button button-quiet", onclick: () => ((menu.open = false), drawing()) }, tn("export.svg")),
      may ? h("button", { type: "button", class: "button button-quiet", onclick: () => { menu.open = false; const model = source.model(); if (model) void import("./export").then(({ openGraphExport }) => openGraphExport(source.query(), `${source.title()} · ${counts(model)}`)); } }, tn("export.file")) : null,
    ),
  );
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  return menu;
}
