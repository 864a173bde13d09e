import { ApiError, isAbort } from "../../api/client";
import { listPairs, mergePoints, settlePair, type DuplicatePair } from "../../api/merging";
import { percent, readPairFilter, writePairFilter } from "../../core/merging";
import { PairQueue, type Done } from "../../core/pairqueue";
import { t } from "../../i18n";
import { openPoint } from "../../state";
import { announce } from "../../ui/announce";
import { fill, h, type Child } from "../../ui/h";
import { icon, type Icon } from "../../ui/icons";
import { empty, failure, note, refusal } from "../desk/parts";
import type { Screen } from "../nomap";
import { maybeMoved, readAnew } from "./anew";
import { openBulk } from "./bulk";
import { followKeys, keyCap, keyNames, openKeyHelp, type Command } from "./keys";
import { apartText } from "./likeness";
import { pairView } from "./pairview";
import { takeBack } from "./takeback";
import { territoryField } from "./territory";
import { tg } from "./words";

/** As long as fewer pairs wait than this, the next page is read. */
const low = 6;

/** The queue of possible duplicates: pairs one after the other, decided with single keys. */
export function openMerging(content: HTMLElement): Screen {
  let filter = readPairFilter(location.search);
  let queue = new PairQueue();
  let reading: AbortController | null = null;
  let busy = false;
  let outdated: DuplicatePair | null = null;
  let toSay = "";

  const counter = h("p", { class: "queue-count" });
  const chips = h("div", { class: "queue-chips" });
  const territory = territoryField(undefined, (code) => ask({ ...filter, territory: code }));
  const said = h("div", { class: "queue-said" });
  const state = h("div", { class: "queue-state" });
  const view = pairView();
  const verdicts = [button("merge", "pair", true), button("separate", "apart"), button("neighbours", "link"), button("later", "clock"), button("undo", "undo")] as const;
  const [mergeButton, separateButton, neighboursButton, laterButton, undoButton] = verdicts;
  const bar = h("div", { class: "queue-bar", role: "group", "aria-label": tg("actions") }, ...verdicts, h("button", { type: "button", class: "button button-quiet queue-keys", "aria-keyshortcuts": "?", onclick: openKeyHelp }, icon("keyboard", 18), h("span", null, tg("keys")), keyCap("?")));
  const title = h("h2", { class: "desk-title", tabindex: -1 }, tg("title"));
  const element = h(
    "main",
    { class: "queue", id: "main", tabindex: -1 },
    h(
      "div",
      { class: "queue-head" },
      title,
      counter,
      chips,
      h("div", { class: "queue-tools" }, territory.field.element, h("button", { type: "button", class: "button", onclick: () => openBulk(filter, restart) }, tg("bulk"))),
    ),
    said,
    state,
    view.element,
    bar,
  );

  function button(command: Exclude<Command, "swap" | "help">, name: Icon, main = false): HTMLButtonElement {
    return h("button", { type: "button", class: `button ${main ? "button-primary" : ""}`, "aria-keyshortcuts": keyNames[command].map((key) => ({ "→": "ArrowRight", "←": "ArrowLeft" })[key] ?? key).join(" "), onclick: () => run(command) }, icon(name, 18), h("span", null, tg(command)), keyCap(keyNames[command][0] ?? ""));
  }

  const run = (command: Command): void => {
    if (command === "help") return openKeyHelp();
    if (command === "swap") return view.swap();
    if (command === "undo") return void undo();
    void decide(command);
  };

  /** Says what happened, above the pair, until something else happens. */
  const say = (text: string, tone: "" | "good" | "warn" | "bad", more: Child = null): void => {
    fill(said, note([h("span", null, text), more], tone));
    toSay = text;
  };

  const decide = async (verdict: "merge" | "separate" | "neighbours" | "later"): Promise<void> => {
    const pair = queue.current;
    if (busy || !pair || view.element.hidden || (verdict === "merge" && mergeButton.hidden)) return;
    const names = { a: pair.a.properties.reference, b: pair.b.properties.reference };
    await working(async () => {
      try {
        if (verdict === "merge") {
          const { into, from, take } = view.decision();
          const merged = await mergePoints(into, from, take);
          settled({ verdict, pair, into: merged, from }, tg("done.merge", { from: from.properties.reference, into: into.properties.reference }));
        } else {
          if (verdict !== "later") await settlePair(pair.a.id, pair.b.id, verdict);
          settled({ verdict, pair }, tg(`done.${verdict}`, names));
        }
      } catch (error) {
        if (!maybeMoved(error)) throw error;
        await moved(pair, error);
      }
    });
  };

  const settled = (done: Done, text: string): void => {
    queue.done(done);
    say(text, done.verdict === "later" ? "" : "good");
  };

  /** Something was refused that the state of the records may explain: both are read anew. */
  const moved = async (pair: DuplicatePair, error: ApiError): Promise<void> => {
    const now = await readAnew(pair);
    if (typeof now === "string") {
      queue.forget(pair);
      return say(now, "warn");
    }
    const changed = now.a.properties.revision !== pair.a.properties.revision || now.b.properties.revision !== pair.b.properties.revision;
    queue.replace(now);
    forward = false;
    if (changed) outdated = now;
    say(changed ? tg("stale") : tg("refused", { why: refusal(error) }), changed ? "warn" : "bad");
  };

  const undo = async (): Promise<void> => {
    if (busy) return;
    const last = queue.last;
    if (!last) return announce(tg("undo.none"));
    await working(async () => {
      const { pair, text, open } = await takeBack(last);
      if (pair) {
        queue.takeBack(pair);
        outdated = null;
        forward = false;
        return say(text, "good");
      }
      queue.forgetLast();
      say(text, "warn", open ? h("button", { type: "button", class: "link-button", onclick: () => openPoint(open) }, tg("undo.open", { ref: open })) : null);
    });
  };

  /** Buttons keep the focus while a call is under way, so they are not disabled. */
  const working = async (call: () => Promise<void>): Promise<void> => {
    busy = true;
    for (const verdict of verdicts) verdict.setAttribute("aria-disabled", "true");
    try {
      await call();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) say(tg("refused", { why: refusal(error) }), "bad");
    } finally {
      busy = false;
      draw();
      void feed();
    }
  };

  const count = (): void => {
    const left = queue.left;
    const parts = [tg("count.done", { n: queue.count }), left > 0 || queue.ended ? tg(queue.ended ? "count.left" : "count.leftMore", { n: left }) : "", queue.later > 0 ? tg("count.later", { n: queue.later }) : ""];
    counter.textContent = parts.filter((part) => part !== "").join(" · ");
  };

  /** Whether the pair that comes is another one, and not the same again or the one before. */
  let forward = true;
  let drawn: DuplicatePair | null = null;
  const draw = (): void => {
    const pair = queue.current;
    count();
    const held = document.activeElement;
    const was = held instanceof HTMLElement && element.contains(held);
    for (const verdict of verdicts) verdict.setAttribute("aria-disabled", String(verdict === undoButton && queue.last === null));
    view.element.hidden = pair === null;
    for (const verdict of [separateButton, neighboursButton, laterButton]) verdict.hidden = pair === null;
    mergeButton.hidden = !pair?.may_merge || !!pair.blocked;
    undoButton.hidden = pair === null && queue.last === null;
    if (pair) {
      fill(state);
      if (drawn !== pair) {
        view.show(pair, outdated === pair);
        toSay = [toSay, tg(forward ? "pair.next" : "pair.now", { a: pair.a.properties.reference, b: pair.b.properties.reference, score: percent(pair.score), where: apartText(pair.metres) })].filter(Boolean).join(" ");
      }
    } else if (queue.ended) finished();
    drawn = pair;
    forward = true;
    if (toSay !== "") announce(toSay);
    toSay = "";
    // Whoever held what is no longer there finds the pair, or the end, in its place.
    if (was && held.closest("[hidden]") !== null) (pair ? view : title).focus();
  };

  const finished = (): void => {
    const some = queue.count > 0 || queue.later > 0;
    const heading = tg(queue.later > 0 ? "finished.rest" : some ? "finished" : "none");
    fill(
      state,
      empty("check", heading, queue.later > 0 ? tg("finished.later", { n: queue.later }) : tg(some ? "finished.help" : "none.help")),
      h("div", { class: "row queue-end" }, queue.later > 0 ? h("button", { type: "button", class: "button button-primary", onclick: () => (queue.resume(), draw(), view.focus()) }, tg("resume")) : null, h("button", { type: "button", class: "button", onclick: restart }, tg("again"))),
    );
    toSay = [toSay, heading].filter(Boolean).join(" ");
  };

  /** Reads pages until enough pairs wait or none is left: a page may hold none and still have a next. */
  const feed = async (): Promise<void> => {
    if (reading || queue.left >= low || queue.ended) return;
    const { signal } = (reading = new AbortController());
    try {
      while (queue.left < low && !queue.ended) {
        if (!queue.current) fill(state, h("p", { class: "desk-loading", role: "status" }, h("span", { class: "spinner" }), tg("looking", { n: queue.looked })));
        const page = await listPairs(filter, queue.next(), signal);
        if (signal.aborted) return;
        queue.add(page);
        if (!busy && queue.current !== drawn) draw();
        else count();
      }
      if (!queue.current && !busy) draw();
    } catch (error) {
      if (isAbort(error) || signal.aborted || (error instanceof ApiError && error.status === 401)) return;
      if (!(error instanceof ApiError)) throw error;
      const again = h("button", { type: "button", class: "button", onclick: () => (fill(said), void feed()) }, t("app.retry"));
      if (!queue.current) fill(state);
      fill(said, h("div", { class: "queue-failed", role: "alert" }, note(failure(error), "bad"), again));
    } finally {
      if (reading?.signal === signal) reading = null;
    }
  };

  /** From the first page on. */
  const restart = (): void => {
    reading?.abort();
    reading = null;
    queue = new PairQueue();
    outdated = drawn = null;
    fill(said);
    view.element.hidden = true;
    count();
    draw();
    void feed();
  };

  const chip = (label: string, clear: string, next: typeof filter): HTMLElement => h("button", { type: "button", class: "chip", "aria-label": clear, title: clear, onclick: () => ask(next) }, h("span", null, label), icon("close", 16));
  const ask = (next: typeof filter): void => {
    history.pushState(null, "", location.pathname + writePairFilter(next));
    follow();
  };
  const follow = (): void => {
    filter = readPairFilter(location.search);
    territory.set(filter.territory);
    fill(
      chips,
      filter.import === "" ? null : chip(tg("ofImport"), tg("ofImport.clear"), { ...filter, import: "" }),
      filter.least === null ? null : chip(tg("leastShown", { score: percent(filter.least) }), tg("leastShown.clear"), { ...filter, least: null }),
    );
    restart();
  };
  const back = (): void => {
    if (location.pathname === "/doublons") follow();
  };

  document.title = `${tg("title")} · ${t("app.title")}`;
  fill(content, element);
  title.focus({ preventScroll: true });
  addEventListener("popstate", back);
  const stopKeys = followKeys(element, run);
  follow();
  return {
    destroy(): void {
      removeEventListener("popstate", back);
      stopKeys();
      reading?.abort();
      view.destroy();
      fill(content);
    },
  };
}
