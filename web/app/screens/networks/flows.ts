import { flowsCSV, getFlows, type Flows } from "../../api/networks";
import { directions, flowLines, flowPartners, flowTotals } from "../../core/flows";
import { formatNumber } from "../../core/format";
import { linkMeans, type NetworksPlace } from "../../core/networks";
import { isOneOf } from "../../core/vocabulary";
import { served } from "../../i18n/served";
import { store } from "../../state";
import { announce } from "../../ui/announce";
import { field, select } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word, words } from "../../ui/words";
import { drawnToWidth, svg } from "../clct/svg";
import { act, empty, load, note } from "../desk/parts";
import { save } from "../mine/export";
import type { NetworksHost, NetworksPage } from "./index";
import { territoryField } from "./territory";
import { simple } from "./whatif";
import { tx } from "./flowwords";
import { tn } from "./words";

type FlowsPlace = Extract<NetworksPlace, { page: "flows" }>;

/** "2026-Q1" as it is said. */
const quarterText = (quarter: string): string => {
  const [year = "", q = ""] = quarter.split("-Q");
  return tx("flows.q", { q, year });
};

/** Quarters to choose from: the last twelve, the present one first. */
function quarters(today: Date): string[] {
  let [year, q] = [today.getFullYear(), Math.floor(today.getMonth() / 3) + 1];
  return Array.from({ length: 12 }, () => {
    const name = `${year}-Q${q}`;
    if (--q === 0) [year, q] = [year - 1, 4];
    return name;
  });
}

/** What crosses the border of a territory, by quarter and means. */
export function flowsPage(host: NetworksHost, place: FlowsPlace): NetworksPage {
  let now = place;
  let asked: AbortController | null = null;
  let stopChart = (): void => {};
  const own = store.get().me.territories.find(({ code }) => code !== "fr")?.code ?? "";
  const territory = territoryField({ label: tn("territory"), changed: (code) => code !== now.territory && narrow({ territory: code }) });
  const means = select(words("link_means"), tx("flows.allMeans"), now.means, (value) => narrow({ means: value }));
  const choices = quarters(new Date()).map((value) => ({ value, label: quarterText(value) }));
  const from = select(choices, tx("flows.default"), now.from, (value) => narrow({ from: value }));
  const until = select(choices, tx("flows.default"), now.until, (value) => narrow({ until: value }));
  const csv = h("button", { type: "button", class: "button", onclick: (event: MouseEvent) => void download(event.currentTarget as HTMLButtonElement) }, icon("download", 18), tx("flows.csv"));
  const body = h("div", { class: "desk-scroll net-flows" });

  const narrow = (part: Partial<FlowsPlace>): void => host.go({ ...now, ...part });
  const code = (): string => now.territory || own;
  const query = () => ({ ...(now.from === "" ? {} : { from: now.from }), ...(now.until === "" ? {} : { until: now.until }), ...(isOneOf(linkMeans, now.means) ? { means: [now.means] } : {}) });
  const download = async (button: HTMLButtonElement): Promise<void> => {
    await act(button, async () => save({ file: await flowsCSV(code(), query()), name: `flux-${code().replace(":", "-")}.csv` }));
  };

  const show = (flows: Flows): void => {
    stopChart();
    const lines = flowLines(flows);
    announce(tx("flows.loaded", { n: lines.length }));
    const notes = flows.notes.length > 0 ? h("ul", { class: "clct-method" }, ...flows.notes.map((line) => h("li", null, served(line)))) : null;
    if (lines.length === 0) return fill(body, empty("network", tx("flows.none")), notes);
    const drawn = chart(flows);
    stopChart = drawn.stop;
    const partners = flowPartners(flows);
    fill(
      body,
      h("section", { class: "card" }, h("h3", null, tx("flows.table", { name: flows.territory_name })), drawn.element),
      h("div", { class: "net-findings net-flow-tables" }, h("section", { class: "card", "data-testid": "flows-table" }, simple(tx("flows.table", { name: flows.territory_name }), [tx("flows.quarter"), tx("flows.means"), tx("flows.in"), tx("flows.out"), tx("flows.within"), tx("flows.strength")], lines.map(({ quarter, means: by, links, strength }) => [quarterText(quarter), word("link_means", by) || tx("flows.unknown"), ...directions.map((direction) => formatNumber(links[direction])), formatNumber(strength)]), 2)), partners.length > 0 ? h("section", { class: "card" }, h("h3", null, tx("flows.partners")), simple(tx("flows.partners"), [tx("flows.partner"), tx("flows.in"), tx("flows.out")], partners.slice(0, 25).map((one) => [one.name || one.code || tx("flows.partner.none"), formatNumber(one.in), formatNumber(one.out)]))) : null),
      notes,
    );
  };
  const read = (): void => {
    asked?.abort();
    const mine = (asked = new AbortController());
    if (territory.get() !== code()) territory.set(code());
    means.value = now.means;
    from.value = now.from;
    until.value = now.until;
    csv.hidden = code() === "";
    if (code() === "") return fill(body, note(tx("flows.choose")));
    void load(body, () => getFlows(code(), query(), mine.signal), show);
  };
  read();
  host.title(tn("tab.flows"));
  return {
    element: h("div", { class: "desk-page net-flows-page" }, h("div", { class: "op-head" }, h("p", { class: "desk-lead" }, tx("flows.intro")), h("div", { class: "op-filters net-flow-filters" }, territory.field.element, field(means, { label: tx("flows.means") }).element, field(from, { label: tx("flows.from") }).element, field(until, { label: tx("flows.until") }).element, csv)), body),
    follow(next) {
      if (next.page !== "flows") return false;
      now = next;
      read();
      return true;
    },
    destroy() {
      stopChart();
      asked?.abort();
    },
  };
}

