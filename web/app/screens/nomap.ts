import "../styles/desk.css";
import "../styles/imports.css";
import "../styles/clct.css";
import "../styles/heat.css";
import "../styles/operations.css";
import "../styles/networks.css";
import type { Action } from "../api/client";
import { t } from "../i18n";
import { store } from "../state";
import { fill, h } from "../ui/h";
import { icon } from "../ui/icons";
import { td } from "./desk/words";

export interface Screen {
  destroy(): void;
}

/** Fetches a screen's script and gives what opens it. */
export type LoadScreen = () => Promise<(content: HTMLElement) => Screen>;

/** The screens of roles without a map, each loaded when somebody who may use it signs in. */
const screens: readonly { may: Action; load: LoadScreen }[] = [
  { may: "grant", load: async () => (await import("./admin")).openAdmin },
  { may: "audit", load: async () => (await import("./audit")).openAudit },
  { may: "report", load: async () => (await import("./reports/partner")).openPartner },
];

/** What auditors, administrators and partners see: the screen of what they may do. */
export function noMapPage(content: HTMLElement): Screen {
  const { allowed } = store.get().me;
  return loadedScreen(content, screens.find(({ may }) => allowed.includes(may))?.load ?? null);
}

/** A screen whose script comes when it is asked for; null says that there is none. */
export function loadedScreen(content: HTMLElement, load: LoadScreen | null): Screen {
  let screen: Screen | null = null;
  let gone = false;
  const open = async (): Promise<void> => {
    if (!load) return message(td("nothing.title"), td("nothing.text"));
    message(t("app.loading"));
    try {
      const show = await load();
      if (!gone) screen = show(content);
    } catch (error) {
      // A server that was replaced no longer has the old files: reading the page anew finds the new ones.
      message(t("app.failed"), error instanceof TypeError ? t("error.network") : String(error), h("button", { type: "button", class: "button button-primary", onclick: () => location.reload() }, t("app.retry")));
    }
  };
  const message = (title: string, text = "", button: HTMLElement | null = null): void =>
    fill(content, h("main", { class: "nomap", id: "main", tabindex: -1 }, h("div", { class: "nomap-card", role: "status" }, icon("map", 40), h("h2", null, title), text === "" ? null : h("p", null, text), button)));
  void open();
  return {
    destroy(): void {
      gone = true;
      screen?.destroy();
      fill(content);
    },
  };
}
