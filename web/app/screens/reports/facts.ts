import type { Report } from "../../api/reports";
import { dayOf, formatDay } from "../../core/format";
import { h, type Child } from "../../ui/h";
import { word } from "../../ui/words";
import { facts, moment } from "../desk/parts";
import { tr } from "./words";

export const statusBadge = ({ status }: Report): HTMLElement => h("span", { class: `badge ${status === "received" ? "badge-accent" : status === "kept" ? "badge-good" : ""}` }, tr(`status.${status}`));
export const communeOf = ({ commune_name: name, commune, departement }: Report): string => (name ? `${name} (${departement})` : commune);
export const dayReceived = ({ received }: Report): string => formatDay(dayOf(new Date(received)));

/** Everything that a report says. */
export function reportFacts(report: Report, withAuthor: boolean): Child[] {
  return [
    h("p", { class: "sheet-line" }, statusBadge(report)),
    h("blockquote", { class: "report-text" }, report.text),
    facts(
      [tr("fact.address"), report.address],
      [tr("fact.commune"), communeOf(report)],
      [tr("fact.products"), report.products.map((product) => word("products", product)).join(", ")],
      [tr("fact.hours"), report.hours],
      [tr("fact.seen"), report.seen ? formatDay(report.seen) : ""],
      withAuthor ? [tr("fact.by"), [word("services", report.service), report.unit].filter(Boolean).join(" · ")] : null,
      [tr("fact.received"), moment(report.received)],
      [tr("fact.settled"), moment(report.settled)],
    ),
  ];
}
