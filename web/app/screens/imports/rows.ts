import { ApiError, isAbort } from "../../api/client";
import { changeRow, getQuarantine, listRows, type Import, type RowChange, type RowDecision, type RowState, type StagedRow } from "../../api/imports";
import { firstState, rowStates } from "../../core/imports";
import { isUndecided, nextUndecided } from "../../core/importrows";
import { announce, toast } from "../../ui/announce";
import { debounce, fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { writeDesk } from "../desk/address";
import { act, empty, failure, load, note, refusal } from "../desk/parts";
import { rowKeys } from "./keys";
import type { StepHost, StepView } from "./one";
import { rowDetail, type RowDetail } from "./rowdetail";
import { rowList } from "./rowlist";
import { rowMap } from "./rowmap";
import { tl } from "./rowwords";

const pageSize = 50;

/** The staged rows by state: looked at in a list and on the map, mended, and decided one after the other. */
export function rowsStep(first: Import, host: StepHost): StepView {
  let imported = first;
  const canChange = first.stage === "staged";
  let state: RowState = readState(host, first);
  let rows: StagedRow[] = [];
  let current = -1;
  let cursors = [""];
  let next = "";
  let detail: RowDetail | null = null;
  let asked: AbortController | undefined;
  let lastDecided: number | null = null;

  const heading = h("h3", { class: "visually-hidden", tabindex: -1 }, tl("rows.title"));
  const tabs = h("nav", { class: "row-tabs", "aria-label": tl("rows.states") });
  const tools = h("div", { class: "row-tools" });
  const pane = h("div", { class: "row-detail" });
  const pager = h("div", { class: "row-pager" });
  const list = rowList((line) => select(indexOf(line)), () => state);
  const downloads = h("div", { class: "row-downloads" });
  const map = rowMap(first.bounds, (line) => select(indexOf(line), true));
  const listPlace = h("div", { class: "row-list" });
  const work = h("div", { class: "rows-work" }, h("section", { class: "row-side", "aria-label": tl("rows.list") }, downloads, listPlace, pager), h("div", { class: "row-main" }, map.element, pane));
  const element = h("div", { class: "rows-page" }, h("div", { class: "rows-head" }, heading, tabs, tools), work);
  const indexOf = (line: number): number => rows.findIndex((row) => row.line === line);

  const drawTabs = (): void => {
    const shown = rowStates.filter((of) => imported.counts[of] > 0 || of === state || (canChange && (of === "quarantined" || of === "review")));
    const link = (of: RowState): HTMLElement => {
      const query = { import: imported.id, step: "rows", state: of };
      const follow = (event: MouseEvent): void => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        host.go("rows", { state: of });
      };
      return h("li", null, h("a", { class: "desk-tab", href: writeDesk("import", query), "aria-current": of === state ? "true" : null, onclick: follow }, tl(`tab.${of}`), h("span", { class: "badge" }, imported.counts[of].toLocaleString(document.documentElement.lang))));
    };
    fill(tabs, h("ul", null, ...shown.map(link)));
  };
  const drawTools = (): void => {
    const download = (format: "csv" | "xlsx"): HTMLElement => {
      const button = h("button", { type: "button", class: "button button-small", "aria-label": tl("quarantine.download", { format: format.toUpperCase() }), onclick: () => void act(button, async () => save(await getQuarantine(imported.id, format))) }, icon("download", 18), format.toUpperCase());
      return button;
    };
    downloads.hidden = state !== "quarantined" || imported.counts.quarantined === 0;
    fill(downloads, h("p", { class: "help" }, tl("quarantine.help")), download("xlsx"), download("csv"));
    fill(
      tools,
      canChange ? keys.element : null,
      canChange ? h("button", { type: "button", class: "button button-primary", onclick: () => host.go("commit") }, tl("rows.next"), icon("steps", 18)) : null,
    );
  };

  const read = async (cursor: string, last = false): Promise<void> => {
    asked?.abort();
    const { signal } = (asked = new AbortController());
    await load(
      listPlace,
      () => listRows(imported.id, [state], pageSize, cursor, signal),
      (page) => {
        rows = page.rows;
        next = page.cursor;
        fill(listPlace, rows.length === 0 ? empty("check", tl(`empty.${state}`), canChange ? tl("empty.help") : "") : list.element);
        list.set(rows);
        drawPager();
        current = -1;
        map.show(rows, null);
        const waiting = rows.findIndex(isUndecided);
        if (rows.length > 0) select(last ? rows.length - 1 : Math.max(0, waiting), true, false);
        else showNothing();
      },
    );
  };
  const turn = (to: number, last = false): void => {
    cursors = to < cursors.length ? cursors.slice(0, to + 1) : [...cursors, next];
    void read(cursors[cursors.length - 1] ?? "", last);
  };
  const drawPager = (): void => {
    const at = cursors.length - 1;
    pager.hidden = at === 0 && next === "";
    const button = (which: "previous" | "next", off: boolean, to: number): HTMLElement => h("button", { type: "button", class: "button button-small", "aria-label": tl(`page.${which}Page`), disabled: off, onclick: () => turn(to) }, tl(`page.${which}`));
    fill(pager, button("previous", at === 0, at - 1), h("span", { class: "help" }, tl("page", { page: at + 1 })), button("next", next === "", at + 1));
  };

  const showNothing = (): void => {
    detail = null;
    map.show(rows, null);
    fill(pane, rows.length === 0 ? null : empty("check", tl("rows.allDecided"), tl("rows.allDecidedHelp")));
  };
  const select = (index: number, look = true, focus = true): void => {
    const row = rows[index];
    if (!row) return;
    current = index;
    list.mark(row.line);
    detail = rowDetail(row, { imported, canChange, decide, mend, undo, look: (point) => map.look(point) });
    fill(pane, detail.element);
    pane.scrollTop = 0;
    map.show(rows, row.line);
    if (look) map.look(detail.candidate());
    if (focus) detail.focus();
  };

  const recount = debounce(500, () => host.recount());
  const replace = (index: number, row: StagedRow): void => {
    rows[index] = row;
    list.update(row);
    recount();
  };
  const change = async (row: StagedRow, body: RowChange): Promise<StagedRow | null> => {
    try {
      const now = await changeRow(imported.id, row.line, body);
      replace(indexOf(row.line), now);
      return now;
    } catch (error) {
      if (isAbort(error) || (error instanceof ApiError && error.status === 401)) return null;
      if (!(error instanceof ApiError)) throw error;
      toast(refusal(error), "bad");
      // Somebody else may have forgotten the list or brought it onto the map: the page goes where the server is.
      if (error.status === 404 || error.status === 409) host.recount();
      return null;
    }
  };
  let busy = false;
  const decide = async (row: StagedRow, decision: RowDecision): Promise<void> => {
    if (busy) return;
    busy = true;
    const done = await change(row, { decision });
    busy = false;
    if (!done) return;
    lastDecided = row.line;
    const said = tl(`decided.${decision.action}`, { line: row.line });
    const following = nextUndecided(rows, indexOf(row.line));
    if (following >= 0) {
      select(following);
      announce(said);
    } else if (next !== "" && state === "review") {
      announce(said);
      turn(cursors.length);
    } else if (state === "review") {
      announce(`${said} ${tl("rows.allDecided")}`);
      list.mark(null);
      current = -1;
      showNothing();
      heading.focus({ preventScroll: true });
    } else {
      announce(said);
      select(Math.min(indexOf(row.line) + 1, rows.length - 1));
    }
  };
  const undo = async (row?: StagedRow): Promise<void> => {
    const of = row ?? rows[current];
    const target = of?.decision ? of : rows[indexOf(lastDecided ?? -1)];
    if (!target?.decision) return announce(tl("decided.none"));
    if (!(await change(target, { decision: null }))) return;
    lastDecided = null;
    select(indexOf(target.line));
    toast(tl("decided.undone", { line: target.line }));
  };
  /** Sends mended cells; a refusal is shown at the cells, by whoever drew them. */
  const mend = async (row: StagedRow, cells: Record<string, string>): Promise<void> => {
    const now = await changeRow(imported.id, row.line, { cells });
    const index = indexOf(row.line);
    replace(index, now);
    select(index);
    toast(now.state === "quarantined" ? tl("mended.still", { n: now.problems.length }) : tl("mended", { line: row.line }), now.state === "quarantined" ? "bad" : "good");
  };

  const step = (by: number): void => {
    const to = current + by;
    if (rows[to]) select(to);
    else if (by > 0 && next !== "") turn(cursors.length);
    else if (by < 0 && cursors.length > 1) turn(cursors.length - 2, true);
  };
  const keys = rowKeys((key) => {
    if (!canChange && key.do !== "next" && key.do !== "previous") return;
    switch (key.do) {
      case "next":
        return step(1);
      case "previous":
        return step(-1);
      case "undo":
        return void undo();
      case "choose":
        return detail?.choose(key.index);
      case "help":
        return;
      default:
        return detail?.press(key.do);
    }
  });

  drawTabs();
  drawTools();
  void read("").catch((error: unknown) => fill(listPlace, note(failure(error), "bad")));
  return {
    element,
    heading,
    update(now) {
      imported = now;
      const asks = readState(host, now, state);
      const other = asks !== state;
      const focused = tabs.contains(document.activeElement);
      state = asks;
      drawTabs();
      if (focused) tabs.querySelector<HTMLElement>("[aria-current]")?.focus();
      if (!other) return;
      drawTools();
      cursors = [""];
      lastDecided = null;
      void read("");
    },
    destroy(): void {
      asked?.abort();
      recount.cancel();
      keys.destroy();
      map.destroy();
    },
  };
}

function readState(host: StepHost, { counts, stage }: Import, present?: RowState): RowState {
  const asked = host.query().get("state");
  return rowStates.find((state) => state === asked) ?? present ?? (stage === "committed" ? "done" : firstState(counts));
}

function save({ file, name }: { file: Blob; name: string }): void {
  const url = URL.createObjectURL(file);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  toast(tl("quarantine.saved", { name }), "good");
}
