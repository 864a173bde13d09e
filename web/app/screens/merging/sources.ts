import type { DealPoint } from "../../api/client";
import { getSources, settlePair, type SourceRecord } from "../../api/merging";
import { sheetAddress } from "../../core/filters";
import { formatMoment } from "../../core/format";
import { rowsOf } from "../../core/merging";
import { openPoint } from "../../state";
import { toast } from "../../ui/announce";
import { fill, h, type Child } from "../../ui/h";
import { icon, statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { act, load } from "../desk/parts";
import { fieldName } from "../history";
import { ownerText } from "../values";
import { said } from "./compare";
import { openSplit } from "./split";
import { tg } from "./words";

interface SourcesHost {
  /** The point as it stands once a record was taken out of it. */
  saved(point: DealPoint): void;
  stale(): void;
}

/** Reads which records are merged into a point, and which are its neighbours, into the section of its sheet. */
export function showSources(place: HTMLElement, point: DealPoint, host: SourcesHost): void {
  const may = point.properties.allowed?.includes("merge") ?? false;
  void load(
    place,
    () => getSources(point.id),
    ({ sources, neighbours }) =>
      fill(
        place,
        sources.length === 0 ? h("p", { class: "help" }, tg("sources.none")) : h("ul", { class: "sources" }, ...sources.map((source) => h("li", null, sourceItem(source, point, may, host)))),
        h("h4", null, tg("neighbours.title")),
        neighbours.length === 0 ? h("p", { class: "help" }, tg("neighbours.none")) : h("ul", { class: "neighbours" }, ...neighbours.map((other) => h("li", null, neighbour(other), may ? parted(place, point, other, host) : null))),
      ),
  );
}

function sourceItem(source: SourceRecord, point: DealPoint, may: boolean, host: SourcesHost): HTMLElement {
  const { point: record, winners } = source;
  const { properties: p } = record;
  const who = [word("services", source.service), source.unit].filter(Boolean).join(" · ");
  const when = formatMoment(source.merged_at);
  const says = rowsOf({ into: record, from: record }, []);
  return h(
    "article",
    { class: "source", "aria-label": tg("sources.record", { ref: p.reference }) },
    h("p", { class: "source-head" }, h("span", { class: "reference" }, p.reference), h("strong", null, ownerText(p.owner))),
    h("p", { class: "help" }, who === "" ? tg("sources.on", { when }) : tg("sources.by", { when, who }), p.source_record ? ` · ${tg("sources.line", { line: p.source_record })}` : null),
    folded(tg("sources.says"), h("dl", { class: "facts" }, ...says.map(({ field }) => h("div", { class: "fact" }, h("dt", null, fieldName(field)), h("dd", null, said(record, field)))))),
    winners.length === 0
      ? null
      : folded(
          tg("sources.winners"),
          h("dl", { class: "facts" }, ...winners.map(({ field, side, reason }) => h("div", { class: "fact" }, h("dt", null, fieldName(field)), h("dd", null, h("strong", null, tg(`side.${side}`)), h("span", { class: "help" }, reason))))),
        ),
    may ? h("button", { type: "button", class: "button", "aria-label": tg("split.of", { ref: p.reference }), onclick: () => openSplit(point, source, host) }, icon("apart", 18), tg("split")) : null,
  );
}

const folded = (title: string, ...content: Child[]): HTMLElement => h("details", { class: "source-part" }, h("summary", null, icon("chevron", 16), title), ...content);

/** Takes the word back that two places are neighbours: the pair is to be decided again. */
function parted(place: HTMLElement, point: DealPoint, other: DealPoint, host: SourcesHost): HTMLElement {
  const [a, b] = [point.properties.reference, other.properties.reference];
  const button = h("button", { type: "button", class: "icon-button", title: tg("neighbours.reopen"), "aria-label": tg("neighbours.reopenOf", { ref: b }) }, icon("close", 18));
  button.addEventListener("click", () => {
    void act(button, () => settlePair(point.id, other.id, "open")).then((done) => {
      if (!done) return;
      toast(tg("neighbours.reopened", { a, b }), "good");
      place.closest("details")?.querySelector("summary")?.focus();
      showSources(place, point, host);
    });
  });
  return button;
}

function neighbour({ properties: p }: DealPoint): Child {
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    openPoint(p.reference);
  };
  return [statusShape(p.status), h("a", { class: "neighbour", href: sheetAddress(p), onclick: open }, h("strong", null, p.reference), ` ${p.name}`)];
}
