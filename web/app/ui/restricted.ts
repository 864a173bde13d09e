import { t } from "../i18n";
import { h, type Child } from "./h";
import { icon } from "./icons";

/** The mention that every screen carries from top to bottom of the application, whoever is signed in. */
export function restrictedBand(...after: Child[]): HTMLElement {
  return h("section", { class: "restricted", "aria-label": t("app.restricted"), title: t("app.restrictedHelp") }, h("strong", null, icon("shield", 14), t("app.restricted")), after);
}
