import { h } from "../../ui/h";
import { writeDesk } from "../desk/address";
import type { DeskHost } from "../desk/desk";

/** A link to another question, which a new tab opens too. */
export function linkTo(host: DeskHost, page: string, query: Readonly<Record<string, string>>, text: string, title?: string): HTMLAnchorElement {
  return h(
    "a",
    {
      href: writeDesk(page, query),
      title,
      onclick: (event: MouseEvent) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        host.go(page, query);
      },
    },
    text,
  );
}
