import { signOut } from "../api/calls";
import { sees } from "../core/rights";
import { t } from "../i18n";
import { forgetPlace, store } from "../state";
import { toast } from "../ui/announce";
import { fill, h } from "../ui/h";
import { td } from "./desk/words";
import { buildHeader } from "./header";
import { watchEnd } from "./live";
import { openMapScreen } from "./mapscreen";
import { noMapPage } from "./nomap";
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
  document.title = t("app.title");
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
  const skip = h("a", { class: "skip", href: withMap ? "#list" : "#main", onclick: skipTo(withMap ? "list" : "main") }, withMap ? t("app.skip") : td("skip"));
  const header = buildHeader({ withSearch: withMap, signOut: () => void leave(), reopen: navigation.reopen });
  const band = sessionBand();
  fill(root, h("div", { class: "shell" }, skip, band.element, header.element, content));
  const stopWatching = withMap ? () => {} : watchEnd(() => navigation.leave({ why: "ended" }));
  const screen = withMap ? openMapScreen(content, () => navigation.leave({ why: "ended" })) : noMapPage(content);
  return {
    destroy(): void {
      stopWatching();
      band.destroy();
      header.destroy();
      screen.destroy();
      fill(root);
    },
  };
}

/** The address's hash is the map's view, so a skip link moves the focus itself. */
function skipTo(id: string): (event: MouseEvent) => void {
  return (event) => {
    event.preventDefault();
    document.getElementById(id)?.focus();
  };
}
