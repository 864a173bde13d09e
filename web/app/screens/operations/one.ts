import { getOperation, removeOperation, type Operation } from "../../api/operations";
import { formatMoment } from "../../core/format";
import { t } from "../../i18n";
import { toast } from "../../ui/announce";
import { askYesNo } from "../../ui/dialog";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word } from "../../ui/words";
import type { DeskHost, OpenPage } from "../desk/desk";
import { act, facts, load, note } from "../desk/parts";
import { daysText, placeList, resultFigures, typeBadge } from "./parts";
import { watchPanel, type WatchPanel } from "./watch";
import { to } from "./words";

/** One operation: what was done, where, what it brought, and what came after it. */
export function onePage(host: DeskHost): OpenPage {
  const element = h("div", { class: "op-page" });
  let watch: WatchPanel | null = null;
  let id = "";
  const show = (operation: Operation): void => {
    watch?.destroy();
    watch = watchPanel(operation.reference);
    fill(element, detail(host, operation, watch.element));
    watch.start();
  };
  const open = (query: URLSearchParams): void => {
    id = query.get("operation") ?? "";
    void load(element, () => getOperation(id), show);
  };
  open(host.query);
  return {
    element,
    follow(query) {
      if (query.get("operation") !== id) open(query);
    },
    destroy: () => watch?.destroy(),
  };
}

function detail(host: DeskHost, operation: Operation, watch: HTMLElement): HTMLElement {
  const { reference, territory_name: name, places, seen_as: seen, note: text, owner, recorded, may_change: may, results } = operation;
  const remove = async (button: HTMLButtonElement): Promise<void> => {
    if (!(await askYesNo(to("remove.title", { ref: reference }), to("remove.text"), to("remove"), t("common.cancel")))) return;
    if (!(await act(button, () => removeOperation(operation.id, operation.revision ?? 0, crypto.randomUUID())))) return;
    toast(to("removed", { ref: reference }), "good");
    host.go("list");
  };
  return h(
    "div",
    { class: "desk-scroll op-one" },
    h(
      "div",
      { class: "op-top" },
      h("div", { class: "op-title" }, h("h3", { tabindex: -1 }, typeBadge(operation), h("span", null, name)), h("p", null, daysText(operation), " · ", h("span", { class: "reference" }, reference))),
      h(
        "div",
        { class: "row" },
        h("button", { type: "button", class: "button", onclick: () => host.go("list") }, icon("back", 18), to("back")),
        may ? h("button", { type: "button", class: "button", onclick: () => host.go("edit", { operation: reference }) }, icon("edit", 18), to("change")) : null,
        may ? h("button", { type: "button", class: "button button-danger", onclick: (event: MouseEvent) => void remove(event.currentTarget as HTMLButtonElement) }, to("remove")) : null,
      ),
    ),
    seen === "tallied" ? note(to("tallied")) : null,
    h(
      "div",
      { class: "op-columns" },
      h("section", { class: "card", "aria-label": to("results") }, h("h4", null, to("results")), resultFigures(results)),
      seen === "tallied"
        ? null
        : h(
            "section",
            { class: "card", "aria-label": to("places") },
            h("h4", null, places.length > 0 ? to("places.n", { n: places.length }) : to("places.none")),
            places.length > 0 ? placeList(places, to("places")) : null,
            facts(text ? [to("note"), h("span", { class: "op-note" }, text)] : null, owner ? [to("owner"), [word("services", owner.service), owner.unit].filter(Boolean).join(" · ")] : null, recorded ? [to("recorded"), formatMoment(recorded)] : null),
          ),
    ),
    watch,
  );
}
