import { listNetworks, type Network } from "../../api/networks";
import { formatNumber } from "../../core/format";
import { graphOf, networkStatuses, noList, sortNetworks, writeNetworks, type ListPlace, type NetworkStatus } from "../../core/networks";
import { isOneOf } from "../../core/vocabulary";
import { announce } from "../../ui/announce";
import { field, select } from "../../ui/field";
import { debounce, fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word, words } from "../../ui/words";
import { empty, load } from "../desk/parts";
import { table } from "../desk/table";
import { tf } from "./filewords";
import { mayLink, mayRecord, type NetworksHost, type NetworksPage } from "./index";
import { territoryField } from "./territory";
import { tn } from "./words";

/** This many are listed; narrower criteria find the others. */
const most = 1000;

export const statusBadge = (status: string | undefined): HTMLElement | null => (status ? h("span", { class: `badge net-status net-status-${status}` }, word("network_statuses", status)) : null);

export const productsText = (products: readonly string[]): string => products.map((product) => word("products", product)).join(", ");

/** Networks that this viewer may know of, by code, status and territory. */
export function listPage(host: NetworksHost, place: ListPlace): NetworksPage {
  let now = place;
  let asked: AbortController | null = null;
  const search = h("input", { class: "input", type: "search", value: now.q, placeholder: tn("search.placeholder"), maxlength: 40, spellcheck: "false", autocomplete: "off", oninput: () => typed() });
  const typed = debounce(250, () => narrow({ q: search.value.trim() }, true));
  const status = select(words("network_statuses"), tn("status.all"), now.status[0] ?? "", (value) => narrow({ status: isOneOf(networkStatuses, value) ? [value as NetworkStatus] : [] }));
  const territory = territoryField({ label: tn("territory"), changed: (within) => narrow({ within }) });
  const clear = h("button", { type: "button", class: "button", onclick: () => host.go(noList) }, tn("clear"));
  const chartOf = territoryField({ label: tn("openGraph"), changed: (code) => code !== "" && host.go(graphOf({ territory: code })) });
  const count = h("p", { class: "list-count", role: "status" });
  const rows = h("div", { class: "desk-fill op-list" });

  const narrow = (part: Partial<ListPlace>, replace = false): void => host.go({ ...now, ...part }, replace);
  const show = ({ networks, total }: { networks: Network[]; total: number }): void => {
    count.textContent = networks.length < total ? tn("shown", { n: networks.length, total }) : tn("count", { n: total });
    announce(count.textContent);
    if (networks.length === 0) return fill(rows, empty("network", tn("none"), tn("none.help")));
    fill(
      rows,
      table<Network>({
        caption: tn("title"),
        rows: sortNetworks(networks),
        key: ({ code }) => code,
        open: ({ code }) => host.go(graphOf({ network: code })),
        columns: [
          { label: tn("code"), cell: ({ code }) => h("strong", { class: "reference" }, code) },
          { label: tn("status"), cell: (network) => (network.recorded ? statusBadge(network.status) : h("span", { class: "help" }, tn("unrecorded"))) },
          { label: tn("products"), cell: ({ products }) => productsText(products), from: 3 },
          { label: tn("territory"), cell: ({ territory_name: name, territory: code }) => name ?? code ?? "–" },
          { label: tn("places"), cell: ({ places }) => formatNumber(places), number: true },
          { label: tn("links"), cell: ({ links }) => formatNumber(links), number: true },
        ],
      }).element,
    );
  };
  const read = (): void => {
    asked?.abort();
    const mine = (asked = new AbortController());
    if (document.activeElement !== search) search.value = now.q;
    status.value = now.status[0] ?? "";
    if (territory.get() !== now.within) territory.set(now.within);
    clear.hidden = writeNetworks(now) === writeNetworks(noList);
    count.textContent = "";
    const { q, status: statuses, within } = now;
    void load(rows, () => listNetworks({ ...(q === "" ? {} : { q }), ...(statuses.length > 0 ? { status: [...statuses] } : {}), ...(within === "" ? {} : { territory: within }), limit: most }, mine.signal), show);
  };
  read();
  host.title(tn("tab.list"));
  const record = mayRecord() ? h("button", { type: "button", class: "button button-primary", onclick: () => host.go({ page: "new", code: "" }) }, icon("plus", 18), tn("new")) : null;
  const bring = mayLink() ? h("button", { type: "button", class: "button", onclick: () => host.go({ page: "import" }) }, icon("upload", 18), tf("title")) : null;
  return {
    element: h(
      "div",
      { class: "desk-page" },
      h(
        "div",
        { class: "op-head" },
        h("div", { class: "net-lead" }, h("p", { class: "desk-lead" }, tn("intro")), bring, record),
        h("div", { class: "op-filters net-filters" }, field(search, { label: tn("search") }).element, field(status, { label: tn("status") }).element, territory.field.element, chartOf.field.element, clear, count),
      ),
      rows,
    ),
    follow(next) {
      if (next.page !== "list") return false;
      now = next;
      read();
      return true;
    },
    destroy: () => (typed.cancel(), asked?.abort()),
  };
}
