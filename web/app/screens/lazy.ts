import { t } from "../i18n";
import { fill, h } from "../ui/h";
import { icon } from "../ui/icons";

export interface Screen {
  destroy(): void;
}

export type Open = (content: HTMLElement) => Screen;

/** Says something in the middle of a screen that has nothing else to show. */
export function screenMessage(content: HTMLElement, title: string, text = "", button: HTMLElement | null = null): void {
  fill(content, h("main", { class: "nomap", id: "main", tabindex: -1 }, h("div", { class: "nomap-card", role: "status" }, icon("map", 40), h("h2", null, title), text === "" ? null : h("p", null, text), button)));
}

/** Opens a screen that is loaded when somebody who may use it asks for it. */
export function openLazily(content: HTMLElement, load: () => Promise<Open>): Screen {
  let screen: Screen | null = null;
  let gone = false;
  const open = async (): Promise<void> => {
    screenMessage(content, t("app.loading"));
    try {
      const show = await load();
      if (!gone) screen = show(content);
    } catch (error) {
      // A server that was replaced no longer has the old files: reading the page anew finds the new ones.
      screenMessage(content, t("app.failed"), error instanceof TypeError ? t("error.network") : String(error), h("button", { type: "button", class: "button button-primary", onclick: () => location.reload() }, t("app.retry")));
    }
  };
  void open();
  return {
    destroy(): void {
      gone = true;
      screen?.destroy();
      fill(content);
    },
  };
}
