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

export function buildHeader({ withSearch, toMap, signOut, reopen }: HeaderOptions): { element: HTMLElement; destroy(): void } {
  const { me } = store.get();
  const account = buildAccount(signOut, reopen);
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
    account.element,
  );
  return { element, destroy: account.destroy };
}
