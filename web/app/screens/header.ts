import { t } from "../i18n";
import { store } from "../state";
import { h } from "../ui/h";
import { icon } from "../ui/icons";
import { buildAccount } from "./account";
import { buildSearch } from "./search";

interface HeaderOptions {
  withSearch: boolean;
  signOut(): void;
  reopen(): void;
}

export interface Header {
  element: HTMLElement;
  /** The search is the map's. */
  search(shown: boolean): void;
  /** What tells of news stands beside the account. */
  bell(bell: { element: HTMLElement; destroy(): void }): void;
  destroy(): void;
}

export function buildHeader({ withSearch, signOut, reopen }: HeaderOptions): Header {
  const { me } = store.get();
  const account = buildAccount(signOut, reopen);
  const search = withSearch ? buildSearch() : h("div");
  const end = h("div", { class: "header-end" }, account.element);
  const stops = [account.destroy];
  const element = h(
    "header",
    { class: "header" },
    h(
      "div",
      { class: "brand" },
      h("h1", { class: "brand-name" }, icon("map", 24), h("span", null, t("app.title"))),
      me.synthetic ? h("span", { class: "badge badge-warn", title: t("app.syntheticHelp") }, t("app.synthetic")) : null,
    ),
    search,
    end,
  );
  return {
    element,
    search: (shown) => (search.hidden = !shown),
    bell(bell) {
      end.prepend(bell.element);
      stops.push(bell.destroy);
    },
    destroy: () => stops.forEach((stop) => stop()),
  };
}
