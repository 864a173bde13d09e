import { t } from "../i18n";
import { h, uniqueId, type Child } from "./h";
import { icon } from "./icons";

export interface Dialog {
  element: HTMLDialogElement;
  body: HTMLElement;
  close(): void;
}

export interface DialogOptions {
  title: string;
  wide?: boolean;
  /** Called once, however the dialog was closed. */
  onClose?(): void;
}

/** Opens a modal dialog: the browser's own element traps the focus, closes on Escape and gives the focus back. */
export function openDialog({ title, wide, onClose }: DialogOptions, ...children: Child[]): Dialog {
  const titleId = uniqueId("dialog");
  const body = h("div", { class: "dialog-body" }, ...children);
  const element = h(
    "dialog",
    { class: wide ? "dialog dialog-wide" : "dialog", "aria-labelledby": titleId },
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id: titleId }, title),
      h("button", { type: "button", class: "icon-button", "aria-label": t("common.close"), onclick: () => element.close() }, icon("close")),
    ),
    body,
  );
  element.addEventListener("close", () => {
    element.remove();
    onClose?.();
  });
  document.body.append(element);
  element.showModal();
  body.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
  return { element, body, close: () => element.close() };
}

/** Closes every dialog: what they show is no longer this person's to see. */
export function closeDialogs(): void {
  for (const dialog of [...document.querySelectorAll("dialog")].reverse()) {
    dialog.close();
    dialog.remove();
  }
}

/** Asks a question with two answers; Escape is the second. The first is red unless what it does is what one came for. */
export function askYesNo(title: string, text: string, yes: string, no: string, tone: "danger" | "primary" = "danger"): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = false;
    const say = (value: boolean) => (): void => {
      answer = value;
      dialog.close();
    };
    const dialog = openDialog(
      { title, onClose: () => resolve(answer) },
      h("p", null, text),
      h(
        "div",
        { class: "dialog-actions" },
        h("button", { type: "button", class: "button", onclick: say(false) }, no),
        h("button", { type: "button", class: `button button-${tone}`, onclick: say(true) }, yes),
      ),
    );
  });
}
