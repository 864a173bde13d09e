import { ApiError } from "../../api/client";
import { listNotices, type Notice } from "../../api/merging";
import { formatMoment } from "../../core/format";
import { isAfter, lookedAt, newest, noticeOf } from "../../core/notices";
import { openPoint, store } from "../../state";
import { announce } from "../../ui/announce";
import { openDialog } from "../../ui/dialog";
import { h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word } from "../../ui/words";
import { empty, load } from "../desk/parts";
import { tb } from "./bellwords";

/** How often notices are asked for while the page is looked at, in milliseconds. */
const askAgain = 120_000;
const most = 200;

/** Tells whose records others merged or parted: a bell with the number of notices since the last look. */
export function openBell(): { element: HTMLElement; destroy(): void } {
  const { username } = store.get().me;
  let last = 0;
  let fresh = 0;
  let stopped = false;
  const badge = h("span", { class: "badge badge-accent bell-badge", hidden: true, "aria-hidden": "true" });
  const element = h("button", { type: "button", class: "icon-button bell", "aria-haspopup": "dialog", onclick: () => open() }, icon("bell", 22), badge);

  const told = (n: number): void => {
    if (n > fresh) announce(tb("bell.arrived", { n }));
    fresh = n;
    badge.hidden = n === 0;
    badge.textContent = String(n);
    const label = n === 0 ? tb("bell") : tb("bell.new", { n });
    element.setAttribute("aria-label", label);
    element.title = label;
  };

  const ask = async (): Promise<void> => {
    if (document.hidden || stopped) return;
    last = Date.now();
    const since = lookedAt(username);
    try {
      const notices = await listNotices(since, most);
      if (!stopped) told(notices.filter(({ at }) => isAfter(at, since)).length);
    } catch (error) {
      // The number stays as it was; who is out is told by the call itself.
      if (!(error instanceof ApiError)) throw error;
    }
  };

  const open = (): void => {
    const since = lookedAt(username);
    const body = h("div", { class: "notices" });
    const dialog = openDialog({ title: tb("bell.title"), wide: true }, body);
    void load(
      body,
      () => listNotices("", most),
      (notices) => {
        newest(username, notices);
        told(0);
        body.replaceChildren(notices.length === 0 ? empty("bell", tb("bell.none"), tb("bell.noneHelp")) : h("ul", { class: "notice-list" }, ...notices.map((notice) => item(notice, isAfter(notice.at, since), dialog.close))));
      },
    );
  };

  told(0);
  const looked = (): void => {
    if (Date.now() - last > askAgain / 4) void ask();
  };
  const timer = setInterval(() => void ask(), askAgain);
  document.addEventListener("visibilitychange", looked);
  void ask();
  return {
    element,
    destroy(): void {
      stopped = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", looked);
      element.remove();
    },
  };
}

function item(notice: Notice, fresh: boolean, close: () => void): HTMLElement {
  const { me } = store.get();
  const { mine, other, both } = noticeOf(notice, me);
  const what = notice.undone ? "split" : "merged";
  const text = tb(both ? `notice.both.${what}` : `notice.${what}`, { who: who(notice), mine, other, when: formatMoment(notice.at) });
  // A record that was merged leads to the point: one that was parted is a point of its own again.
  const targets = notice.undone ? [mine, other] : [notice.point.properties.reference];
  const go = (reference: string) => (): void => {
    close();
    openPoint(reference);
  };
  return h(
    "li",
    { class: "notice" },
    h("p", null, fresh ? h("span", { class: "badge badge-accent" }, tb("bell.fresh")) : null, fresh ? " " : null, text),
    h("div", { class: "row" }, ...targets.map((reference) => h("button", { type: "button", class: "button button-small", onclick: go(reference) }, icon("eye", 16), tb("notice.open", { ref: reference })))),
  );
}

function who({ service, unit }: Notice): string {
  if (service === "OFAST") return tb("who.ofast");
  if (unit === "") return tb("who.service", { service: word("services", service) });
  return tb(/^cross\b/i.test(unit) ? "who.cross" : "who.unit", { unit });
}
