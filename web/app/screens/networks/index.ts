import { sees } from "../../core/rights";
import { noList, readNetworks, writeNetworks, type NetworksPlace } from "../../core/networks";
import { store } from "../../state";
import { fill, h } from "../../ui/h";
import { importPage } from "./fileimport";
import { flowsPage } from "./flows";
import { formPage } from "./form";
import { listPage } from "./list";
import { graphPage } from "./graph";
import { tn } from "./words";

/** One page of networks. */
export interface NetworksPage {
  element: HTMLElement;
  /** The same page at another address; without it, or when it says no, the page is built anew. */
  follow?(place: NetworksPlace): boolean;
  destroy?(): void;
}

export interface NetworksHost {
  /** Goes to another page, or to another question on the same one; `replace` makes no step back of it. */
  go(place: NetworksPlace, replace?: boolean): void;
  title(text: string): void;
}

export const mayRecord = (): boolean => store.get().me.allowed.includes("network");

export const mayLink = (): boolean => store.get().me.allowed.includes("link");

/** Networks: the list, one on chart and map, flows of a territory, and the form of a record. Their addresses can be sent to a colleague. */
export function openNetworks(content: HTMLElement): { destroy(): void } {
  let shown: { page: NetworksPlace["page"]; open: NetworksPage } | null = null;
  const points = sees(store.get().me) === "points";
  const body = h("div", { class: "net-body" });
  const flows = { page: "flows", territory: "", from: "", until: "", means: "" } as const;
  const tabs = ([["list", tn("tab.list"), noList], ["flows", tn("tab.flows"), flows]] as const).map(([id, label, place]) => ({ id, link: h("a", { class: "desk-tab", href: writeNetworks(place), onclick: follow(place) }, label) }));
  const nav = points ? h("nav", { class: "desk-tabs", "aria-label": tn("title") }, h("ul", null, ...tabs.map(({ link }) => h("li", null, link)))) : null;
  const head = h("div", { class: "desk-head" }, h("h2", { class: "desk-title" }, points ? tn("title") : tn("tab.flows")), nav);
  const main = h("main", { class: "desk net", id: "main", tabindex: -1 }, head, body);
  fill(content, main);

  function follow(place: NetworksPlace): (event: MouseEvent) => void {
    return (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      host.go(place);
    };
  }

  const host: NetworksHost = {
    go(place, replace = false) {
      history[replace ? "replaceState" : "pushState"](null, "", writeNetworks(place));
      show();
    },
    title: (text) => (document.title = `${text} · ${tn("title")}`),
  };

  const pageOf = (place: NetworksPlace): NetworksPage => {
    switch (place.page) {
      case "list":
        return listPage(host, place);
      case "graph":
        return graphPage(host, place);
      case "flows":
        return flowsPage(host, place);
      case "import":
        return importPage(host);
      case "new":
      case "edit":
        return formPage(host, place);
    }
  };

  const show = (): void => {
    const read = readNetworks(location.pathname, location.search);
    // Who sees numbers only comes for flows.
    const place = points ? read : read.page === "flows" ? read : flows;
    for (const { id, link } of tabs) {
      if ((place.page === "flows") === (id === "flows")) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    head.hidden = place.page === "graph";
    if (shown?.page === place.page && shown.open.follow?.(place)) return;
    const moved = shown !== null && shown.page !== place.page;
    shown?.open.destroy?.();
    document.title = tn("title");
    shown = { page: place.page, open: pageOf(place) };
    fill(body, shown.open.element);
    body.scrollTop = 0;
    if (moved && !nav?.contains(document.activeElement)) main.focus({ preventScroll: true });
  };
  addEventListener("popstate", show);
  show();
  return {
    destroy(): void {
      removeEventListener("popstate", show);
      shown?.open.destroy?.();
      fill(content);
    },
  };
}
