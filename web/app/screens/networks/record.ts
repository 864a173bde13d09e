import { getNetworkHistory, removeNetwork, type Network } from "../../api/networks";
import { formatDay, formatMoment } from "../../core/format";
import type { Json } from "../../core/json";
import { noList } from "../../core/networks";
import { t } from "../../i18n";
import { toast } from "../../ui/announce";
import { askYesNo } from "../../ui/dialog";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { act, facts, load } from "../desk/parts";
import { entryItem } from "../history";
import { ownerText, valueText } from "../values";
import { mayRecord, type NetworksHost } from "./index";
import { productsText, statusBadge } from "./list";
import { tn } from "./words";

/** The record of a network and what happened to it, with what this person may do. */
export function recordPanel(host: NetworksHost): { element: HTMLElement; set(network: Network): void; history(): void; destroy(): void } {
  let network: Network | null = null;
  let asked: AbortController | null = null;
  const sheet = h("section", { class: "card", "aria-label": tn("record") });
  const past = h("div", { class: "net-history" });
  const element = h("div", { class: "net-pane", "data-testid": "record" }, h("div", { class: "net-record" }, sheet, h("section", { class: "card", "aria-label": tn("history") }, h("h3", null, tn("history")), past)));

  const remove = async (button: HTMLButtonElement): Promise<void> => {
    if (!network) return;
    const { code, revision } = network;
    if (!(await askYesNo(tn("remove.title", { code }), tn("remove.text"), tn("remove"), t("common.cancel")))) return;
    if (!(await act(button, () => removeNetwork(code, revision ?? 0, crypto.randomUUID())))) return;
    toast(tn("removed", { code }), "good");
    host.go(noList);
  };
  const draw = (one: Network): void => {
    const { code, recorded, may_change: may, status, products, territory_name: name, since, until, note, owner, handling, grading, changed_at: changed, case_references: cases } = one;
    const go = (page: "edit" | "new"): void => host.go(page === "edit" ? { page, network: code } : { page, code });
    fill(
      sheet,
      h("h3", null, tn("record")),
      recorded
        ? facts(
            [tn("status"), statusBadge(status)],
            [tn("products"), productsText(products)],
            [tn("territory"), name],
            [tn("facts.since"), since ? formatDay(since) : ""],
            [tn("facts.until"), until ? formatDay(until) : ""],
            [tn("facts.note"), note ? h("span", { class: "op-note" }, note) : ""],
            [tn("facts.owner"), owner ? ownerText(owner) : ""],
            [tn("facts.handling"), handling ? valueText("handling", handling as unknown as Json) : ""],
            [tn("facts.grading"), grading ? valueText("grading", grading as unknown as Json) : ""],
            [tn("facts.cases"), (cases ?? []).join(", ")],
            [tn("facts.changed"), changed ? formatMoment(changed) : ""],
          )
        : h("p", { class: "help" }, tn("record.none")),
      recorded && may ? h("div", { class: "row" }, h("button", { type: "button", class: "button", onclick: () => go("edit") }, icon("edit", 18), tn("edit")), h("button", { type: "button", class: "button button-danger", onclick: (event: MouseEvent) => void remove(event.currentTarget as HTMLButtonElement) }, tn("remove"))) : null,
      !recorded && mayRecord() ? h("div", { class: "row" }, h("button", { type: "button", class: "button", onclick: () => go("new") }, icon("plus", 18), tn("record.open"))) : null,
    );
  };
  const history = (): void => {
    asked?.abort();
    if (!network?.recorded) return fill(past, h("p", { class: "help" }, tn("history.none")));
    const { code } = network;
    const mine = (asked = new AbortController());
    void load(past, () => getNetworkHistory(code, mine.signal), (entries) => fill(past, entries.length === 0 ? h("p", { class: "help" }, tn("history.none")) : h("ol", { class: "timeline" }, ...[...entries].reverse().map(entryItem))));
  };
  return {
    element,
    set(next) {
      network = next;
      draw(next);
      history();
    },
    history,
    destroy: () => asked?.abort(),
  };
}
