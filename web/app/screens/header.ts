import { writePlace } from "../core/filters";
import { t } from "../i18n";
import { store } from "../state";
import { h } from "../ui/h";
import { icon } from "../ui/icons";
import { buildAccount } from "./account";
import { screenLink } from "./addresses";
import { td } from "./desk/words";
import { buildSearch } from "./search";

interface HeaderOptions {
  withSearch: boolean;
  /** Another screen than the map is shown, to a person who has one. */
  toMap: boolean;
  signOut(): void;
  reopen(): void;
}

export interface Header {
  element: HTMLElement;
  /** What tells of news stands beside the account. */
  bell(bell: { element: HTMLElement; destroy(): void }): void;
  destroy(): void;
}

export function buildHeader({ withSearch, toMap, signOut, reopen }: HeaderOptions): Header {
  const { me } = store.get();
  const account = buildAccount(signOut, reopen);
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
    withSearch ? buildSearch() : toMap ? h("div", { class: "header-way" }, screenLink(`/${writePlace(store.get().place)}`, { class: "button" }, icon("map", 18), h("span", null, td("toMap")))) : h("div"),
    end,
  );
  return {
    element,
    bell(bell) {
      end.prepend(bell.element);
      stops.push(bell.destroy);
    },
    destroy: () => stops.forEach((stop) => stop()),
  };
}
