import type { Me } from "../api/client";
import { formatDay, formatTime, lastDayOf } from "../core/format";
import { minutesLeft } from "../core/session";
import { currentLanguage, t, type Key, type Language } from "../i18n";
import { store } from "../state";
import { toast } from "../ui/announce";
import { segmented } from "../ui/field";
import { fill, h, uniqueId } from "../ui/h";
import { icon, type Icon } from "../ui/icons";
import { chooseLanguage, chooseTheme, theme, type Theme } from "../ui/preferences";
import { word } from "../ui/words";
import { screenLink } from "./addresses";
import { td } from "./desk/words";

/** Role and unit, without what only repeats the name beside them or one another. */
function roleAndUnit(me: Me, role: string): string {
  const unit = me.unit === me.name ? "" : me.unit;
  return [...new Set([role, unit])].filter(Boolean).join(" · ");
}

/** What is left of the session, in words. */
function timeLeft(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? t("header.hours", { h: hours }) : "", rest > 0 || hours === 0 ? t("header.minutes", { n: rest }) : ""].filter(Boolean).join(" ");
}

/** Who is signed in, by what right and under which motive, and what belongs to the person. */
export function buildAccount(signOut: () => void, reopen: () => void): { element: HTMLElement; destroy(): void } {
  const { me } = store.get();
  const panelId = uniqueId("account");
  const role = word("roles", me.role) || me.role_label;
  const facts = h("dl", { class: "account-facts" });
  const until = h("p", { class: "help" });
  const draw = (): void => {
    const now = store.get().me;
    if (!("username" in now)) return;
    fill(facts, ...accountFacts(now));
    const end = new Date(now.expires_at);
    until.textContent = t("header.until", { time: formatTime(end), left: timeLeft(minutesLeft(end, new Date())) });
  };

  // What is seldom needed is loaded when it is asked for.
  const open = (load: () => Promise<() => void>) => (): void => {
    toggle(false);
    load().then((run) => run(), () => toast(t("error.network"), "bad"));
  };
  const item = (key: Key, name: Icon, run: () => void): HTMLElement => h("button", { type: "button", class: "button", onclick: run }, icon(name, 18), t(key));
  const themes = (["auto", "light", "dark"] as const).map((value) => ({ value, label: t(`header.theme.${value}`) }));
  const languages = [{ value: "fr", label: "Français" }, { value: "en", label: "English" }] as const satisfies readonly { value: Language; label: string }[];
  const panel = h(
    "div",
    { class: "account-panel", id: panelId, hidden: true },
    h("p", { class: "account-name" }, me.name || me.username),
    facts,
    until,
    h(
      "div",
      { class: "account-menu" },
      item("motive.change", "edit", open(async () => (await import("./motivedialog")).openMotive)),
      item("header.rights", "shield", open(async () => (await import("./mine/rights")).openRights)),
      me.allowed.includes("token") ? item("header.tokens", "key", open(async () => (await import("./mine/tokens")).openTokens)) : null,
      me.allowed.includes("import") ? screenLink("/imports", { class: "button" }, icon("upload", 18), td("toImports")) : null,
      me.allowed.includes("merge") ? screenLink("/doublons", { class: "button" }, icon("pair", 18), t("header.duplicates")) : null,
      me.local ? item("password.change", "lock", open(async () => (await import("./motivedialog")).openPassword)) : null,
      item("header.print", "print", () => (toggle(false), print())),
    ),
    h("div", { class: "account-choice" }, h("span", { "aria-hidden": "true" }, t("header.theme")), segmented<Theme>(t("header.theme"), themes, theme(), chooseTheme)),
    h(
      "div",
      { class: "account-choice" },
      h("span", { "aria-hidden": "true" }, t("header.language")),
      segmented<Language>(t("header.language"), languages, currentLanguage(), (language) => {
        void chooseLanguage(language).then(reopen);
      }),
    ),
    h("button", { type: "button", class: "button button-block", onclick: signOut }, t("header.signOut")),
  );
  const button = h(
    "button",
    { type: "button", class: "account-button", "aria-expanded": "false", "aria-controls": panelId, onclick: () => toggle(panel.hidden) },
    icon("user", 22),
    h("span", { class: "account-who" }, h("strong", null, me.name || me.username), h("span", null, roleAndUnit(me, role))),
    icon("chevron", 18),
  );
  const toggle = (shown: boolean): void => {
    if (shown) draw();
    panel.hidden = !shown;
    button.setAttribute("aria-expanded", String(shown));
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
  const stop = store.watch((s) => s.me, () => panel.hidden || draw());
  return {
    element,
    destroy(): void {
      stop();
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    },
  };
}

/** The grant in a few lines, and the motive. */
export function accountFacts(me: Me): (HTMLElement | null)[] {
  const line = (label: string, value: string): HTMLElement | null => (value === "" ? null : h("div", null, h("dt", null, label), h("dd", null, value)));
  const scope = me.territories.map((territory) => (territory.code === "fr" ? t("header.scopeAll") : territory.name)).join(", ");
  return [
    line(t("filters.service"), [me.service_label, me.unit].filter(Boolean).join(" · ")),
    line(t("header.scope"), scope),
    line(t("header.groups"), (me.groups ?? []).join(", ")),
    line(t("header.grantUntil"), me.grant_until ? t("header.grantEnd", { date: formatDay(lastDayOf(me.grant_until)) }) : t("header.grantOpen")),
    line(t("header.motive"), me.motive),
    line(t("header.case"), me.case),
  ];
}
