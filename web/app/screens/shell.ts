import { signOut } from "../api/calls";
import { sees } from "../core/rights";
import { t } from "../i18n";
import { forgetPlace, go, store } from "../state";
import { toast } from "../ui/announce";
import { fill, h } from "../ui/h";
import { td } from "./desk/words";
import { buildHeader } from "./header";
import { watchEnd } from "./live";
import { openLazily, type Screen } from "./lazy";
import { openMapScreen } from "./mapscreen";
import { noMapPage } from "./nomap";
import { pageOf } from "./pages";
import type { SignInReason } from "./signin";
import { forgetDraft } from "./draft";
import { sessionBand } from "./sessionband";

export interface Shell {
  destroy(): void;
}

export interface Navigation {
  leave(reason: SignInReason): void;
  /** Builds everything anew, in another language. */
  reopen(): void;
}

/** The signed-in application: a header, and what the role is shown. */
export function openShell(root: HTMLElement, navigation: Navigation): Shell {
  const { me } = store.get();
  const leave = async (): Promise<void> => {
    try {
      await signOut();
      forgetDraft();
      navigation.leave({ why: "signed-out" });
      forgetPlace();
    } catch {
      toast(t("error.network"), "bad");
    }
  };
  const withMap = sees(me) !== "nothing";
  const content = h("div", { class: "content" });
  const skip = h("a", { class: "skip", onclick: skipTo });
  const header = buildHeader({ withSearch: withMap, signOut: () => void leave(), reopen: navigation.reopen });
  const band = sessionBand();
  fill(root, h("div", { class: "shell" }, skip, band.element, header.element, content));
  const ended = (): void => navigation.leave({ why: "ended" });
  let screen: Screen | null = null;
  let stopWatching = (): void => {};
  const show = (name: string): void => {
    const page = pageOf(name);
    // The address names a screen that is not for this person, or none: what they see is the map.
    if (withMap && name !== "" && !page) return go({});
    const map = withMap && !page;
    stopWatching();
    screen?.destroy();
    document.title = t("app.title");
    skip.href = map ? "#list" : "#main";
    skip.textContent = map ? t("app.skip") : td("skip");
    header.search(map);
    stopWatching = map ? () => {} : watchEnd(ended);
    screen = page ? openLazily(content, page.load) : withMap ? openMapScreen(content, ended) : noMapPage(content);
  };
  const stop = store.watch((s) => s.screen, show);
  show(store.get().screen);
  if (sees(me) === "points") void import("./merging/bell").then(({ openBell }) => content.isConnected && header.bell(openBell()), () => {});
  return {
    destroy(): void {
      stop();
      stopWatching();
      band.destroy();
      header.destroy();
      screen?.destroy();
      fill(root);
    },
  };
}

/** The address's hash is the map's view, so a skip link moves the focus itself. */
function skipTo(event: MouseEvent): void {
  event.preventDefault();
  const { hash } = event.currentTarget as HTMLAnchorElement;
  document.getElementById(hash.slice(1))?.focus();
}
