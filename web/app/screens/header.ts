import { t, currentLanguage, type Language } from "../i18n";
import { formatTime } from "../core/format";
import { store } from "../state";
import { segmented } from "../ui/field";
import { h, uniqueId } from "../ui/h";
import { icon } from "../ui/icons";
import { chooseLanguage, chooseTheme, theme, type Theme } from "../ui/preferences";
import { word } from "../ui/words";
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
      h("span", { class: "badge badge-restricted", title: t("app.restrictedHelp") }, icon("shield", 14), t("app.restricted")),
    ),
    withSearch ? buildSearch() : h("div"),
    account.element,
  );
  return { element, destroy: account.destroy };
}

/** Role and unit, without what only repeats the name beside them or one another. */
function roleAndUnit(role: string): string {
  const { me } = store.get();
  const unit = me.unit === me.name ? "" : me.unit;
  return [...new Set([role, unit])].filter(Boolean).join(" · ");
}

/** Who is signed in, under which motive, and what belongs to the person: theme, language, print, sign out. */
function buildAccount(signOut: () => void, reopen: () => void): { element: HTMLElement; destroy(): void } {
  const { me } = store.get();
  const panelId = uniqueId("account");
  const role = word("roles", me.role) || me.role_label;
  const line = (label: string, value: string): HTMLElement | null => (value === "" ? null : h("div", null, h("dt", null, label), h("dd", null, value)));
  const scope = me.territories.map((territory) => (territory.code === "fr" ? t("header.scopeAll") : territory.name)).join(", ");
  const themes = (["auto", "light", "dark"] as const).map((value) => ({ value, label: t(`header.theme.${value}`) }));
  const languages = [{ value: "fr", label: "Français" }, { value: "en", label: "English" }] as const satisfies readonly { value: Language; label: string }[];

  const panel = h(
    "div",
    { class: "account-panel", id: panelId, hidden: true },
    h("p", { class: "account-name" }, me.name || me.username),
    h(
      "dl",
      { class: "account-facts" },
      line(t("filters.service"), [me.service_label, me.unit].filter(Boolean).join(" · ")),
      line(t("header.scope"), scope),
      line(t("header.motive"), me.motive),
      line(t("header.case"), me.case),
    ),
    h("p", { class: "help" }, t("header.until", { time: formatTime(new Date(me.expires_at)) })),
    h("div", { class: "account-choice" }, h("span", { "aria-hidden": "true" }, t("header.theme")), segmented<Theme>(t("header.theme"), themes, theme(), chooseTheme)),
    h(
      "div",
      { class: "account-choice" },
      h("span", { "aria-hidden": "true" }, t("header.language")),
      segmented<Language>(t("header.language"), languages, currentLanguage(), (language) => {
        chooseLanguage(language);
        reopen();
      }),
    ),
    h("button", { type: "button", class: "button button-block", onclick: () => (toggle(false), print()) }, icon("print"), t("header.print")),
    h("button", { type: "button", class: "button button-block", onclick: signOut }, t("header.signOut")),
  );
  const button = h(
    "button",
    { type: "button", class: "account-button", "aria-expanded": "false", "aria-controls": panelId, onclick: () => toggle(panel.hidden) },
    icon("user", 22),
    h("span", { class: "account-who" }, h("strong", null, me.name || me.username), h("span", null, roleAndUnit(role))),
    icon("chevron", 18),
  );
  const toggle = (open: boolean): void => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  const element = h("div", { class: "account" }, button, panel);
  const outside = (event: Event): void => {
    if (!panel.hidden && event.target instanceof Node && !element.contains(event.target)) toggle(false);
  };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    toggle(false);
    button.focus();
  });
  document.addEventListener("pointerdown", outside);
  document.addEventListener("focusin", outside);
  return {
    element,
    destroy(): void {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    },
  };
}
