import { listJournal, type JournalLine } from "../../api/desk";
import { journalQuery, readQuestion, type Question } from "../../core/audit";
import { h, type Child } from "../../ui/h";
import { word } from "../../ui/words";
import type { DeskHost, OpenPage } from "../desk/desk";
import { empty, facts, moment, note } from "../desk/parts";
import { split } from "../desk/split";
import { askForm } from "./ask";
import { unitOf, when, who } from "./consultations";
import { linkTo } from "./links";
import { meet } from "./people";
import { proofPart } from "./proof";
import { opener, results } from "./results";
import { tu } from "./words";

/** Who wrote what kind of entry in the journal of the map; never what it says. */
export function journalPage(host: DeskHost): OpenPage {
  const ask = askForm({ fields: ["place", "subject", "from", "to", "operation", "kind"], ask: (question) => host.go("journal", { ...question }) });
  const place = h("div", { class: "desk-fill" });
  let list: ReturnType<typeof results<JournalLine>> | null = null;
  const row = opener<JournalLine>(({ sequence }) => String(sequence), () => list?.table() ?? null);
  const panes = split(place, row.closed);
  const show = (entry: JournalLine): void => {
    row.opened(entry);
    panes.show(tu("detail.entry", { n: entry.sequence }), ...entryDetail(entry, host));
  };
  const answer = (question: Question): void => {
    ask.write(question);
    panes.hide();
    list = results<JournalLine>(place, {
      caption: tu("journal"),
      key: ({ sequence }) => String(sequence),
      open: show,
      async read(before) {
        const { entries, next } = await listJournal(journalQuery(question, before));
        meet(entries);
        return { rows: entries, next };
      },
      count: (n, more) => (more ? tu("results.more", { text: tu("results", { n }) }) : tu("results", { n })),
      none: empty("list", tu("results.none"), tu("results.noneHelp")),
      columns: [
        { label: tu("col.when"), cell: ({ at, sequence }) => when(at, tu("entry", { n: sequence })) },
        { label: tu("col.who"), cell: who },
        { label: tu("col.why"), cell: ({ motive = "", case: reference = "" }) => [motive, reference === "" ? null : h("span", { class: "cell-more" }, tu("case", { ref: reference }))], from: 2 },
        { label: tu("col.change"), cell: (entry) => [entry.kind_label, entry.erased ? h("span", { class: "badge" }, tu("erased")) : h("span", { class: "cell-more" }, word("operations", entry.operation))] },
        { label: tu("col.record"), cell: ({ reference }) => reference ?? "", from: 3 },
      ],
    });
  };
  answer(readQuestion(host.query));
  return {
    element: h("div", { class: "desk-page" }, h("div", { class: "desk-question" }, h("p", null, tu("journal.intro")), ask.element), panes.element),
    follow: (query) => answer(readQuestion(query)),
  };
}

function entryDetail(entry: JournalLine, host: DeskHost): Child[] {
  const ofPlace = entry.kind.startsWith("place.");
  return [
    entry.erased ? note(tu("erasedEntry")) : null,
    facts(
      [tu("fact.at"), moment(entry.at)],
      [tu("fact.name"), entry.name ?? ""],
      [tu("fact.subject"), h("code", { class: "code" }, entry.subject)],
      [tu("fact.role"), word("roles", entry.role)],
      [tu("fact.unit"), unitOf(entry)],
      [tu("fact.motive"), entry.motive ?? ""],
      [tu("fact.case"), entry.case ?? ""],
      [tu("fact.kind"), entry.kind_label],
      [tu("fact.operation"), word("operations", entry.operation)],
      [tu("fact.record"), [entry.reference ?? (ofPlace && entry.erased ? tu("fact.recordErased") : ""), h("code", { class: "code" }, entry.record)]],
    ),
    h("p", { class: "row-actions" }, ofPlace ? linkTo(host, "place", { place: entry.reference || entry.record }, tu("who.saw")) : null, linkTo(host, "person", { subject: entry.subject }, tu("who.did"))),
    proofPart("journal", entry.sequence),
  ];
}
