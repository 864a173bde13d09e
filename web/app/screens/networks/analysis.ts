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
import { tw } from "./analysiswords";
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
  const directed = checkbox(tw("analysis.directed"), false);
  const weighted = checkbox(tw("analysis.weighted"), false);
  const players = select([1, 2, 3, 4, 5].map((n) => ({ value: n, label: tw("analysis.players.n", { n }) })), tw("analysis.players.none"), "3");
  const start = h("button", { type: "button", class: "button button-primary", onclick: () => void run() }, tw("analysis.run"));
  const cancel = h("button", { type: "button", class: "button", hidden: true, onclick: () => running?.abort() }, tw("analysis.cancel"));
  const bar = h("progress", { class: "net-progress", max: 1, value: 0, "aria-label": tn("panel.analysis") });
  const stage = h("p", { class: "help" });
  const progress = h("div", { class: "net-running", hidden: true }, bar, stage);
  const answer = h("div", { class: "net-answer" }, h("p", { class: "help" }, tw("analysis.intro")));
  const element = h(
    "div",
    { class: "net-pane", "data-testid": "analysis" },
    h("div", { class: "net-ask" }, directed.element, weighted.element, field(players, { label: tw("analysis.players") }).element, start, cancel),
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
    stage.textContent = tw("analysis.progress", { stage: tw("stage.other") });
    try {
      const made = await analyseGraph(query, mine.signal, ({ stage: now, done, total }) => {
        const known = stages.find((one) => one === now);
        bar.value = total > 0 ? done / total : 0;
        stage.textContent = tw("analysis.progress", { stage: tw(known ? `stage.${known}` : "stage.other") });
      });
      if (mine.signal.aborted) return;
      look.set({ analysis: made, byId: new Map(made.measures.map((measures) => [measures.id, measures])) });
      draw(made);
      announce(tw("analysis.done"));
    } catch (error) {
      if (running !== mine) return;
      if (isAbort(error) || mine.signal.aborted) announce(tw("analysis.cancelled"));
      else fill(answer, note(failure(error), "bad"));
    } finally {
      if (running === mine) {
        running = null;
        cancel.hidden = progress.hidden = true;
        start.disabled = false;
        start.textContent = look.get().analysis ? tw("analysis.again") : tw("analysis.run");
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
    h("section", { class: "card net-finding" }, h("h3", null, name, " ", h("span", { class: "badge" }, count)), list, h("div", { class: "row" }, show ? h("button", { type: "button", class: "button button-small", "aria-label": tw("analysis.showAll", { name }), onclick: show }, tw("analysis.show")) : null, more));
  const few = (ids: readonly string[], say: (id: string) => Child): Child => (ids.length === 0 ? h("p", { class: "help" }, tw("analysis.none")) : h("ul", { class: "net-list" }, ...ids.slice(0, named).map((id) => h("li", null, say(id))), ids.length > named ? h("li", { class: "help" }, tw("analysis.rest", { n: ids.length - named })) : null));

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
      h("div", { class: "net-warning", role: "note", "data-testid": "analysis-warning" }, icon("warning", 22), h("div", null, h("strong", null, tw("analysis.warning")), h("p", null, served(made.warning)))),
      h("dl", { class: "op-figures" }, figure(tw("whatif.nodes"), formatNumber(made.nodes)), figure(tw("analysis.components"), formatNumber(made.components)), figure(tw("analysis.largest"), formatNumber(made.largest)), figure(tw("analysis.fragmentation"), formatShare(made.fragmentation)), figure(tw("analysis.communities"), formatNumber(made.communities)), figure(tw("analysis.modularity"), formatShare(made.modularity))),
      made.exact ? null : note(tw("analysis.approximate")),
      h(
        "div",
        { class: "net-findings" },
        finding(tw("analysis.keyPlayers"), formatNumber(key.length), [few(key, place), key.length > 0 ? h("p", { class: "help" }, tw("analysis.keyPlayers.text", { before: formatShare(made.fragmentation), after: formatShare(fragmentation) }), exact ? "" : ` ${tw("analysis.keyPlayers.greedy")}`) : null], key.length > 0 ? () => host.highlight(tw("analysis.keyPlayers"), key, []) : null, key.length > 0 ? h("button", { type: "button", class: "button button-small", onclick: () => host.tryClosing(key) }, tw("analysis.try")) : null),
        finding(tw("analysis.articulations"), formatNumber(made.articulations.length), few(made.articulations, place), made.articulations.length > 0 ? () => host.highlight(tw("analysis.articulations"), made.articulations, []) : null),
        finding(tw("analysis.bridges"), formatNumber(bridges.length), few(bridges.map(([a, b]) => `${a} ${b}`), (pair) => { const [a = "", b = ""] = pair.split(" "); return h("button", { type: "button", class: "net-place", onclick: () => host.highlight(tw("analysis.bridge", { from: reference(a), to: reference(b) }), [a, b], between(a, b)) }, tw("analysis.bridge", { from: reference(a), to: reference(b) })); }), bridges.length > 0 ? () => host.highlight(tw("analysis.bridges"), bridges.flat(), bridges.flatMap(([a, b]) => between(a, b))) : null),
        finding(tw("analysis.top"), "10", few(made.measures.slice(0, 10).map(({ id }) => id), (id) => [place(id), " ", h("span", { class: "help" }, formatShare(look.get().byId.get(id)?.betweenness ?? 0))]), null),
        finding(tw("analysis.communities"), formatNumber(made.communities), few([...groups.keys()].sort((a, b) => a - b).map(String), (text) => { const ids = groups.get(Number(text)) ?? []; const name = tw("analysis.community", { n: Number(text) + 1 }); return h("button", { type: "button", class: "net-place", onclick: () => host.highlight(name, ids, within(ids)) }, `${name} (${formatNumber(ids.length)})`); }), null),
      ),
      h("section", { class: "card" }, h("h3", null, tw("analysis.explained")), h("dl", { class: "net-explained" }, ...made.explained.flatMap(({ label, text }) => [h("dt", null, served(label)), h("dd", null, served(text))]))),
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
      start.textContent = tw("analysis.run");
      fill(answer, h("p", { class: "help" }, tw("analysis.intro")));
    },
    stale() {
      if (look.get().analysis && !answer.querySelector(".net-stale")) answer.prepend(h("div", { class: "net-stale" }, note(tw("analysis.stale"), "warn")));
    },
    options: () => ({ directed: directed.input.checked, weighted: weighted.input.checked }),
    destroy: () => running?.abort(),
  };
}
