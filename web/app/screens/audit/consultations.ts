import { getDisclosed, listConsultations, type ConsultationLine, type Disclosed } from "../../api/desk";
import { consultationQuery, readQuestion, type ConsultationPage, type Question } from "../../core/audit";
import { formatDay, formatTime, dayOf } from "../../core/format";
import { fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word } from "../../ui/words";
import type { DeskHost, OpenPage } from "../desk/desk";
import { empty, facts, load, moment, note } from "../desk/parts";
import { split } from "../desk/split";
import { askForm } from "./ask";
import { linkTo } from "./links";
import { meet } from "./people";
import { proofPart } from "./proof";
import { opener, results } from "./results";
import { filterText, sentence, whatLabel } from "./sentences";
import { tu } from "./words";

export const unitOf = ({ service, unit }: { service?: string; unit?: string }): string => [word("services", service), unit].filter(Boolean).join(" · ");
export const when = (at: string | undefined, number: string): Child => {
  if (!at) return h("strong", null, number);
  const date = new Date(at);
  return [h("strong", null, h("time", { datetime: at }, `${formatDay(dayOf(date))}, ${formatTime(date)}`)), h("span", { class: "cell-more" }, number)];
};
export const who = ({ name, subject, ...rest }: { name?: string; subject?: string; service?: string; unit?: string }): Child => [name || subject || "", h("span", { class: "cell-more" }, unitOf(rest) || (name ? subject : ""))];

/** A line's number is its own in the log of its node only. */
const nameOf = ({ node = "", line }: ConsultationLine): string => `${node}/${line}`;

/** "Who saw this place?" and "what did this person see?": one page, two questions. */
export const placePage = (host: DeskHost): OpenPage => consultationPage(host, "place");
export const personPage = (host: DeskHost): OpenPage => consultationPage(host, "subject");

function consultationPage(host: DeskHost, required: "place" | "subject"): OpenPage {
  const page = required === "place" ? "place" : "person";
  const ask = askForm({ fields: [required, "from", "to", "operation"], required, ask: ({ place, subject, from, to, operation }) => host.go(page, { place, subject, from, to, operation }) });
  const place = h("div", { class: "desk-fill" });
  let list: ReturnType<typeof results<ConsultationLine, ConsultationPage>> | null = null;
  const row = opener<ConsultationLine>(nameOf, () => list?.table() ?? null);
  const panes = split(place, row.closed);
  const show = (line: ConsultationLine): void => {
    row.opened(line);
    panes.show(line.node === undefined ? tu("detail.line", { n: line.line }) : tu("detail.lineOf", { n: line.line, node: line.node }), ...lineDetail(line, host));
  };

  const answer = (question: Question): void => {
    ask.write(question);
    panes.hide();
    if (question[required] === "") return fill(place);
    list = results<ConsultationLine, ConsultationPage>(place, {
      caption: tu(page),
      key: nameOf,
      open: show,
      async read(page) {
        const { lines, next, next_cursor: cursor, examined, exact } = await listConsultations(consultationQuery(question, page));
        meet(lines);
        return { rows: lines, next: next ?? cursor, ...(required === "place" ? { note: tu("results.examined", { n: examined }) } : {}), ...(exact ? {} : { warning: tu("results.erased") }) };
      },
      count(n, more) {
        const text = required === "place" ? tu("results.place", { n, place: question.place }) : tu("results", { n });
        return more ? tu("results.more", { text }) : text;
      },
      none: required === "place" ? empty("eye", tu("results.nonePlace"), tu("results.nonePlaceHelp")) : empty("eye", tu("results.none"), tu("results.noneHelp")),
      columns: [
        { label: tu("col.when"), cell: ({ line, node, at }) => when(at, node === undefined ? tu("line", { n: line }) : tu("lineOf", { n: line, node })) },
        { label: tu("col.who"), cell: who },
        { label: tu("col.why"), cell: ({ motive = "", case: reference = "" }) => [motive, reference === "" ? null : h("span", { class: "cell-more" }, tu("case", { ref: reference }))], from: 2 },
        { label: tu("col.what"), cell: (line) => (line.erased ? h("span", { class: "unset" }, tu("erasedLine")) : [sentence(line), h("span", { class: "cell-more" }, shortDetail(line))]) },
      ],
    });
  };
  answer(readQuestion(host.query));
  return {
    element: h("div", { class: "desk-page" }, h("div", { class: "desk-question" }, h("p", null, tu(required === "place" ? "place.intro" : "person.intro")), ask.element), panes.element),
    follow: (query) => answer(readQuestion(query)),
  };
}

