import type { Statistics } from "../../api/clct";
import { listMeetings, removeMeeting, type Meeting } from "../../api/territorylife";
import { formatRelative, inOrder, relative } from "../../core/clct";
import { isDay } from "../../core/clctmonths";
import { movers, type Mover } from "../../core/clctparts";
import { addDays, formatDay, formatNumber, shortCommune } from "../../core/format";
import { closingReasons } from "../../core/vocabulary";
import { t } from "../../i18n";
import { store } from "../../state";
import { toast } from "../../ui/announce";
import { askYesNo } from "../../ui/dialog";
import { field, select } from "../../ui/field";
import { fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word } from "../../ui/words";
import { act } from "../desk/parts";
import { openMeeting } from "./meeting";
import { sayChange, saying, type Say } from "./say";
import { glyph, glyphs } from "./svg";
import { tc } from "./words";

interface SinceOptions {
  code: string;
  /** Compares with another day: "" for the last meeting, "none" for nothing. */
  since(day: string): void;
  /** A meeting was recorded or taken away. */
  changed(): void;
}

/** What changed since the committee last met, and its meetings. */
export function sinceLast({ code, since: compare, changed }: SinceOptions): { element: HTMLElement; set(statistics: Statistics, since: string): void; destroy(): void } {
  const asked = new AbortController();
  let meetings: Meeting[] | null = null;
  let now: { statistics: Statistics; since: string } | null = null;
  const mayMeet = (store.get().me.allowed as readonly string[]).includes("meet");
  const title = h("h3", { id: "clct-since" });
  const choice = h("div", { class: "since-choice" });
  const said = h("div", { class: "since-said" });
  const history = h("div", { class: "since-history" });
  const record = h("button", { type: "button", class: "button button-primary", hidden: true, onclick: () => openMeeting(code, () => void reread()) }, glyph(glyphs.calendar, 18), h("span", null, tc("meeting.record")));
  const element = h("section", { class: "clct-card clct-since", "aria-labelledby": "clct-since" }, title, choice, said, h("div", { class: "since-foot" }, record, history));

  const read = async (): Promise<void> => {
    try {
      meetings = await listMeetings(code, asked.signal);
    } catch {
      // Without the list of meetings any day can still be compared with.
      meetings = null;
    }
    if (!asked.signal.aborted) draw();
  };
  const reread = async (): Promise<void> => {
    await read();
    changed();
  };
  const draw = (): void => {
    record.hidden = meetings === null || !mayMeet;
    if (!now) return;
    const { statistics, since } = now;
    const met = meetings?.some(({ date }) => date === statistics.since) ?? false;
    title.textContent = statistics.since ? (met && meetings?.[0]?.date === statistics.since ? tc("since.last") : tc("since.day", { date: formatDay(statistics.since) })) : tc("since.last");
    if (!choice.contains(document.activeElement)) fill(choice, picker(since, statistics));
    fill(said, statistics.since ? what(statistics, met) : h("p", null, tc(since === "none" ? "since.none" : meetings === null ? "since.noDay" : meetings.length === 0 ? "since.noMeeting" : "since.noEarlier")));
    fill(history, meetings && meetings.length > 0 ? past(meetings) : null);
  };

  const picker = (since: string, { since: day = "", as_of: asOf }: Statistics): Child => {
    const dates = (meetings ?? []).map(({ date }) => date).filter((date) => date < asOf);
    const other = since !== "" && since !== "none" && !dates.includes(since);
    const terms = [
      ...(meetings ? [{ value: "", label: tc("compare.last") }] : [{ value: "", label: tc("compare.default") }]),
      ...dates.map((date) => ({ value: date, label: tc("compare.meeting", { date: formatDay(date) }) })),
      ...(other ? [{ value: since, label: formatDay(since) }] : []),
      { value: "other", label: tc("compare.other") },
      { value: "none", label: tc("compare.none") },
    ];
    const list = select(terms, null, since, (value) => (value === "other" ? ask() : compare(value)));
    const ask = (): void => {
      const input = h("input", { class: "input", type: "date", max: addDays(asOf, -1), value: day, onchange: () => isDay(input.value) && input.value < asOf && compare(input.value) });
      fill(choice, field(input, { label: tc("compare.day") }).element);
      input.focus();
    };
    return field(list, { label: tc("compare") }).element;
  };

  const past = (all: readonly Meeting[]): HTMLElement =>
    h(
      "details",
      { class: "numbers" },
      h("summary", null, tc("meeting.history", { n: all.length })),
      h(
        "ul",
        { class: "meetings" },
        ...all.map(({ id, date }) => {
          const remove = mayMeet ? h("button", { type: "button", class: "icon-button", "aria-label": tc("meeting.remove", { date: formatDay(date) }), onclick: () => void takeAway(remove!, id, date) }, icon("trash", 18)) : null;
          return h("li", null, h("span", null, tc("compare.meeting", { date: formatDay(date) })), remove);
        }),
      ),
    );
  const takeAway = async (button: HTMLButtonElement, id: string, date: string): Promise<void> => {
    if (!(await askYesNo(tc("meeting.removeTitle", { date: formatDay(date) }), tc("meeting.removeText"), tc("meeting.removeYes"), t("common.cancel")))) return;
    if (!(await act(button, () => removeMeeting(code, id)))) return;
    toast(tc("meeting.removed"), "good");
    await reread();
  };
  void read();
  return {
    element,
    set(statistics, since) {
      now = { statistics, since };
      draw();
    },
    destroy: () => asked.abort(),
  };
}

