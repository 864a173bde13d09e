import { getPoint } from "../../api/calls";
import { isAbort } from "../../api/client";
import { tryClosing, type AnalysisQuery, type WhatIf, type WhatIfSide } from "../../api/networks";
import type { LookStore } from "../../core/chart/look";
import type { ChartModel } from "../../core/chart/model";
import { formatNumber } from "../../core/format";
import { served } from "../../i18n/served";
import { locale } from "../../i18n";
import { toast } from "../../ui/announce";
import { debounce, fill, h, type Child } from "../../ui/h";
import { act, failure, note } from "../desk/parts";
import { formatShare } from "./tables";
import { tw } from "./analysiswords";
import { tn } from "./words";

interface WhatIfHost {
  model(): ChartModel | null;
  query(): AnalysisQuery;
  select(place: string): void;
  toggle(place: string): void;
  reset(): void;
  /** A place was closed for real. */
  closedForReal(place: string): void;
}

/** At most this many can be closed in one trial. */
export const mostTried = 100;

/** What would fall apart if the places that are closed to try were closed: before and after, and nothing is written. */
export function whatIfPanel(look: LookStore, host: WhatIfHost): { element: HTMLElement; again(): void; destroy(): void } {
  let asked: AbortController | null = null;
  const add = h("button", { type: "button", class: "button", onclick: () => { const { selected } = look.get(); if (selected !== null) host.toggle(selected); } }, tw("whatif.add"));
  const reset = h("button", { type: "button", class: "button", onclick: () => host.reset() }, tw("whatif.reset"));
  const list = h("div", { class: "net-closed" });
  const status = h("p", { class: "help", role: "status" });
  const answer = h("div", { class: "net-answer", "data-testid": "whatif-answer" });
  const element = h("div", { class: "net-pane", "data-testid": "whatif" }, h("div", { class: "net-ask net-trial" }, note([h("strong", null, tw("whatif.nothing")), h("span", null, " ", tw("whatif.intro"))]), add, reset), list, status, answer);

  const reference = (id: string): string => {
    const model = host.model();
    return model?.nodes[model.at.get(id) ?? -1]?.reference ?? "";
  };
  const place = (id: string): Child => h("button", { type: "button", class: "net-place", onclick: () => host.select(id) }, h("span", { class: "reference" }, reference(id)));

  const forReal = async (button: HTMLButtonElement, id: string): Promise<void> => {
    await act(button, async () => {
      const [point, { openLifeDialog }] = await Promise.all([getPoint(id), import("../life")]);
      if (!point.properties.allowed?.includes("close") || point.properties.status === "closed") return toast(tw("whatif.may.not"), "bad");
      openLifeDialog("close", point, { saved: () => host.closedForReal(id), stale: () => host.closedForReal(id) });
    });
  };
  const drawList = (): void => {
    const { closed, selected } = look.get();
    add.disabled = selected === null || closed.has(selected);
    reset.disabled = closed.size === 0;
    if (closed.size === 0) return fill(list);
    fill(
      list,
      h(
        "ul",
        { class: "net-tried", "data-testid": "whatif-closed", "aria-label": tw("whatif.closed") },
        ...[...closed].map((id) =>
          h(
            "li",
            null,
            place(id),
            h("button", { type: "button", class: "button button-small", "aria-label": tw("whatif.untry", { ref: reference(id) }), onclick: () => host.toggle(id) }, tn("selected.untry")),
            h("button", { type: "button", class: "button button-small button-danger", "aria-label": tw("whatif.real.of", { ref: reference(id) }), onclick: (event: MouseEvent) => void forReal(event.currentTarget as HTMLButtonElement, id) }, tw("whatif.real")),
          ),
        ),
      ),
    );
  };

  const read = async (): Promise<void> => {
    asked?.abort();
    const closed = [...look.get().closed];
    if (closed.length === 0) {
      status.textContent = "";
      look.set({ cutOff: new Set() });
      return fill(answer);
    }
    const mine = (asked = new AbortController());
    status.textContent = tw("whatif.working");
    try {
      const made = await tryClosing(host.query(), closed, mine.signal);
      if (mine.signal.aborted) return;
      look.set({ cutOff: new Set(made.cut_off) });
      status.textContent = tw("whatif.done", { components: tw("whatif.components.n", { n: made.after.components }), cut: tw("whatif.cut.n", { n: made.cut_off.length }) });
      fill(answer, ...drawn(made));
    } catch (error) {
      if (isAbort(error)) return;
      status.textContent = "";
      fill(answer, note(failure(error), "bad"));
    }
  };
  const later = debounce(180, () => void read());

  const drawn = (made: WhatIf): Child[] => {
    const rows: readonly (readonly [label: string, name: keyof WhatIfSide])[] = [[tw("whatif.nodes"), "nodes"], [tw("whatif.ties"), "ties"], [tw("whatif.components"), "components"], [tw("whatif.largest"), "largest"], [tw("whatif.fragmentation"), "fragmentation"], [tw("whatif.isolated"), "isolated"]];
    const say = (name: keyof WhatIfSide, side: WhatIfSide): string => (name === "fragmentation" ? formatShare(side[name]) : formatNumber(side[name]));
    const rank = (n: number | undefined): string => (n === undefined ? tw("whatif.gone") : formatNumber(n));
    return [
      h(
        "div",
        { class: "net-findings" },
        h("section", { class: "card" }, h("h3", null, tw("whatif.compared")), simple(tw("whatif.compared"), [tw("whatif.measure"), tw("whatif.before"), tw("whatif.after")], rows.map(([label, name]) => [label, say(name, made.before), h(made.before[name] === made.after[name] ? "span" : "strong", null, say(name, made.after))]))),
        h("section", { class: "card" }, h("h3", null, tw("whatif.cut"), " ", h("span", { class: "badge" }, formatNumber(made.cut_off.length))), made.cut_off.length === 0 ? h("p", { class: "help" }, tw("whatif.cut.none")) : h("ul", { class: "net-list", "data-testid": "whatif-cut" }, ...made.cut_off.slice(0, 40).map((id) => h("li", null, place(id))), made.cut_off.length > 40 ? h("li", { class: "help" }, tw("analysis.rest", { n: made.cut_off.length - 40 })) : null)),
        h("section", { class: "card" }, h("h3", null, tw("whatif.reach")), made.reach.length === 0 ? h("p", { class: "help" }, tw("whatif.reach.none")) : simple(tw("whatif.reach"), [tn("col.reference"), tw("whatif.before"), tw("whatif.after")], made.reach.map(({ id, reference: ref, name, before, after }) => [[host.model()?.at.has(id) ? place(id) : ref, name ? ` ${name}` : ""], formatNumber(before), h(before === after ? "span" : "strong", null, formatNumber(after))]))),
        h("section", { class: "card" }, h("h3", null, tw("whatif.ranking")), simple(tw("whatif.ranking"), [tn("col.reference"), tw("whatif.before"), tw("whatif.after")], made.ranking.map(({ id, rank_before: was, rank_after: is }) => [place(id), was === undefined ? "–" : rank(was), h(was === is ? "span" : "strong", null, rank(is))]))),
      ),
      h("p", { class: "help" }, served(made.warning), " ", tw("whatif.ms", { n: made.milliseconds.toLocaleString(locale(), { maximumFractionDigits: 1 }) })),
      made.exact ? null : note(tw("analysis.approximate")),
    ];
  };

  const stops = [
    look.watch(({ closed }) => closed, () => {
      drawList();
      later();
    }),
    look.watch(({ selected }) => selected, drawList),
  ];
  drawList();
  return {
    element,
    again() {
      drawList();
      later();
    },
    destroy() {
      later.cancel();
      asked?.abort();
      for (const stop of stops) stop();
    },
  };
}

/** A small table: the first columns are words, the others numbers. */
export function simple(caption: string, heads: readonly string[], rows: readonly (readonly Child[])[], words = 1): HTMLElement {
  const align = (i: number): string | null => (i >= words ? "col-number" : null);
  return h(
    "table",
    { class: "table net-simple" },
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", null, h("tr", null, ...heads.map((head, i) => h("th", { scope: "col", class: align(i) }, head)))),
    h("tbody", null, ...rows.map(([first, ...rest]) => h("tr", null, h("th", { scope: "row" }, first), ...rest.map((cell, i) => h("td", { class: align(i + 1) }, cell))))),
  );
}
