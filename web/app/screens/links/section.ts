import { changeLink, linkHistory, linksOf, removeLink, type PlaceLink } from "../../api/links";
import { ApiError, isAbort, type DealPoint } from "../../api/client";
import { todayInFrance, formatDay } from "../../core/format";
import { keyring } from "../../core/keyring";
import { hasEnded, tiesOf, type Tie } from "../../core/links";
import type { Json } from "../../core/json";
import { t } from "../../i18n";
import { store } from "../../state";
import { toast } from "../../ui/announce";
import { askYesNo } from "../../ui/dialog";
import { fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { facts, failure, refusal } from "../desk/parts";
import { entryItem } from "../history";
import { mapControl } from "../mapcontrol";
import { ownerText, valueText } from "../values";
import { openLinkForm } from "./form";
import { tieSample } from "./sample";
import { tieFacts, tieSentence } from "./say";
import { tk } from "./words";

/** The links of a place on its sheet: the same as on the map, for the keyboard and for eyes that do not see the lines. */
export interface LinksSection {
  /** Reads the links of a place, which may be as it was. */
  read(place: DealPoint): Promise<void>;
  destroy(): void;
}

export function linksSection(place: HTMLElement): LinksSection {
  const status = h("p", { class: "help", role: "status" }, tk("loading"));
  const rows = h("ul", { class: "ties", "aria-label": tk("title") });
  const formPlace = h("div");
  const addButton = h("button", { type: "button", class: "button", onclick: () => edit(null) }, icon("plus", 18), tk("add"));
  addButton.hidden = !store.get().me.allowed.includes("link");
  fill(place, status, rows, formPlace, addButton);

  let here: DealPoint | null = null;
  let ties: Tie[] = [];
  let pending: AbortController | undefined;
  const opened = new Set<string>();
  let form: { close(): void } | null = null;

  const read = async (next: DealPoint): Promise<void> => {
    here = next;
    pending?.abort();
    const { signal } = (pending = new AbortController());
    try {
      ties = tiesOf(await linksOf(next.id, signal), String(next.id), todayInFrance());
      draw();
    } catch (error) {
      if (isAbort(error) || (error instanceof ApiError && error.status === 401)) return;
      fill(rows);
      fill(status, tk("failed"), " ", h("button", { type: "button", class: "button button-small", onclick: () => here && void read(here) }, t("app.retry")));
    }
  };

  const draw = (): void => {
    const held = rows.contains(document.activeElement) ? (document.activeElement?.closest<HTMLElement>("li")?.dataset["link"] ?? null) : null;
    fill(rows, ...ties.map(row));
    status.textContent = ties.length === 0 ? tk("none") : tk("count", { n: ties.length });
    if (held) rows.querySelector<HTMLElement>(`li[data-link="${CSS.escape(held)}"] button`)?.focus({ preventScroll: true });
  };

  const row = (tie: Tie): HTMLElement => {
    const { link, other } = tie;
    const ended = hasEnded(link, todayInFrance());
    const body = h("div", { class: "tie-details" });
    const details = h("details", { class: "tie-more" }, h("summary", { "aria-label": tk("moreOf", { ref: other.reference }) }, tk("more"), icon("chevron", 16)), body);
    details.addEventListener("toggle", () => {
      if (details.open) opened.add(link.id);
      else opened.delete(link.id);
      if (details.open && body.childElementCount === 0) fill(body, ...more(tie));
    });
    details.open = opened.has(link.id);
    if (details.open) fill(body, ...more(tie));
    return h(
      "li",
      { class: ended ? "tie tie-ended" : "tie", "data-link": link.id },
      tieSample(link.kind, link.means, { directed: link.directed, faint: ended, back: link.directed && !tie.from }),
      h("div", { class: "tie-body" }, h("p", { class: "tie-words" }, ...tieSentence(tie), ended ? h("span", { class: "badge" }, tk("ended")) : null), h("p", { class: "help" }, tieFacts(link)), details),
    );
  };

  const more = (tie: Tie): Child[] => {
    const { link, other } = tie;
    const say = (name: string, value: unknown): readonly [string, Child] => [t(`field.${name}` as "field.note"), valueText(name, value as Json | undefined)];
    const past = h("ol", { class: "timeline" });
    const showPast = async (): Promise<void> => {
      try {
        const entries = await linkHistory(link.id, (pending ??= new AbortController()).signal);
        fill(past, ...entries.map(entryItem), entries.length === 0 ? h("li", { class: "help" }, tk("historyNone")) : null);
      } catch (error) {
        if (!isAbort(error)) fill(past, h("li", { class: "help" }, failure(error)));
      }
    };
    const button = (name: Parameters<typeof icon>[0], label: string, run: () => void): HTMLElement => h("button", { type: "button", class: "button button-small", onclick: run }, icon(name, 16), label);
    const today = todayInFrance();
    return [
      facts([tk("network"), link.network ?? ""], say("grading", link.grading), [tk("owner"), ownerText(link.owner)], say("handling", link.handling), say("note", link.note)),
      h(
        "div",
        { class: "tie-actions" },
        other.position ? button("target", tk("show"), () => showBoth(link)) : null,
        link.may_change ? button("edit", tk("edit"), () => edit(tie)) : null,
        link.may_change && !(link.until && link.until <= today) ? button("lock", tk("end"), () => void end(tie)) : null,
        link.may_change ? button("trash", tk("remove"), () => void remove(tie)) : null,
        button("clock", tk("history"), () => void showPast()),
      ),
      past,
    ];
  };

  const keyFor = keyring();
  const end = async ({ link, other }: Tie): Promise<void> => {
    const today = todayInFrance();
    if (!(await askYesNo(tk("endTitle"), tk("endText", { ref: other.reference, date: formatDay(today) }), tk("end"), t("common.cancel"), "primary"))) return;
    const body = { until: today };
    await act(() => changeLink(link.id, link.revision, body, keyFor({ id: link.id, revision: link.revision, body })), tk("ended.done"));
  };
  const remove = async ({ link, other }: Tie): Promise<void> => {
    if (!(await askYesNo(tk("removeTitle"), tk("removeText", { ref: other.reference }), tk("remove"), t("common.cancel")))) return;
    await act(() => removeLink(link.id, link.revision, keyFor({ id: link.id, revision: link.revision })), tk("removed.done"));
  };
  const act = async (run: () => Promise<unknown>, done: string): Promise<void> => {
    try {
      await run();
      toast(done, "good");
      mapControl.view?.refreshLinks();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) return;
      toast(error.status === 412 ? tk("stale") : refusal(error), "bad");
    }
    if (here) await read(here);
    addButton.focus({ preventScroll: true });
  };

  const edit = (tie: Tie | null): void => {
    form?.close();
    if (!here) return;
    addButton.hidden = true;
    form = openLinkForm(formPlace, here, tie, {
      done(saved) {
        form = null;
        addButton.hidden = !store.get().me.allowed.includes("link");
        if (!saved) return (tie ? (rows.querySelector<HTMLElement>(`li[data-link="${CSS.escape(tie.link.id)}"] summary`) ?? addButton) : addButton).focus();
        mapControl.view?.refreshLinks();
        addButton.focus({ preventScroll: true });
        if (here) void read(here);
      },
    });
  };

  return {
    read,
    destroy(): void {
      pending?.abort();
      form?.close();
    },
  };
}

/** Brings both ends of a link into view. */
function showBoth({ from, to }: PlaceLink): void {
  if (!store.get().place.layers.includes("links")) void import("../layers").then(({ showLayer }) => showLayer("links"));
  const [a, b] = [from.position, to.position];
  if (!a || !b) return;
  const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [a, b];
  mapControl.view?.fitBox([Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)]);
}
