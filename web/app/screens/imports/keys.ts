import { rowKey, type RowKey } from "../../core/importrows";
import { openDialog } from "../../ui/dialog";
import { checkbox } from "../../ui/field";
import { h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { keepShortcuts, shortcutsOn } from "../../ui/shortcuts";
import { tl } from "./rowwords";

const keys = [
  ["F", "keys.merge"],
  ["N", "keys.add"],
  ["I", "keys.skip"],
  ["U", "keys.undo"],
  ["1 – 5", "keys.choose"],
  ["J ↓", "keys.next"],
  ["K ↑", "keys.previous"],
  ["?", "keys.help"],
] as const;

export const kbd = (key: string): HTMLElement => h("kbd", { "aria-hidden": "true" }, key);

/** Reads the keyboard for the rows, except where text is typed or a dialog is open. */
export function rowKeys(run: (key: RowKey) => void): { element: HTMLElement; destroy(): void } {
  const pressed = (event: KeyboardEvent): void => {
    const key = rowKey(event);
    const target = event.target instanceof Element ? event.target : null;
    if (!key || (key.do !== "help" && !shortcutsOn()) || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (target?.closest("input, textarea, select, summary, [contenteditable], .account, [role=application], .preview")) return;
    event.preventDefault();
    if (key.do === "help") help();
    else run(key);
  };
  document.addEventListener("keydown", pressed);
  const button = h("button", { type: "button", class: "icon-button", "aria-label": tl("keys"), title: tl("keys"), onclick: help }, icon("keyboard", 22));
  return { element: button, destroy: () => document.removeEventListener("keydown", pressed) };
}

function help(): void {
  const active = checkbox(tl("keys.on"), shortcutsOn(), keepShortcuts);
  openDialog(
    { title: tl("keys.title") },
    h("p", null, tl("keys.intro")),
    h("dl", { class: "keys" }, ...keys.map(([key, what]) => h("div", null, h("dt", null, ...key.split(" ").map((one) => (one === "–" ? " – " : h("kbd", null, one)))), h("dd", null, tl(what))))),
    active.element,
  );
}
