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

export function buildHeader({ withSearch, signOut, reopen }: HeaderOptions): { element: HTMLElement; destroy(): void } {
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
    withSearch ? buildSearch() : h("div"),
    account.element,
  );
  return { element, destroy: account.destroy };
}
