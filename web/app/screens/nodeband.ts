import { aloneOf } from "../core/node";
import { dayOf, formatClock, formatMoment } from "../core/format";
import { t } from "../i18n";
import { store } from "../state";
import { announce, openModal, toast } from "../ui/announce";
import { fill, h } from "../ui/h";
import { icon } from "../ui/icons";

/** Over every screen, while the server is cut off from the engine that keeps the journal: since when, and what that means. */
export function nodeBand(): { element: HTMLElement; destroy(): void } {
  const element = h("div", { class: "node-band", role: "status" });
  let away = false;
  const draw = (): void => {
    const alone = aloneOf(store.get().node);
    // What goes from the screen is nothing that a screen reader hears of.
    if (away && !alone) toast(t("node.back"), "good");
    const news = alone && !away;
    away = alone !== null;
    if (!alone) return fill(element);
    const since = alone.since ? t("node.away", { since: saidAt(alone.since) }) : t("node.awayNow");
    fill(element, icon("warning", 18), h("p", null, h("strong", null, since), " ", t("node.means"), alone.until ? ` ${t("node.until", { until: saidAt(alone.until) })}` : null));
    // Under a dialog the band itself is not heard.
    if (news && openModal()) announce(element.textContent);
  };
  draw();
  return { element, destroy: store.watch((s) => s.node, draw) };
}

/** The hour alone today, the day with it otherwise. */
const saidAt = (at: Date): string => (dayOf(at) === dayOf(new Date()) ? formatClock(at) : formatMoment(at));
