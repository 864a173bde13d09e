import { listOperations, type Operation } from "../../api/operations";
import { formatNumber } from "../../core/format";
import { noOperationFilter, operationQuery, operationTypes, readOperationFilter, type OperationFilter } from "../../core/operations";
import { announce } from "../../ui/announce";
import { field, select } from "../../ui/field";
import { fill, h } from "../../ui/h";
import type { DeskHost, OpenPage } from "../desk/desk";
import { empty, load } from "../desk/parts";
import { table } from "../desk/table";
import { typeLabel } from "./labels";
import { daysText, resultsText } from "./parts";
import { territoryField } from "./territory";
import { to } from "./words";

/** The latest this many are listed; narrower criteria find the others. */
const most = 200;

/** Operations that this viewer may know of, by type, days and territory. */
export function listPage(host: DeskHost): OpenPage {
  let filter = readOperationFilter(host.query);
  let asked: AbortController | null = null;
  const type = select(operationTypes.map((value) => ({ value, label: typeLabel(value) })), to("type.all"), filter.type, (value) => narrow({ type: value }));
  const from = h("input", { class: "input", type: "date", value: filter.from, onchange: () => narrow({ from: from.value }) });
  const until = h("input", { class: "input", type: "date", value: filter.until, onchange: () => narrow({ until: until.value }) });
  const territory = territoryField({ label: to("territory"), changed: (code) => narrow({ territory: code }) });
  const clear = h("button", { type: "button", class: "button", onclick: () => narrow(noOperationFilter) }, to("clear"));
  const count = h("p", { class: "list-count" });
  const place = h("div", { class: "desk-fill op-list" });

  const narrow = (part: Partial<OperationFilter>): void => host.go("list", operationQuery({ ...filter, ...part }));
  const show = ({ operations, total }: { operations: Operation[]; total: number }): void => {
    count.textContent = operations.length < total ? to("shown", { n: operations.length, total }) : to("count", { n: total });
    announce(to("loaded", { n: operations.length }));
    if (operations.length === 0) return fill(place, empty("shield", to("none"), to("none.help")));
    fill(
      place,
      table<Operation>({
        caption: to("list"),
        rows: operations,
        key: ({ id }) => id,
        open: ({ reference }) => host.go("operation", { operation: reference }),
        columns: [
          { label: to("type"), cell: (operation) => [h("strong", null, typeLabel(operation.type)), h("span", { class: "cell-more" }, operation.reference)] },
          { label: to("dates"), cell: (operation) => daysText(operation) },
          { label: to("territory"), cell: ({ territory_name: name }) => name },
          { label: to("places"), cell: ({ places, seen_as: seen }) => (seen === "tallied" ? "–" : formatNumber(places.length)), number: true, from: 3 },
          { label: to("results"), cell: ({ results }) => resultsText(results), from: 3 },
        ],
      }).element,
    );
  };
  const read = (): void => {
    asked?.abort();
    const mine = (asked = new AbortController());
    type.value = filter.type;
    from.value = filter.from;
    until.value = filter.until;
    if (territory.get() !== filter.territory) territory.set(filter.territory);
    clear.hidden = Object.keys(operationQuery(filter)).length === 0;
    count.textContent = "";
    void load(place, () => listOperations(operationQuery(filter), most, mine.signal), show);
  };
  read();
  return {
    element: h(
      "div",
      { class: "desk-page" },
      h("div", { class: "op-head" }, h("p", { class: "desk-lead" }, to("intro")), h("div", { class: "op-filters" }, field(type, { label: to("type") }).element, field(from, { label: to("from") }).element, field(until, { label: to("until") }).element, territory.field.element, clear, count)),
      place,
    ),
    follow(query) {
      filter = readOperationFilter(query);
      read();
    },
    destroy: () => asked?.abort(),
  };
}

