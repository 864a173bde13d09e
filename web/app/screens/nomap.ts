import { t } from "../i18n";
import { store } from "../state";
import { fill, h } from "../ui/h";
import { icon } from "../ui/icons";

/** What auditors, administrators and partners see: their role, said plainly, and no dead button. */
export function noMapPage(content: HTMLElement): { destroy(): void } {
  const role = store.get().me.role as string;
  const text = role === "auditor" ? t("nomap.auditor") : role === "partner" ? t("nomap.partner") : t("nomap.admin");
  fill(
    content,
    h(
      "main",
      { class: "nomap", id: "main", tabindex: -1 },
      h("div", { class: "nomap-card" }, icon("map", 40), h("h2", null, t("nomap.title")), h("p", null, text), h("p", { class: "help" }, t("nomap.next"))),
    ),
  );
  return { destroy: () => fill(content) };
}
