import { checkbox } from "../../ui/field";
import { openDialog } from "../../ui/dialog";
import { h } from "../../ui/h";
import { keepShortcuts, shortcutsOn } from "../../ui/shortcuts";
import { tg } from "./words";

export type Command = "merge" | "separate" | "neighbours" | "later" | "undo" | "swap" | "help";

/** The keys, as they are shown, in the order of the help. */
export const keyNames: Readonly<Record<Command, readonly string[]>> = { merge: ["F"], separate: ["S"], neighbours: ["V"], later: ["P", "→"], undo: ["U", "←"], swap: ["X"], help: ["?"] };

const commands = new Map<string, Command>(
  (Object.entries(keyNames) as [Command, readonly string[]][]).flatMap(([command, keys]) => keys.map((key) => [{ "→": "ArrowRight", "←": "ArrowLeft" }[key] ?? key.toLowerCase(), command])),
);

/** Single keys act on the screen, not in fields, not with a modifier, and not for those who turned them off (WCAG 2.1.4). */
export function followKeys(within: HTMLElement, run: (command: Command) => void): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    const command = commands.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    const at = event.target;
    if (!command || !(at instanceof HTMLElement) || document.querySelector("dialog[open]")) return;
    if (at !== document.body && !within.contains(at)) return;
    if (at.matches("input:not([type=radio]), select, textarea")) return;
    // Arrows move the map, and go from one choice to the next.
    if (event.key.startsWith("Arrow") && at.closest("input, .map, details summary")) return;
    if (command !== "help" && !shortcutsOn()) return;
    event.preventDefault();
    run(command);
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

/** A key on its button, which has `aria-keyshortcuts` and a name without it. */
export const keyCap = (key: string): HTMLElement => h("kbd", { "aria-hidden": "true" }, key);

export function openKeyHelp(): void {
  const rows = (Object.keys(keyNames) as Command[]).map((command) => h("div", null, h("dt", null, ...keyNames[command].flatMap((key, i) => [i > 0 ? ` ${tg("keys.or")} ` : "", h("kbd", null, key)])), h("dd", null, tg(`keys.${command}`))));
  openDialog({ title: tg("keys.title") }, h("p", null, tg("keys.intro")), h("dl", { class: "key-list" }, ...rows), checkbox(tg("keys.on"), shortcutsOn(), keepShortcuts).element);
}