const shortDetail = ({ operation, token, query = "", what }: ConsultationLine): string =>
  [operation === "consultation" ? "" : word("operations", operation), token ? tu("token") : "", what === "search" ? "" : filterText(query)].filter(Boolean).join(" · ");

function lineDetail(line: ConsultationLine, host: DeskHost): Child[] {
  const proof = proofPart("consultations", line.line, line.node);
  if (line.erased) return [note(tu("erasedLine")), proof];
  const query = line.query ?? "";
  return [
    facts(
      [tu("fact.at"), moment(line.at)],
      [tu("fact.name"), line.name ?? ""],
      [tu("fact.subject"), h("code", { class: "code" }, line.subject ?? "")],
      [tu("fact.role"), word("roles", line.role)],
      [tu("fact.unit"), unitOf(line)],
      [tu("fact.motive"), line.motive ?? ""],
      [tu("fact.case"), line.case ?? ""],
      [tu("fact.token"), line.token ? h("code", { class: "code" }, line.token) : ""],
      [tu("fact.operation"), word("operations", line.operation)],
      [tu("fact.what"), [whatLabel(line.what, line.what_label), line.what === "tile" ? h("span", { class: "cell-more" }, sentence(line)) : null]],
      query === "" ? null : [tu("fact.filter"), filterText(query) || query],
      [tu("fact.recipients"), (line.recipients ?? []).join(", ")],
      [tu("fact.detail"), line.detail ?? ""],
      line.node === undefined ? null : [tu("fact.node"), line.node],
      line.sequence === undefined ? null : [tu("fact.sequence"), tu("fact.sequenceValue", { n: line.sequence })],
    ),
    line.subject ? h("p", null, linkTo(host, "person", { subject: line.subject }, tu("who.did"))) : null,
    disclosedPart(line, host),
    proof,
  ];
}

/** Places shown at once; the others behind a button. */
const atOnce = 40;

function disclosedPart({ line, node }: ConsultationLine, host: DeskHost): HTMLElement {
  const place = h("div", { class: "disclosed" });
  void load(place, () => getDisclosed(line, node), (told) => fill(place, ...disclosed(told, host)));
  return h("section", { class: "detail-part" }, h("h4", null, tu("disclosed")), h("p", { class: "help" }, tu("disclosed.again")), place);
}

function disclosed({ places, exact, total, aggregates_only: numbersOnly }: Disclosed, host: DeskHost): Child[] {
  if (numbersOnly) return [note(tu("disclosed.aggregates"))];
  const missing = exact ? null : note(tu(total > places.length ? "disclosed.more" : "disclosed.inexact", { n: places.length }), "warn");
  if (places.length === 0) return [missing ?? note(tu("disclosed.none"))];
  const one = ({ id, reference }: Disclosed["places"][number]): HTMLElement =>
    h("li", { class: reference ? null : "erased-place" }, linkTo(host, "place", { place: reference || id }, reference || tu("disclosed.erased"), tu("who.saw")), reference ? null : h("span", { class: "cell-more" }, id));
  const list = h("ul", { class: "references" }, ...places.slice(0, atOnce).map(one));
  const all = h(
    "button",
    {
      type: "button",
      class: "button button-small",
      onclick: () => {
        list.append(...places.slice(atOnce).map(one));
        list.querySelectorAll("a")[atOnce]?.focus();
        all.remove();
      },
    },
    tu("disclosed.all", { n: places.length }),
  );
  return [h("p", { class: "disclosed-count" }, icon("eye", 18), tu("disclosed.n", { n: total })), list, places.length > atOnce ? all : null, missing];
}
