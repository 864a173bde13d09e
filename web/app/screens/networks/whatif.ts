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
  const add = h("button", { type: "button", class: "button", onclick: () => { const { selected } = look.get(); if (selected !== null) host.toggle(selected); } }, tn("whatif.add"));
  const reset = h("button", { type: "button", class: "button", onclick: () => host.reset() }, tn("whatif.reset"));
  const list = h("div", { class: "net-closed" });
  const status = h("p", { class: "help", role: "status" });
  const answer = h("div", { class: "net-answer", "data-testid": "whatif-answer" });
  const element = h("div", { class: "net-pane", "data-testid": "whatif" }, h("div", { class: "net-ask net-trial" }, note([h("strong", null, tn("whatif.nothing")), h("span", null, " ", tn("whatif.intro"))]), add, reset), list, status, answer);

  const reference = (id: string): string => {
    const model = host.model();
    return model?.nodes[model.at.get(id) ?? -1]?.reference ?? "";
  };
  const place = (id: string): Child => h("button", { type: "button", class: "net-place", onclick: () => host.select(id) }, h("span", { class: "reference" }, reference(id)));

  const forReal = async (button: HTMLButtonElement, id: string): Promise<void> => {
    await act(button, async () => {
      const [point, { openLifeDialog }] = await Promise.all([getPoint(id), import("../life")]);
      if (!point.properties.allowed?.includes("close") || point.properties.status === "closed") return toast(tn("whatif.may.not"), "bad");
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
        { class: "net-tried", "data-testid": "whatif-closed", "aria-label": tn("whatif.closed") },
        ...[...closed].map((id) =>
          h(
            "li",
            null,
            place(id),
            h("button", { type: "button", class: "button button-small", "aria-label": tn("whatif.untry", { ref: reference(id) }), onclick: () => host.toggle(id) }, tn("selected.untry")),
            h("button", { type: "button", class: "button button-small button-danger", "aria-label": tn("whatif.real.of", { ref: reference(id) }), onclick: (event: MouseEvent) => void forReal(event.currentTarget as HTMLButtonElement, id) }, tn("whatif.real")),
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
    status.textContent = tn("whatif.working");
    try {
      const made = await tryClosing(host.query(), closed, mine.signal);
      if (mine.signal.aborted) return;
      look.set({ cutOff: new Set(made.cut_off) });
      status.textContent = tn("whatif.done", { components: tn("whatif.components.n", { n: made.after.components }), cut: tn("whatif.cut.n", { n: made.cut_off.length }) });
      fill(answer, ...drawn(made));
    } catch (error) {
      if (isAbort(error)) return;
      status.textContent = "";
      fill(answer, note(failure(error), "bad"));
    }
  };
  const later = debounce(180, () => void read());

  const drawn = (made: WhatIf): Child[] => {
    const rows: readonly (readonly [label: string, name: keyof WhatIfSide])[] = [[tn("whatif.nodes"), "nodes"], [tn("whatif.ties"), "ties"], [tn("whatif.components"), "components"], [tn("whatif.largest"), "largest"], [tn("whatif.fragmentation"), "fragmentation"], [tn("whatif.isolated"), "isolated"]];
    const say = (name: keyof WhatIfSide, side: WhatIfSide): string => (name === "fragmentation" ? formatShare(side[name]) : formatNumber(side[name]));
    const rank = (n: number | undefined): string => (n === undefined ? tn("whatif.gone") : formatNumber(n));
    return [
      h(
        "div",
        { class: "net-findings" },
        h("section", { class: "card" }, h("h3", null, tn("whatif.compared")), simple(tn("whatif.compared"), [tn("whatif.measure"), tn("whatif.before"), tn("whatif.after")], rows.map(([label, name]) => [label, say(name, made.before), h(made.before[name] === made.after[name] ? "span" : "strong", null, say(name, made.after))]))),
        h("section", { class: "card" }, h("h3", null, tn("whatif.cut"), " ", h("span", { class: "badge" }, formatNumber(made.cut_off.length))), made.cut_off.length === 0 ? h("p", { class: "help" }, tn("whatif.cut.none")) : h("ul", { class: "net-list", "data-testid": "whatif-cut" }, ...made.cut_off.slice(0, 40).map((id) => h("li", null, place(id))), made.cut_off.length > 40 ? h("li", { class: "help" }, tn("analysis.rest", { n: made.cut_off.length - 40 })) : null)),
        h("section", { class: "card" }, h("h3", null, tn("whatif.reach")), made.reach.length === 0 ? h("p", { class: "help" }, tn("whatif.reach.none")) : simple(tn("whatif.reach"), [tn("col.reference"), tn("whatif.before"), tn("whatif.after")], made.reach.map(({ id, reference: ref, name, before, after }) => [[host.model()?.at.has(id) ? place(id) : ref, name ? ` ${name}` : ""], formatNumber(before), h(before === after ? "span" : "strong", null, formatNumber(after))]))),
        h("section", { class: "card" }, h("h3", null, tn("whatif.ranking")), simple(tn("whatif.ranking"), [tn("col.reference"), tn("whatif.before"), tn("whatif.after")], made.ranking.map(({ id, rank_before: was, rank_after: is }) => [place(id), was === undefined ? "–" : rank(was), h(was === is ? "span" : "strong", null, rank(is))]))),
      ),
      h("p", { class: "help" }, served(made.warning), " ", tn("whatif.ms", { n: made.milliseconds.toLocaleString(locale(), { maximumFractionDigits: 1 }) })),
      made.exact ? null : note(tn("analysis.approximate")),
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
