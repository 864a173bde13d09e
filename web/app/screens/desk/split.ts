import { fill, h, uniqueId, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { td } from "./words";

/** A list on the left and, when one of its rows is opened, the details on the right (over the list on a narrow screen). */
export interface Split {
  element: HTMLElement;
  show(title: string, ...content: Child[]): void;
  hide(): void;
  /** Whether details are shown. */
  open(): boolean;
}

export function split(list: HTMLElement, closed: () => void): Split {
  const titleId = uniqueId("detail");
  const title = h("h3", { id: titleId, tabindex: -1 });
  const body = h("div", { class: "detail-body" });
  const hide = (): void => {
    if (aside.hidden) return;
    aside.hidden = true;
    element.classList.remove("split-open");
    closed();
  };
  const aside = h(
    "section",
    { class: "detail", "aria-labelledby": titleId, hidden: true },
    h("div", { class: "detail-head" }, title, h("button", { type: "button", class: "icon-button", "aria-label": td("detail.close"), onclick: hide }, icon("close"))),
    body,
  );
  aside.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    hide();
  });
  const element = h("div", { class: "split" }, h("div", { class: "split-list" }, list), aside);
  return {
    element,
    show(text, ...content) {
      // A detail that is drawn anew in place keeps the focus where the reader is.
      const stays = !aside.hidden && title.textContent === text;
      title.textContent = text;
      fill(body, ...content);
      if (!stays) body.scrollTop = 0;
      aside.hidden = false;
      element.classList.add("split-open");
      title.focus({ preventScroll: true });
    },
    hide,
    open: () => !aside.hidden,
  };
}
