import type { DealPoint } from "../../api/client";
import { listDue } from "../../api/operations";
import { formatDay } from "../../core/format";
import { store } from "../../state";
import { announce } from "../../ui/announce";
import { fill, h } from "../../ui/h";
import { word } from "../../ui/words";
import { screenLink } from "../addresses";
import type { DeskHost, OpenPage } from "../desk/desk";
import { empty, load } from "../desk/parts";
import { table } from "../desk/table";
import { tp } from "./words";

const most = 200;

/** Closed points whose check is due: does the closing last? */
export function duePage(_host: DeskHost): OpenPage {
  const asked = new AbortController();
  const place = h("div", { class: "desk-fill op-list" });
  const count = h("p", { class: "list-count" });
  void load(
    place,
    () => listDue(store.get().me.territories.map(({ code }) => code).filter((code) => code !== "fr"), most, asked.signal),
    (points) => {
      count.textContent = points.length === most ? tp("due.more", { n: most }) : tp("due.count", { n: points.length });
      announce(count.textContent);
      if (points.length === 0) return fill(place, empty("check", tp("due.none"), tp("due.noneHelp")));
      fill(
        place,
        table<DealPoint>({
          caption: tp("due"),
          rows: points,
          key: ({ id }) => String(id),
          columns: [
            { label: tp("col.point"), cell: ({ properties: { reference, name } }) => [screenLink(`/?status=all&point=${encodeURIComponent(reference)}`, { class: "due-link" }, h("strong", null, name ?? reference)), h("span", { class: "cell-more" }, reference)] },
            { label: tp("col.where"), cell: ({ properties }) => properties.commune_name },
            { label: tp("col.kind"), cell: ({ properties: { kind } }) => word("kinds", kind), from: 3 },
            { label: tp("col.closed"), cell: ({ properties: { closing } }) => (closing ? [formatDay(closing.date), h("span", { class: "cell-more" }, word("closing_reasons", closing.reason))] : ""), from: 3 },
            { label: tp("col.due"), cell: ({ properties: { next_review: due } }) => (due ? formatDay(due) : "") },
          ],
        }).element,
      );
    },
  );
  return { element: h("div", { class: "desk-page" }, h("div", { class: "op-head" }, h("p", { class: "desk-lead" }, tp("due.intro")), count), place), destroy: () => asked.abort() };
}
