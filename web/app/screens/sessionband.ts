import { minutesLeft } from "../core/session";
import { t } from "../i18n";
import { store } from "../state";
import { announce } from "../ui/announce";
import { fill, h } from "../ui/h";
import { restrictedBand } from "../ui/restricted";

/** From here on, in minutes, the end of the session is said where it is always seen. */
const soon = 10;

/** The mention over every screen of a session, with the motive that its consultations go under. */
export function sessionBand(): { element: HTMLElement; destroy(): void } {
  const motive = h("span", { class: "restricted-motive" });
  const ending = h("span", { class: "restricted-ending", hidden: true });
  const draw = (): void => {
    const { me } = store.get();
    fill(motive, h("span", { class: "restricted-label" }, t("header.motive")), " ", me.motive, me.case ? ` (${me.case})` : null);
    motive.title = me.motive;
  };
  const tick = (): void => {
    const n = minutesLeft(new Date(store.get().me.expires_at), new Date());
    if (n <= soon && ending.hidden) announce(t("header.endsSoon", { n }));
    ending.hidden = n > soon;
    ending.textContent = t("header.endsSoon", { n });
  };
  draw();
  tick();
  const timer = setInterval(tick, 30_000);
  const stop = store.watch((s) => s.me, () => "username" in store.get().me && draw());
  return {
    element: restrictedBand(motive, ending),
    destroy(): void {
      clearInterval(timer);
      stop();
    },
  };
}
