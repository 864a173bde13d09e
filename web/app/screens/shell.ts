import { signOut } from "../api/calls";
import { sees } from "../core/rights";
import { t } from "../i18n";
import { forgetPlace, store } from "../state";
import { toast } from "../ui/announce";
import { fill, h } from "../ui/h";
import { screenHere } from "./addresses";
import { td } from "./desk/words";
import { buildHeader } from "./header";
import { watchEnd } from "./live";
import { openMapScreen } from "./mapscreen";
import { loadedScreen, noMapPage } from "./nomap";
import type { SignInReason } from "./signin";
import { forgetDrafts } from "./draft";
import { nodeBand } from "./nodeband";
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
      forgetDrafts();
      navigation.leave({ why: "signed-out" });
      forgetPlace();
    } catch {
      toast(t("error.network"), "bad");
    }
  };
  const ended = (): void => navigation.leave({ why: "ended" });
  const ownMap = sees(me) !== "nothing";

  /** What the address asks for, and what takes it off the screen again. */
  const open = (): { path: string; close(): void } => {
    const own = screenHere();
    if (!own && location.pathname !== "/") history.replaceState(null, "", "/");
    document.title = t("app.title");
    const withMap = ownMap && !own;
    const content = h("div", { class: "content" });
    const skip = h("a", { class: "skip", href: withMap ? "#list" : "#main", onclick: skipTo(withMap ? "list" : "main") }, withMap ? t("app.skip") : td("skip"));
    const header = buildHeader({ withSearch: withMap, toMap: ownMap && own !== null, signOut: () => void leave(), reopen: navigation.reopen });
    const band = sessionBand();
    const node = nodeBand();
    fill(root, h("div", { class: "shell" }, skip, band.element, node.element, header.element, content));
    if (sees(me) === "points") void import("./merging/bell").then(({ openBell }) => content.isConnected && header.bell(openBell()), () => {});
    const stopWatching = withMap ? () => {} : watchEnd(ended);
    const screen = own ? loadedScreen(content, own.load) : ownMap ? openMapScreen(content, ended) : noMapPage(content);
    return {
      path: pathHere(),
      close(): void {
        stopWatching();
        band.destroy();
        node.destroy();
        header.destroy();
        screen.destroy();
      },
    };
  };
  // Those who see numbers only come for their territory's; an address that says more is somebody's choice.
  if (sees(me) === "aggregates" && location.pathname + location.search + location.hash === "/") history.replaceState(null, "", "/territoire");
  let shown = open();
  const follow = (): void => {
    if (pathHere() === shown.path) return;
    shown.close();
    shown = open();
  };
  addEventListener("popstate", follow);
  return {
    destroy(): void {
      removeEventListener("popstate", follow);
      shown.close();
      fill(root);
    },
  };
}

/** What the address asks for, whatever the screen there finds below it. */
const pathHere = (): string => screenHere()?.path ?? location.pathname;

/** The address's hash is the map's view, so a skip link moves the focus itself. */
function skipTo(id: string): (event: MouseEvent) => void {
  return (event) => {
    event.preventDefault();
    document.getElementById(id)?.focus();
  };
}
