import type { Territory } from "../../api/client";
import type { Statistics } from "../../api/clct";
import { fileAddress, type Audience, type ClctPlace } from "../../core/clctaddress";
import { formatDay, formatMoment } from "../../core/format";
import { t } from "../../i18n";
import { served } from "../../i18n/served";
import { store } from "../../state";
import { segmented } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word } from "../../ui/words";
import { tc } from "./words";

export interface Head {
  element: HTMLElement;
  /** What is known before the figures: where, and the date that was asked for. */
  territory(one: Territory): void;
  set(statistics: Statistics, place: ClctPlace): void;
}

interface HeadOptions {
  code: string;
  choice: HTMLElement | null;
  audience(next: Audience): void;
}

/** Which territory, on which date, by which rule; and the dossier to take along. */
export function head({ code, choice, audience }: HeadOptions): Head {
  const level = h("p", { class: "clct-level" });
  const name = h("h2", { class: "clct-name" }, " ");
  const date = h("p", { class: "clct-date", role: "status" });
  const rule = h("p", { class: "clct-rule" });
  const mention = h("p", { class: "badge" });
  const forWhom = segmented(tc("audience"), [{ value: "clct" as const, label: tc("audience.clct") }, { value: "wider" as const, label: tc("audience.wider") }], "clct", audience);
  const file = (kind: "pdf" | "xlsx"): HTMLAnchorElement => h("a", { class: "button", href: fileAddress(code, kind, { asOf: "", since: "", audience: "clct" }), download: "" }, icon("download", 18), h("span", null, tc(`file.${kind}`)));
  const [pdf, xlsx] = [file("pdf"), file("xlsx")];
  const print = h("button", { type: "button", class: "button", onclick: () => window.print() }, icon("print", 18), h("span", null, tc("print")));
  const embargo = store.get().me.allowed.includes("embargo") ? h("button", { type: "button", class: "button", onclick: () => void import("../embargo").then(({ openEmbargo }) => openEmbargo()) }, icon("lock", 18), h("span", null, tc("embargo"))) : null;
  const printed = h("div", { class: "print-header", "aria-hidden": "true" });
  const element = h(
    "header",
    { class: "clct-head" },
    printed,
    h("div", { class: "clct-title" }, level, name, h("div", { class: "clct-when" }, date, mention)),
    h("div", { class: "clct-tools" }, choice, h("div", { class: "clct-audience" }, forWhom), h("div", { class: "clct-files" }, pdf, xlsx, print, embargo)),
    rule,
  );
  return {
    element,
    territory(one) {
      level.textContent = [word("levels", one.level), one.code === "fr" ? "" : one.code.slice(one.code.indexOf(":") + 1), one.population ? tc("inhabitants", { n: one.population }) : tc("population.unknown")].filter(Boolean).join(" · ");
      name.textContent = one.name;
      document.title = `${one.name} · ${tc("title")}`;
    },
    set({ territory, as_of: asOf, rule: counted, suppression }, place) {
      this.territory(territory);
      date.textContent = tc("situation", { date: formatDay(asOf) });
      rule.textContent = served(counted.text);
      const wider = place.audience === "wider";
      mention.textContent = suppression.applied ? tc("mention.suppressed", { n: suppression.cells, threshold: suppression.threshold }) : tc(wider ? "audience.wider" : "mention.clct");
      mention.className = suppression.applied ? "badge badge-warn" : "badge";
      for (const input of forWhom.querySelectorAll("input")) input.checked = input.value === place.audience;
      pdf.href = fileAddress(code, "pdf", place);
      xlsx.href = fileAddress(code, "xlsx", place);
      const { me } = store.get();
      fill(
        printed,
        h("p", { class: "print-handling" }, [t("app.restricted"), me.synthetic ? t("app.synthetic") : ""].filter(Boolean).join(" · ")),
        h("p", null, t("print.by", { name: me.name || me.username, unit: [me.service_label, me.unit].filter(Boolean).join(", "), date: formatMoment(new Date()) })),
      );
    },
  };
}
