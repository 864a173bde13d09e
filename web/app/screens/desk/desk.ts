import { store } from "../../state";
import { fill, h } from "../../ui/h";
import { readDesk, writeDesk } from "./address";

/** One page of a screen without a map: administration, audit, reports. */
export interface DeskPage {
  id: string;
  label: string;
  /** Found by its address or from another page only: it has no tab. */
  untabbed?: boolean;
  open(host: DeskHost): OpenPage;
}

export interface OpenPage {
  element: HTMLElement;
  /** The same page at another address; without it the page is built anew. */
  follow?(query: URLSearchParams): void;
  destroy?(): void;
}

export interface DeskHost {
  query: URLSearchParams;
  /** Goes to another page, or to another question on the same one: a new entry in the browser's history. */
  go(page: string, query?: Readonly<Record<string, string>>): void;
  /** How many things wait on a page, as a badge on its tab. */
  badge(page: string, n: number): void;
}

/** A screen of several pages, whose address can be sent to a colleague. */
export function openDesk(content: HTMLElement, title: string, pages: readonly DeskPage[]): { destroy(): void } {
  let current: { id: string; page: OpenPage } | null = null;
  const body = h("div", { class: "desk-body" });
  const tabbed = pages.filter(({ untabbed }) => !untabbed);
  const tabs = tabbed.map(({ id, label }) => {
    const badge = h("span", { class: "badge badge-accent", hidden: true });
    const link = h("a", { class: "desk-tab", href: writeDesk(id), onclick: follow(id) }, label, badge);
    return { id, link, badge };
  });
  const nav = tabbed.length > 1 ? h("nav", { class: "desk-tabs", "aria-label": title }, h("ul", null, ...tabs.map(({ link }) => h("li", null, link)))) : null;
  const main = h("main", { class: "desk", id: "main", tabindex: -1 }, h("div", { class: "desk-head" }, h("h2", { class: "desk-title" }, title), nav), body);
  fill(content, main);

  function follow(id: string): (event: MouseEvent) => void {
    return (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      host.go(id);
    };
  }

  const host: DeskHost = {
    query: new URLSearchParams(),
    go(page, query = {}) {
      history.pushState(null, "", location.pathname + writeDesk(page, query));
      show();
    },
    badge(page, n) {
      const tab = tabs.find(({ id }) => id === page);
      if (!tab) return;
      tab.badge.hidden = n === 0;
      tab.badge.textContent = String(n);
    },
  };

  const show = (): void => {
    const asked = readDesk(location.search);
    const page = pages.find(({ id }) => id === asked.page) ?? pages[0];
    if (!page) return;
    host.query = asked.query;
    for (const { id, link } of tabs) {
      if (id === page.id) {
        link.setAttribute("aria-current", "page");
        link.scrollIntoView({ block: "nearest", inline: "nearest" });
      } else link.removeAttribute("aria-current");
    }
    if (current?.id === page.id && current.page.follow) return current.page.follow(asked.query);
    const moved = current !== null && current.id !== page.id;
    current?.page.destroy?.();
    current = { id: page.id, page: page.open(host) };
    fill(body, current.page.element);
    body.scrollTop = 0;
    document.title = `${page.label} · ${title}`;
    // Whoever changed page with the keyboard stays on the tab; whoever came back finds the page's beginning.
    if (moved && !nav?.contains(document.activeElement)) main.focus({ preventScroll: true });
  };
  addEventListener("popstate", show);
  show();
  return {
    destroy(): void {
      removeEventListener("popstate", show);
      current?.page.destroy?.();
      fill(content);
    },
  };
}

/** Whether this viewer may do something anywhere. */
export const may = (action: "grant" | "audit" | "report" | "settle" | "embargo"): boolean => store.get().me.allowed.includes(action);
