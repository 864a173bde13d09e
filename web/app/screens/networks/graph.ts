import { getTerritory } from "../../api/calls";
import { ApiError, isAbort } from "../../api/client";
import { getGraph, getNetwork, type Graph } from "../../api/networks";
import { keepKnown, lookStore, noLook, toggled } from "../../core/chart/look";
import { chartModel, componentsOf, type ChartModel } from "../../core/chart/model";
import { radii } from "../../core/chart/size";
import { formatNumber } from "../../core/format";
import { graphOf, graphQuery, noList, writeNetworks, type GraphPlace } from "../../core/networks";
import { t } from "../../i18n";
import { createGraphMap, type GraphMap } from "../../map/graphmap";
import { store } from "../../state";
import { announce, toast } from "../../ui/announce";
import { debounce, fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { resolvedTheme, watchTheme } from "../../ui/preferences";
import { empty, failure, note } from "../desk/parts";
import { onNews } from "../live";
import { analysisPanel } from "./analysis";
import { linkChart } from "./chart";
import { graphControls } from "./controls";
import { exportMenu } from "./exportmenu";
import type { NetworksHost, NetworksPage } from "./index";
import { legend } from "./legend";
import { statusBadge } from "./list";
import { pathPanel } from "./path";
import { recordPanel } from "./record";
import { placeSentence, selectionBar, tieSentence } from "./selection";
import { tables } from "./tables";
import { tabs } from "./tabs";
import { tip } from "./tip";
import { mostTried, whatIfPanel } from "./whatif";
import { tw } from "./analysiswords";
import { tn } from "./words";

/** Up to this many places the analysis is computed without being asked for. */
const analysedAtOnce = 600;

/** A network, what is around a place, or the links of a territory: chart and map beside each other, and everything in tables below. */
export function graphPage(host: NetworksHost, first: GraphPlace): NetworksPage {
  let place = first;
  let model: ChartModel | null = null;
  let graph: Graph | null = null;
  let asked: AbortController | null = null;
  let map: GraphMap | null = null;
  let fitted = "";
  const look = lookStore();
  const query = () => graphQuery(place);
  const sizes = (): Float64Array => (model ? radii(model, look.get().measure, look.get().byId) : new Float64Array(0));

  const select = (id: string | null, tie: string | null, from: "chart" | "map" | "other" = "other"): void => {
    look.set({ selected: id, tie });
    if (!model) return;
    if (id !== null) {
      if (from !== "chart") chart.reveal(id);
      const at = model.nodes[model.at.get(id) ?? -1]?.position;
      if (from !== "map" && at && at.length >= 2) map?.reveal([at[0] ?? 0, at[1] ?? 0]);
      announce(placeSentence(model, id));
    } else if (tie !== null) announce(tieSentence(model, tie));
  };
  const toggle = (ids: readonly string[]): void => {
    const { closed } = look.get();
    const only = ids[0];
    const after = ids.length === 1 && only !== undefined ? toggled(closed, only) : new Set([...closed, ...ids]);
    if (after.size > mostTried) return toast(tw("whatif.most"), "bad");
    look.set({ closed: after });
    if (only !== undefined && ids.length === 1) announce(tw(after.has(only) ? "whatif.tried" : "whatif.untried", { ref: model?.nodes[model.at.get(only) ?? -1]?.reference ?? "" }));
    panel.open("whatif");
  };
  const highlight = (name: string, places: readonly string[], ties: readonly string[]): void => {
    look.set({ group: { name, places: new Set(places), ties: new Set(ties) }, selected: null, tie: null });
    announce(tn("group.said", { name }));
  };

  const chart = linkChart(look, {
    select: (id, tie) => select(id, tie, "chart"),
    hover: (what, x, y, element) => hover(what, x, y, element),
    tryClosing: (id) => toggle([id]),
  });
  const hint = tip(() => model);
  const hover = (what: { place: string | null; tie: string | null } | null, x: number, y: number, element: HTMLElement): void => {
    const now = look.get();
    if (now.hovered !== (what?.place ?? null) || now.hoveredTie !== (what?.tie ?? null)) look.set({ hovered: what?.place ?? null, hoveredTie: what?.tie ?? null });
    hint.show(what, x, y, element);
  };
  const mapElement = h("div", { class: "map net-map", "data-testid": "network-map" });
  const without = h("p", { class: "net-without", hidden: true });
  const key = legend();
  const chosenGroup = h("div", { class: "net-group", hidden: true });
  const chartSide = h("section", { class: "net-side", "aria-label": tn("chart") }, chart.element, key.element, chosenGroup);
  const mapSide = h("section", { class: "net-side net-map-side", "aria-label": tn("map") }, mapElement, without);
  const stage = h("div", { class: "net-stage" }, chartSide, mapSide);

  const rows = tables(look, { select: (id, tie) => select(id, tie) });
  const analysis = analysisPanel(look, { model: () => model, query, select: (id) => select(id, null), highlight, tryClosing: toggle });
  const whatIf = whatIfPanel(look, {
    model: () => model,
    query: () => ({ ...query(), ...(analysis.options().directed ? { directed: "true" as const } : {}), ...(analysis.options().weighted ? { weighted: "true" as const } : {}) }),
    select: (id) => select(id, null),
    toggle: (id) => toggle([id]),
    reset: () => look.set({ closed: new Set() }),
    closedForReal(id) {
      look.set({ closed: new Set([...look.get().closed].filter((one) => one !== id)) });
      void read(true);
    },
  });
  const path = pathPanel({ model: () => model, query, select: (id) => select(id, null), highlight });
  const record = recordPanel(host);
  const bar = selectionBar(look, {
    model: () => model,
    clear: () => select(null, null),
    tryClosing: (id) => toggle([id]),
    path(end, id) {
      path.set(end, id);
      panel.open("path");
    },
  });
  const panel = tabs(tn("panel"), [
    { id: "places", label: tn("panel.places"), content: rows.places },
    { id: "links", label: tn("panel.links"), content: rows.ties },
    { id: "analysis", label: tn("panel.analysis"), content: analysis.element },
    { id: "whatif", label: tn("panel.whatif"), content: whatIf.element },
    { id: "path", label: tn("panel.path"), content: path.element },
    ...(first.network === "" ? [] : [{ id: "record", label: tn("panel.record"), content: record.element }]),
  ]);

  const go = (part: Partial<GraphPlace>): void => host.go({ ...place, ...part });
  const controls = graphControls(place, look, go);
  const title = h("h2", { class: "net-title", tabindex: -1 });
  const more = h("span", { class: "net-more" });
  const count = h("p", { class: "net-count", "data-testid": "graph-count" });
  const exporting = exportMenu({ model: () => model, on: () => graph?.on ?? "", positions: () => chart.positions(), radii: sizes, look: () => look.get(), title: () => title.textContent ?? "", query });
  const back = h("a", { class: "button", href: writeNetworks(noList), onclick: (event: MouseEvent) => (event.ctrlKey || event.metaKey || event.shiftKey ? undefined : (event.preventDefault(), host.go(noList))) }, icon("back", 18), h("span", null, tn("back")));
  const head = h("div", { class: "net-head" }, back, h("div", { class: "net-heading" }, title, more, count), exporting);
  const problem = h("div", { class: "net-problem", role: "alert" });
  const body = h("div", { class: "net-work" }, stage, h("div", { class: "net-panel" }, bar.element, panel.element));
  const tall = h("button", { type: "button", class: "icon-button net-tall", "aria-label": tn("panel.tall"), title: tn("panel.tall"), "aria-pressed": "false", onclick: () => tall.setAttribute("aria-pressed", String(body.classList.toggle("net-work-tall"))) }, icon("chevron", 20));
  panel.element.append(tall);
  const element = h("div", { class: "net-page", "data-testid": "graph-page" }, head, controls.element, problem, body);

  const heading = (): void => {
    if (place.network !== "") title.textContent = tn("network", { code: place.network });
    else if (place.place !== "") title.textContent = tn("aroundHops", { ref: place.place, n: place.hops });
    else {
      const { territory } = place;
      title.textContent = tn("inTerritory", { name: territory });
      void getTerritory(territory).then(({ name }) => place.territory === territory && (title.textContent = tn("inTerritory", { name })), () => {});
    }
    host.title(title.textContent ?? "");
  };

  const madeMap = (): GraphMap => {
    if (map) return map;
    map = createGraphMap(mapElement, {
      labels: { map: tn("map"), mapHelp: tn("map.help"), zoomIn: t("map.zoomIn"), zoomOut: t("map.zoomOut"), attribution: store.get().me.synthetic ? t("map.attributionSynthetic") : t("map.attribution"), position: t("map.position") },
      theme: resolvedTheme(),
      onHover: (what, x, y) => hover(what, x, y, mapElement),
      onSelect: ({ place: id, tie }) => select(id, tie, "map"),
    });
    map.look(look.get());
    return map;
  };

  /** What takes the place of the drawing when there is nothing to draw, or stands above it. */
  const say = (made: ChartModel): Child => {
    if (made.nodes.length === 0) return empty("network", tn("empty"), tn(place.network !== "" ? "empty.network" : place.place !== "" ? "empty.place" : "empty.territory"));
    if (made.nodes.length === 1 && made.ties.length === 0) return note(tn("oneNode"));
    return made.ties.length === 0 ? note(tn("noLinks")) : null;
  };

  const show = (answer: Graph, quiet: boolean): void => {
    graph = answer;
    model = chartModel(answer);
    look.set(keepKnown(look.get(), model.at, model.tieAt));
    const { nodes, ties } = model;
    const parts = componentsOf(model.neighbours).length;
    fill(count, tn("summary", { places: tn("summary.places", { n: nodes.length }), links: tn("summary.links", { n: ties.length }) }), nodes.length > 0 ? ` · ${tn("summary.parts", { n: parts })}` : "");
    if (!quiet) announce(tn("summary.said", { places: tn("summary.places", { n: nodes.length }), links: tn("summary.links", { n: ties.length }) }));
    fill(problem, say(model));
    body.hidden = nodes.length === 0;
    const lost = nodes.filter(({ position }) => !position).length;
    without.hidden = lost === 0;
    without.textContent = tn("map.without", { n: lost });
    panel.label("places", `${tn("panel.places")} (${formatNumber(nodes.length)})`);
    panel.label("links", `${tn("panel.links")} (${formatNumber(ties.length)})`);
    rows.set(model);
    key.set(model);
    bar.draw();
    // Chart and map measure the room that they have.
    requestAnimationFrame(() => {
      if (!model || !element.isConnected || nodes.length === 0) return;
      chart.show(model, sizes(), place.layout);
      madeMap().show(model, sizes());
      const what = writeNetworks(graphOf({ network: place.network, place: place.place, territory: place.territory }));
      if (fitted !== what) map?.fit();
      fitted = what;
    });
    whatIf.again();
    if (nodes.length > 1 && ties.length > 0 && nodes.length <= analysedAtOnce) void analysis.run();
    else if (quiet) analysis.stale();
  };

  const read = async (quiet = false): Promise<void> => {
    asked?.abort();
    const mine = (asked = new AbortController());
    element.setAttribute("aria-busy", "true");
    if (!quiet) {
      fill(problem, h("p", { class: "desk-loading", role: "status" }, h("span", { class: "spinner" }), t("app.loading")));
      analysis.forget();
    }
    try {
      const answer = await getGraph(query(), mine.signal);
      if (mine.signal.aborted) return;
      show(answer, quiet);
      if (quiet) announce(tn("updated"));
    } catch (error) {
      if (isAbort(error) || mine.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) refuse(error);
    } finally {
      if (asked === mine) element.removeAttribute("aria-busy");
    }
  };
  const refuse = (error: ApiError): void => {
    body.hidden = true;
    count.textContent = "";
    const text = error.status === 403 ? tn("refused") : error.status === 404 && place.network !== "" ? tn("notFound") : [failure(error), ...(error.problem?.errors ?? []).map(({ message }) => message)].join(" ");
    fill(problem, h("div", { class: "desk-failed" }, note(text, "bad"), h("button", { type: "button", class: "button", onclick: () => void read() }, t("app.retry"))));
  };
  const readNetwork = async (): Promise<void> => {
    if (place.network === "") return fill(more);
    const { network: code } = place;
    try {
      const network = await getNetwork(code);
      if (place.network !== code) return;
      fill(more, statusBadge(network.status), network.territory_name ? h("span", null, network.territory_name) : null);
      record.set(network);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(more);
    }
  };

  const open = (): void => {
    heading();
    controls.sync(place);
    void read();
    void readNetwork();
  };

  const later = debounce(600, () => {
    void read(true);
    void readNetwork();
  });
  const touches = (ids: readonly string[]): boolean => ids.some((id) => model?.at.has(id));
  const stops = [
    onNews((news) => {
      // What is new may belong to a network without any of its places being known here.
      if (news.kind === "again" || (news.kind === "link" ? news.event.type === "added" || touches([news.event.from, news.event.to]) : touches([news.event.id]) || place.network !== "")) later();
    }),
    watchTheme((theme) => {
      map?.setTheme(theme);
      if (model) key.set(model);
    }),
    look.watch((state) => state, (state) => map?.look(state)),
    look.watch(({ measure }) => measure, () => resize()),
    look.watch(({ byId }) => byId, () => resize()),
    look.watch(({ group }) => group, (group) => {
      chosenGroup.hidden = group === null;
      fill(chosenGroup, group ? [h("span", null, group.name), h("button", { type: "button", class: "icon-button", "aria-label": tn("group.clear"), onclick: () => look.set({ group: null }) }, icon("close", 18))] : null);
    }),
  ];
  const resize = (): void => {
    if (!model) return;
    chart.resize(sizes());
    map?.show(model, sizes());
  };
  open();
  return {
    element,
    follow(next) {
      if (next.page !== "graph" || (next.network === "") !== (place.network === "")) return false;
      const before = place;
      place = next;
      if (before.network !== next.network || before.place !== next.place || before.territory !== next.territory) look.set(noLook);
      const layoutOnly = writeNetworks({ ...before, layout: next.layout }) === writeNetworks(next);
      if (layoutOnly) {
        controls.sync(place);
        if (model) chart.show(model, sizes(), place.layout);
      } else open();
      return true;
    },
    destroy() {
      later.cancel();
      asked?.abort();
      for (const stop of stops) stop();
      for (const part of [chart, rows, analysis, whatIf, path, bar, record]) part.destroy();
      map?.destroy();
    },
  };
}