function what({ stock, before, flow_since: flow, since = "", parts, suppression }: Statistics, met: boolean): Child[] {
  const say = saying(suppression.applied);
  const part = relative(stock.counted, before?.counted);
  const closed = inOrder(flow?.closed ?? {}, closingReasons);
  const moved = movers(parts, 4);
  return [
    h(
      "ul",
      { class: "since-figures" },
      h("li", { class: "since-main" }, h("span", { class: "tile-name" }, tc("since.counted")), h("span", { class: "since-numbers" }, say(before?.counted), h("span", { class: "since-arrow", "aria-hidden": "true" }, "→"), h("span", { class: "visually-hidden" }, tc("since.then")), h("strong", null, say(stock.counted))), h("span", { class: "tile-beside" }, sayChange(say, stock.counted, before?.counted ?? null), part === null ? " " : ` (${formatRelative(part)}) `, tc(met ? "since.meeting" : "since.date", { date: formatDay(since) }))),
      figure(tc("flow.reported"), flow?.reported, say, tc("since.reported")),
      figure(tc("flow.opened"), flow?.opened, say, tc("since.opened")),
      h("li", null, h("span", { class: "tile-name" }, tc("flow.closed")), h("strong", null, say(flow?.closed_total)), h("span", { class: "tile-beside" }, closed.length === 0 ? tc("since.closedNone") : closed.map(([reason, n], i) => [i > 0 ? " · " : "", word("closing_reasons", reason).toLowerCase(), "\u00a0", say(n)]))),
      figure(tc("flow.reopened"), flow?.reopened, say, tc("since.reopened")),
    ),
    moved.up.length + moved.down.length === 0 ? null : h("div", { class: "since-movers" }, list(tc("since.up"), moved.up), list(tc("since.down"), moved.down)),
  ];
}

const figure = (name: string, n: number | null | undefined, say: Say, means: string): HTMLElement => h("li", null, h("span", { class: "tile-name" }, name), h("strong", null, say(n)), h("span", { class: "tile-beside" }, means));

function list(title: string, all: readonly Mover[]): Child {
  if (all.length === 0) return null;
  return h(
    "div",
    null,
    h("h4", null, title),
    h("ul", null, ...all.map(({ name, from, to }) => h("li", null, h("span", null, shortCommune(name)), h("span", { class: "mover-numbers" }, `${formatNumber(from)} → ${formatNumber(to)} `, sayChange(saying(false), to, from))))),
  );
}
