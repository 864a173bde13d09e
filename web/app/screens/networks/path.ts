import { isAbort } from "../../api/client";
import { findPath, type GraphPath, type GraphQuery } from "../../api/networks";
import type { ChartModel } from "../../core/chart/model";
import { locale } from "../../i18n";
import { announce } from "../../ui/announce";
import { combobox } from "../../ui/combobox";
import { checkbox, field, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word } from "../../ui/words";
import { failure, note } from "../desk/parts";
import { tw } from "./analysiswords";
import { tn } from "./words";

interface PathHost {
  model(): ChartModel | null;
  query(): GraphQuery;
  select(place: string): void;
  highlight(name: string, places: readonly string[], ties: readonly string[]): void;
}

export interface PathPanel {
  element: HTMLElement;
  set(end: "from" | "to", place: string): void;
  destroy(): void;
}

/** The shortest and the strongest way from one place of the graph to another. */
export function pathPanel(host: PathHost): PathPanel {
  let asked: AbortController | null = null;
  const [from, to] = [placeField(tw("path.from"), host), placeField(tw("path.to"), host)];
  const directed = checkbox(tw("path.directed"), false);
  const answer = h("div", { class: "net-answer", role: "status", "data-testid": "path-answer" });
  const swap = (): void => {
    const [a, b] = [from.get(), to.get()];
    from.set(b ?? "");
    to.set(a ?? "");
  };
  const find = async (): Promise<void> => {
    asked?.abort();
    const [a, b] = [from.get(), to.get()];
    from.field.setError(a === null ? { message: tw("path.missing") } : null);
    to.field.setError(b === null ? { message: tw("path.missing") } : a === b ? { message: tw("path.same") } : null);
    if (a === null) return from.field.focusTarget.focus();
    if (b === null || a === b) return to.field.focusTarget.focus();
    const mine = (asked = new AbortController());
    const { network, link_kind: kinds, means, on, closed } = host.query();
    try {
      const pair = await findPath({ from: a, to: b, ...(network ? { network } : {}), ...(kinds ? { link_kind: kinds } : {}), ...(means ? { means } : {}), ...(on ? { on } : {}), ...(closed ? { closed } : {}), ...(directed.input.checked ? { directed: "true" as const } : {}) }, mine.signal);
      if (mine.signal.aborted) return;
      if (!pair.fewest.found) {
        fill(answer, note(tw("path.none")));
        return;
      }
      fill(answer, h("div", { class: "net-findings" }, way(tw("path.fewest"), tw("path.fewest.text"), tw("path.length", { n: pair.fewest.links.length }), pair.fewest), way(tw("path.strongest"), tw("path.strongest.text"), tw("path.sum", { n: pair.strongest.length.toLocaleString(locale(), { maximumFractionDigits: 2 }) }), pair.strongest)));
      announce(tw("path.found", { n: pair.fewest.links.length }));
      show(tw("path.fewest"), pair.fewest);
    } catch (error) {
      if (!isAbort(error)) fill(answer, note(failure(error), "bad"));
    }
  };
  const show = (name: string, { places, links }: GraphPath): void => host.highlight(name, places.map(({ id }) => id), links.map(({ id }) => id));
  const way = (name: string, text: string, length: string, path: GraphPath): HTMLElement =>
    h(
      "section",
      { class: "card net-finding" },
      h("h3", null, name, " ", h("span", { class: "badge" }, length)),
      h("p", { class: "help" }, text),
      h(
        "ol",
        { class: "net-way" },
        ...path.places.map(({ id, reference, name: called }, i) => {
          const link = path.links[i];
          return h("li", null, h("button", { type: "button", class: "net-place", onclick: () => host.select(id) }, h("span", { class: "reference" }, reference), called ? ` ${called}` : ""), link ? h("span", { class: "net-step" }, [word("link_kinds", link.kind), word("link_means", link.means), `${tn("col.strength").toLocaleLowerCase()} ${link.strength}`].filter(Boolean).join(" · ")) : null);
        }),
      ),
      h("div", { class: "row" }, h("button", { type: "button", class: "button button-small", "aria-label": tw("analysis.showAll", { name }), onclick: () => show(name, path) }, tw("analysis.show"))),
    );
  const element = h(
    "form",
    { class: "net-pane", "data-testid": "path", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void find()) },
    h("p", { class: "help" }, tw("path.intro")),
    h("div", { class: "net-ask" }, from.field.element, h("button", { type: "button", class: "icon-button", "aria-label": tw("path.swap"), onclick: swap }, icon("swap", 20)), to.field.element, directed.element, h("button", { type: "submit", class: "button button-primary" }, tw("path.find"))),
    answer,
  );
  return {
    element,
    set(end, place) {
      (end === "from" ? from : to).set(place);
      if (from.get() !== null && to.get() !== null) void find();
    },
    destroy: () => asked?.abort(),
  };
}

/** A place of the graph by its reference or name: what stands in the field counts when it is a whole reference. */
function placeField(label: string, host: PathHost): { field: Field; get(): string | null; set(id: string): void } {
  const input = h("input", { class: "input", maxlength: 100, placeholder: tw("path.placeholder") });
  const made = field(input, { label });
  const nodes = (): ChartModel["nodes"] => host.model()?.nodes ?? [];
  const set = (id: string): void => {
    input.value = nodes().find((node) => node.id === id)?.reference ?? "";
    made.setError(null);
  };
  const options = combobox({
    input,
    keepText: true,
    async load(q) {
      const wanted = q.toLocaleLowerCase();
      const found = nodes().filter(({ reference, name }) => reference.toLocaleLowerCase().includes(wanted) || name?.toLocaleLowerCase().includes(wanted)).slice(0, 12);
      return [{ label: tw("path.suggestions"), options: found.map(({ id, reference, name, kind }) => ({ text: reference, detail: [name, word("kinds", kind)].filter(Boolean).join(" · "), pick: () => set(id) })) }];
    },
  });
  const row = h("div", { class: "combo" });
  input.replaceWith(row);
  row.append(input, options);
  return {
    field: made,
    get: () => nodes().find(({ reference }) => reference.toLocaleUpperCase() === input.value.trim().toLocaleUpperCase())?.id ?? null,
    set,
  };
}
