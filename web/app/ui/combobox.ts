import { isAbort } from "../api/client";
import { t } from "../i18n";
import { announce } from "./announce";
import { debounce, fill, h, uniqueId, type Child } from "./h";

export interface Option {
  /** What the field shows once chosen. */
  text: string;
  /** A second line or a hint on the right. */
  detail?: string;
  before?: Child;
  pick(): void;
}

export interface Group {
  label: string;
  options: Option[];
}

export interface ComboboxOptions {
  input: HTMLInputElement;
  load(text: string, signal: AbortSignal): Promise<Group[]>;
  /** Enter without a chosen option. */
  submit?(text: string): void;
  /** Whether the field is emptied (a search) or keeps the option's text (a value). */
  keepText?: boolean;
}

/** Makes an input a combobox with a list of suggestions (WAI-ARIA 1.2): arrows, Enter, Escape, mouse. */
export function combobox({ input, load, submit, keepText }: ComboboxOptions): HTMLElement {
  const listId = uniqueId("options");
  const list = h("div", { class: "options", id: listId, role: "listbox", "aria-label": t("common.suggestions"), hidden: true });
  let options: { option: Option; element: HTMLElement }[] = [];
  let active = -1;
  let pending: AbortController | undefined;

  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", listId], ["aria-expanded", "false"], ["autocomplete", "off"], ["spellcheck", "false"]] as const) {
    input.setAttribute(name, value);
  }

  const close = (): void => {
    pending?.abort();
    ask.cancel();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  };

  const choose = (option: Option): void => {
    input.value = keepText ? option.text : "";
    close();
    option.pick();
  };

  const activate = (index: number): void => {
    options[active]?.element.setAttribute("aria-selected", "false");
    active = index;
    const chosen = options[active]?.element;
    if (!chosen) return input.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", chosen.id);
  };

  const row = (option: Option): HTMLElement => {
    const element = h(
      "div",
      {
        class: "option",
        role: "option",
        id: uniqueId("option"),
        "aria-selected": "false",
        onmousedown: (event: MouseEvent) => event.preventDefault(),
        onclick: () => choose(option),
      },
      option.before,
      h("span", { class: "option-text" }, option.text),
      option.detail ? h("span", { class: "option-detail" }, option.detail) : null,
    );
    options.push({ option, element });
    return element;
  };

  const show = (groups: Group[]): void => {
    options = [];
    active = -1;
    const filled = groups.filter((group) => group.options.length > 0);
    fill(
      list,
      ...filled.map((group) => {
        const labelId = uniqueId("group");
        return h("div", { role: "group", "aria-labelledby": labelId }, h("div", { class: "option-group", id: labelId }, group.label), ...group.options.map(row));
      }),
      filled.length === 0 ? h("div", { class: "option-none" }, t("header.searchNone")) : null,
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    announce(t("header.searchCount", { n: options.length }));
  };

  const ask = debounce(180, () => {
    const text = input.value.trim();
    pending?.abort();
    if (text.length < 2) return close();
    const asked = (pending = new AbortController());
    load(text, asked.signal).then(
      (groups) => {
        if (!asked.signal.aborted && document.activeElement === input) show(groups);
      },
      (error: unknown) => {
        if (!isAbort(error)) close();
      },
    );
  });

  input.addEventListener("input", () => ask());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return ask.now();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const n = options.length;
      if (n > 0) activate(active < 0 && step < 0 ? n - 1 : (active + step + n) % n);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter") {
      const chosen = options[active]?.option;
      if (open && chosen) {
        event.preventDefault();
        choose(chosen);
      } else if (submit) {
        event.preventDefault();
        close();
        submit(input.value.trim());
      }
    }
  });
  return list;
}
