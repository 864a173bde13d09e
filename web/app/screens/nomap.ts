import "../styles/desk.css";
import type { Action } from "../api/client";
import { t } from "../i18n";
import { store } from "../state";
import { fill, h } from "../ui/h";
import { icon } from "../ui/icons";
import { td } from "./desk/words";

interface Screen {
  destroy(): void;
}

/** The screens of roles without a map, each loaded when somebody who may use it signs in. */
const screens: readonly { may: Action; load(): Promise<(content: HTMLElement) => Screen> }[] = [
  { may: "grant", load: async () => (await import("./admin")).openAdmin },
  { may: "audit", load: async () => (await import("./audit")).openAudit },
  { may: "report", load: async () => (await import("./reports/partner")).openPartner },
];

/** What auditors, administrators and partners see: the screen of what they may do. */
export function noMapPage(content: HTMLElement): Screen {
  const { allowed } = store.get().me;
  const found = screens.find(({ may }) => allowed.includes(may));
  let screen: Screen | null = null;
  let gone = false;
  const open = async (): Promise<void> => {
    if (!found) return message(td("nothing.title"), td("nothing.text"));
    message(t("app.loading"));
    try {
      const show = await found.load();
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
