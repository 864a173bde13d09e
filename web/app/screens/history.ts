import { getHistory } from "../api/calls";
import { isAbort, type HistoryEntry } from "../api/client";
import { formatMoment } from "../core/format";
import type { Json } from "../core/json";
import { isKey, t } from "../i18n";
import { openPoint } from "../state";
import { fill, h } from "../ui/h";
import { word } from "../ui/words";
import { valueText } from "./values";

/** What changed on a point, when and by which service; newest first. */
export function buildHistory(): { element: HTMLElement; read(id: string, signal: AbortSignal): Promise<void> } {
  const list = h("ol", { class: "timeline" });
  const status = h("p", { class: "help" });
  return {
    element: h("div", null, list, status),
    async read(id, signal) {
      try {
        const entries = await getHistory(id, signal);
        fill(list, ...entries.map(entryItem));
        status.textContent = entries.length === 0 ? t("sheet.historyEmpty") : "";
      } catch (error) {
        if (!isAbort(error)) status.textContent = t("sheet.historyFailed");
      }
    },
  };
}

/** Says once what differs by nothing but spaces and capitals: "Cross 13, cross13". */
function unlike(words: readonly string[]): string[] {
  const plain = words.map((word) => word.toLowerCase().replaceAll(" ", ""));
  return words.filter((word, i) => word !== "" && plain.indexOf(plain[i] ?? "") === i);
}

export function entryItem(entry: HistoryEntry): HTMLElement {
  const by = unlike([word("services", entry.service), entry.unit, entry.author]).join(", ");
  return h(
    "li",
    { class: `event event-${entry.kind}` },
    h("p", { class: "event-head" }, h("strong", null, entry.label), h("time", { datetime: entry.at }, formatMoment(entry.at))),
    by === "" ? null : h("p", { class: "event-by" }, by),
    memberLine(entry),
    entry.erased ? h("p", { class: "event-note" }, t("history.erased")) : null,
    entry.note ? h("p", { class: "event-note" }, entry.note) : null,
    entry.changes.length === 0 ? null : h("ul", { class: "changes" }, ...entry.changes.map(changeItem)),
  );
}

/** Which record came in or went out; its own reference leads back here while it is merged, so only one that stands is a link. */
function memberLine({ kind, member }: HistoryEntry): HTMLElement | null {
  const what = { "place.merged": "merged", "place.split": "split", "place.filed": "filed" }[kind];
  if (what === undefined || (what === "filed" && !member)) return null;
  if (!member) return h("p", null, t(`history.${what as "merged" | "split"}.withheld`));
  const [before, after] = t(`history.${what as "merged" | "split" | "filed"}`, { ref: "\n" }).split("\n");
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    openPoint(member);
  };
  return h("p", null, before, what === "merged" ? h("strong", null, member) : h("a", { href: `/?point=${encodeURIComponent(member)}`, onclick: open }, member), after);
}

function changeItem({ field, before, after }: HistoryEntry["changes"][number]): HTMLElement {
  const was = valueText(field, before as Json | undefined);
  const is = valueText(field, after as Json | undefined);
  return h(
    "li",
    null,
    h("span", { class: "change-field" }, fieldName(field)),
    " ",
    was === "" ? null : h("del", null, h("span", { class: "visually-hidden" }, `${t("sheet.before")} `), was),
    was === "" ? null : " ",
    is === "" ? h("em", null, t("sheet.emptied")) : h("ins", null, h("span", { class: "visually-hidden" }, `${t("sheet.after")} `), is),
  );
}

/** The French name of a field of the record; its own name when it is not known here. */
export function fieldName(field: string): string {
  const key = `field.${field}`;
  if (isKey(key)) return t(key);
  const tail = `field.${field.slice(field.lastIndexOf(".") + 1)}`;
  return isKey(tail) ? t(tail) : field;
}
