import { t } from "../i18n";
import { h, type Child } from "./h";
import { icon } from "./icons";

/** The mention that every screen carries from top to bottom of the application, whoever is signed in. */
export function restrictedBand(...after: Child[]): HTMLElement {
  const label = t("app.restricted");
  return h("section", { "aria-label": label }, h("div", { class: "restricted", role: "note", "aria-label": label, title: t("app.restrictedHelp") }, h("strong", null, icon("shield", 14), label), after));
}
