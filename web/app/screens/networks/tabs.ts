import { h, uniqueId } from "../../ui/h";

export interface Tab {
  id: string;
  label: string;
  content: HTMLElement;
}

export interface Tabs {
  element: HTMLElement;
  open(id: string): void;
  /** Changes what a tab is called: a number beside it. */
  label(id: string, text: string): void;
}

/** Panels of which one is seen, with the keys that WAI-ARIA asks for. */
export function tabs(label: string, all: readonly Tab[]): Tabs {
  const made = all.map(({ id, label: text, content }) => {
    const [tabId, panelId] = [uniqueId("tab"), uniqueId("panel")];
    const button = h("button", { type: "button", role: "tab", id: tabId, class: "desk-tab net-tab", "aria-controls": panelId, "data-testid": `tab-${id}`, onclick: () => open(id) }, text);
    const panel = h("div", { role: "tabpanel", id: panelId, class: "net-tabpanel", "aria-labelledby": tabId, hidden: true }, content);
    return { id, button, panel };
  });
  const list = h("div", { class: "net-tablist", role: "tablist", "aria-label": label }, ...made.map(({ button }) => button));
  const open = (wanted: string): void => {
    for (const { id, button, panel } of made) {
      const on = id === wanted;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      panel.hidden = !on;
    }
  };
  list.addEventListener("keydown", (event) => {
    const at = made.findIndex(({ button }) => button === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: made.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = made[(to + made.length) % made.length];
    if (!next) return;
    open(next.id);
    next.button.focus();
  });
  open(all[0]?.id ?? "");
  return {
    element: h("div", { class: "net-tabs" }, list, ...made.map(({ panel }) => panel)),
    open,
    label(id, text) {
      const found = made.find((one) => one.id === id);
      if (found) found.button.textContent = text;
    },
  };
}
