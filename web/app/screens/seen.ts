import type { DealPointProperties } from "../api/client";
import { todayInFrance, formatDay } from "../core/format";
import { cautions, sightOf, withheldFields, type Caution, type Sight } from "../core/sight";
import { t } from "../i18n";
import { toast } from "../ui/announce";
import { h, type Child } from "../ui/h";
import { icon } from "../ui/icons";
import { word } from "../ui/words";
import { fieldName } from "./history";
import { sentence } from "./signinparts";
import { valueText } from "./values";

const tones: Record<Caution, "" | "note-warn"> = { embargo: "note-warn", blurred: "", H1: "", H2: "note-warn", H3: "note-warn", answerable: "" };
const badges: Record<Sight, string> = { whole: "badge badge-accent", shown: "badge", blurred: "badge badge-warn" };

/** What this viewer sees of a point, why, what they may do with it, and what is kept back. */
export function seenBlock(p: DealPointProperties): HTMLElement {
  const sight = sightOf(p);
  const { handling } = p;
  const kept = withheldFields(p.withheld);
  const line = (name: string, value: Child): Child => (value === "" ? null : h("div", { class: "fact" }, h("dt", null, fieldName(`handling.${name}`)), h("dd", null, value)));
  const groups = p.withheld.includes("handling.groups") ? (handling?.reach === "group" ? withheldMark() : "") : (handling?.groups ?? []).join(", ");
  return h(
    "section",
    { class: "block seen", "aria-labelledby": "seen-title" },
    h("h3", { id: "seen-title" }, t("seen.title")),
    h("p", { class: "seen-why" }, h("span", { class: badges[sight] }, icon("eye", 14), t(`seen.${sight}`)), p.because ? h("span", null, sentence(p.because)) : null),
    ...cautions(p, todayInFrance()).map((caution) => h("p", { class: `note ${tones[caution]}` }, icon(tones[caution] === "" ? "info" : "shield", 18), h("span", null, t(`caution.${caution}`, { date: handling?.embargo_until ? formatDay(handling.embargo_until) : "" })))),
    handling
      ? h(
          "dl",
          { class: "facts" },
          line("reach", [h("span", null, h("strong", null, word("reaches", handling.reach)), h("span", { class: "help seen-means" }, t(`reach.${handling.reach}.means`)))]),
          line("groups", groups),
          line("code", word("handling_codes", handling.code)),
          line("blurred", handling.reach === "national" ? "" : valueText("handling.blurred", handling.blurred ?? false)),
          line("embargo_until", handling.embargo_until ? formatDay(handling.embargo_until) : ""),
        )
      : null,
    kept.length > 0 ? h("p", { class: "seen-kept" }, h("strong", null, t("seen.kept", { n: kept.length })), " ", kept.map((name) => fieldLabel(name)).join(", "), ".") : h("p", { class: "help" }, t("seen.keptNone")),
    h("button", { type: "button", class: "button button-quiet button-small", onclick: openRule }, t("seen.rule")),
  );
}

/** Stands where a value is withheld: never to be taken for an empty one. */
export const withheldMark = (): HTMLElement => h("span", { class: "withheld", title: t("common.withheldHelp") }, t("common.withheld"));

function fieldLabel(name: string): string {
  const label = name === "lookouts" ? t("seen.watch") : fieldName(name);
  return label.charAt(0).toLowerCase() + label.slice(1);
}

function openRule(): void {
  import("./mine/rights").then(({ openRights }) => openRights(), () => toast(t("error.network"), "bad"));
}
