import { isAbort } from "../../api/client";
import { analyseGraph, type AnalysisQuery, type GraphAnalysis } from "../../api/networks";
import type { LookStore } from "../../core/chart/look";
import type { ChartModel } from "../../core/chart/model";
import { formatNumber } from "../../core/format";
import { served } from "../../i18n/served";
import { announce } from "../../ui/announce";
import { checkbox, field, select } from "../../ui/field";
import { fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { failure, note } from "../desk/parts";
import { formatShare } from "./tables";
import { tn } from "./words";

interface AnalysisHost {
  model(): ChartModel | null;
  query(): AnalysisQuery;
  select(place: string): void;
  highlight(name: string, places: readonly string[], ties: readonly string[]): void;
  tryClosing(places: readonly string[]): void;
}

export interface AnalysisPanel {
  element: HTMLElement;
  run(): Promise<void>;
  /** Another graph is on the screen: what was computed before does not hold for it. */
  forget(): void;
  /** The graph on the screen has changed since. */
  stale(): void;
  options(): { directed: boolean; weighted: boolean };
  destroy(): void;
}

const stages = ["betweenness", "components", "communities", "articulations", "key_players"] as const;
/** Of a long list this many are named. */
const named = 24;

/** Measures of the graph, each explained, with the warning of what they do not say; computed with progress and a way out. */
export function analysisPanel(look: LookStore, host: AnalysisHost): AnalysisPanel {
  let running: AbortController | null = null;
  const directed = checkbox(tn("analysis.directed"), false);
  const weighted = checkbox(tn("analysis.weighted"), false);
  const players = select([1, 2, 3, 4, 5].map((n) => ({ value: n, label: tn("analysis.players.n", { n }) })), tn("analysis.players.none"), "3");
  const start = h("button", { type: "button", class: "button button-primary", onclick: () => void run() }, tn("analysis.run"));
  const cancel = h("button", { type: "button", class: "button", hidden: true, onclick: () => running?.abort() }, tn("analysis.cancel"));
  const bar = h("progress", { class: "net-progress", max: 1, value: 0, "aria-label": tn("panel.analysis") });
  const stage = h("p", { class: "help" });
  const progress = h("div", { class: "net-running", hidden: true }, bar, stage);
  const answer = h("div", { class: "net-answer" }, h("p", { class: "help" }, tn("analysis.intro")));
  const element = h(
    "div",
    { class: "net-pane", "data-testid": "analysis" },
    h("div", { class: "net-ask" }, directed.element, weighted.element, field(players, { label: tn("analysis.players") }).element, start, cancel),
    progress,
    answer,
  );

  const run = async (): Promise<void> => {
    running?.abort();
    const mine = (running = new AbortController());
    const query = { ...host.query(), ...(directed.input.checked ? { directed: "true" as const } : {}), ...(weighted.input.checked ? { weighted: "true" as const } : {}), key_players: Number(players.value || 0) };
    cancel.hidden = progress.hidden = false;
    start.disabled = true;
    bar.removeAttribute("value");
    stage.textContent = tn("analysis.progress", { stage: tn("stage.other") });
    try {
      const made = await analyseGraph(query, mine.signal, ({ stage: now, done, total }) => {
        const known = stages.find((one) => one === now);
        bar.value = total > 0 ? done / total : 0;
        stage.textContent = tn("analysis.progress", { stage: tn(known ? `stage.${known}` : "stage.other") });
      });
      if (mine.signal.aborted) return;
      look.set({ analysis: made, byId: new Map(made.measures.map((measures) => [measures.id, measures])) });
      draw(made);
      announce(tn("analysis.done"));
    } catch (error) {
      if (running !== mine) return;
      if (isAbort(error) || mine.signal.aborted) announce(tn("analysis.cancelled"));
      else fill(answer, note(failure(error), "bad"));
    } finally {
      if (running === mine) {
        running = null;
        cancel.hidden = progress.hidden = true;
        start.disabled = false;
        start.textContent = look.get().analysis ? tn("analysis.again") : tn("analysis.run");
      }
    }
  };

  const place = (id: string): Child => {
    const model = host.model();
    const node = model?.nodes[model.at.get(id) ?? -1];
    return node ? h("button", { type: "button", class: "net-place", onclick: () => host.select(id) }, h("span", { class: "reference" }, node.reference), node.name ? ` ${node.name}` : "") : null;
  };
  /** A finding with a button that shows it on chart and map. */
  const finding = (name: string, count: string, list: Child, show: (() => void) | null, more: Child = null): HTMLElement =>
    h("section", { class: "card net-finding" }, h("h3", null, name, " ", h("span", { class: "badge" }, count)), list, h("div", { class: "row" }, show ? h("button", { type: "button", class: "button button-small", "aria-label": tn("analysis.showAll", { name }), onclick: show }, tn("analysis.show")) : null, more));
  const few = (ids: readonly string[], say: (id: string) => Child): Child => (ids.length === 0 ? h("p", { class: "help" }, tn("analysis.none")) : h("ul", { class: "net-list" }, ...ids.slice(0, named).map((id) => h("li", null, say(id))), ids.length > named ? h("li", { class: "help" }, tn("analysis.rest", { n: ids.length - named })) : null));

  const draw = (made: GraphAnalysis): void => {
    const model = host.model();
    const between = (a: string, b: string): string[] => (model?.ties ?? []).filter(({ from, to }) => [a, b].every((id) => model?.nodes[from]?.id === id || model?.nodes[to]?.id === id)).map(({ id }) => id);
    const reference = (id: string): string => model?.nodes[model.at.get(id) ?? -1]?.reference ?? "";
    const figure = (label: string, value: string): HTMLElement => h("div", { class: "op-figure" }, h("dt", null, label), h("dd", null, value));
    const groups = new Map<number, string[]>();
    for (const { id, community } of made.measures) groups.set(community, [...(groups.get(community) ?? []), id]);
    const bridges = made.bridges.map(([a = "", b = ""]) => [a, b] as const);
    const { places: key, fragmentation, exact } = made.key_players;
    fill(
      answer,
      h("div", { class: "net-warning", role: "note", "data-testid": "analysis-warning" }, icon("warning", 22), h("div", null, h("strong", null, tn("analysis.warning")), h("p", null, served(made.warning)))),
      h("dl", { class: "op-figures" }, figure(tn("whatif.nodes"), formatNumber(made.nodes)), figure(tn("analysis.components"), formatNumber(made.components)), figure(tn("analysis.largest"), formatNumber(made.largest)), figure(tn("analysis.fragmentation"), formatShare(made.fragmentation)), figure(tn("analysis.communities"), formatNumber(made.communities)), figure(tn("analysis.modularity"), formatShare(made.modularity))),
      made.exact ? null : note(tn("analysis.approximate")),
      h(
        "div",
        { class: "net-findings" },
        finding(tn("analysis.keyPlayers"), formatNumber(key.length), [few(key, place), key.length > 0 ? h("p", { class: "help" }, tn("analysis.keyPlayers.text", { before: formatShare(made.fragmentation), after: formatShare(fragmentation) }), exact ? "" : ` ${tn("analysis.keyPlayers.greedy")}`) : null], key.length > 0 ? () => host.highlight(tn("analysis.keyPlayers"), key, []) : null, key.length > 0 ? h("button", { type: "button", class: "button button-small", onclick: () => host.tryClosing(key) }, tn("analysis.try")) : null),
        finding(tn("analysis.articulations"), formatNumber(made.articulations.length), few(made.articulations, place), made.articulations.length > 0 ? () => host.highlight(tn("analysis.articulations"), made.articulations, []) : null),
        finding(tn("analysis.bridges"), formatNumber(bridges.length), few(bridges.map(([a, b]) => `${a} ${b}`), (pair) => { const [a = "", b = ""] = pair.split(" "); return h("button", { type: "button", class: "net-place", onclick: () => host.highlight(tn("analysis.bridge", { from: reference(a), to: reference(b) }), [a, b], between(a, b)) }, tn("analysis.bridge", { from: reference(a), to: reference(b) })); }), bridges.length > 0 ? () => host.highlight(tn("analysis.bridges"), bridges.flat(), bridges.flatMap(([a, b]) => between(a, b))) : null),
        finding(tn("analysis.top"), "10", few(made.measures.slice(0, 10).map(({ id }) => id), (id) => [place(id), " ", h("span", { class: "help" }, formatShare(look.get().byId.get(id)?.betweenness ?? 0))]), null),
        finding(tn("analysis.communities"), formatNumber(made.communities), few([...groups.keys()].sort((a, b) => a - b).map(String), (text) => { const ids = groups.get(Number(text)) ?? []; const name = tn("analysis.community", { n: Number(text) + 1 }); return h("button", { type: "button", class: "net-place", onclick: () => host.highlight(name, ids, within(ids)) }, `${name} (${formatNumber(ids.length)})`); }), null),
      ),
      h("section", { class: "card" }, h("h3", null, tn("analysis.explained")), h("dl", { class: "net-explained" }, ...made.explained.flatMap(({ label, text }) => [h("dt", null, served(label)), h("dd", null, served(text))]))),
    );
  };
  const within = (ids: readonly string[]): string[] => {
    const model = host.model();
    const set = new Set(ids);
    return (model?.ties ?? []).filter(({ from, to }) => set.has(model?.nodes[from]?.id ?? "") && set.has(model?.nodes[to]?.id ?? "")).map(({ id }) => id);
  };
  return {
    element,
    run,
    forget() {
      running?.abort();
      look.set({ analysis: null, byId: new Map() });
      start.textContent = tn("analysis.run");
      fill(answer, h("p", { class: "help" }, tn("analysis.intro")));
    },
    stale() {
      if (look.get().analysis && !answer.querySelector(".net-stale")) answer.prepend(h("div", { class: "net-stale" }, note(tn("analysis.stale"), "warn")));
    },
    options: () => ({ directed: directed.input.checked, weighted: weighted.input.checked }),
    destroy: () => running?.abort(),
  };
}