const height = 170;

/** Three bars a quarter, told apart by their filling too. The table says the same in numbers. */
function chart(flows: Flows): { element: HTMLElement; stop(): void } {
  const totals = flowTotals(flows);
  const top = Math.max(1, ...totals.flatMap(({ links }) => directions.map((direction) => links[direction])));
  const place = h("div", { class: "net-flow-chart" });
  const legend = h("ul", { class: "net-flow-legend", "aria-hidden": "true" }, ...directions.map((direction) => h("li", null, h("span", { class: `net-flow-swatch net-flow-${direction}` }), tx(`flows.${direction}`))));
  const stop = drawnToWidth(place, (width) => {
    const step = width / Math.max(1, totals.length);
    const bar = Math.min(26, (step - 12) / 3);
    const root = svg("svg", { viewBox: `0 0 ${width} ${height + 26}`, width, height: height + 26, role: "img", "aria-label": tx("flows.chart") });
    root.append(svg("line", { x1: 0, x2: width, y1: height, y2: height, class: "chart-line" }));
    totals.forEach(({ quarter, links }, i) => {
      const left = i * step + (step - 3 * bar) / 2;
      directions.forEach((direction, k) => {
        const tall = (links[direction] / top) * (height - 24);
        const x = left + k * bar;
        root.append(svg("g", {}, svg("title", {}, `${quarterText(quarter)}, ${tx(`flows.${direction}`)} : ${formatNumber(links[direction])}`), svg("rect", { x: x + 1, y: height - tall, width: Math.max(1, bar - 2), height: tall, class: `net-flow-bar net-flow-${direction}` }), links[direction] > 0 && bar > 13 ? svg("text", { x: x + bar / 2, y: height - tall - 5, class: "watch-number net-flow-number" }, formatNumber(links[direction])) : null));
      });
      root.append(svg("text", { x: i * step + step / 2, y: height + 18, class: "watch-word" }, quarterText(quarter)));
    });
    place.replaceChildren(root);
  });
  return { element: h("figure", null, legend, place), stop };
}
