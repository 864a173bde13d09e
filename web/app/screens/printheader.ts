import { getTerritory } from "../api/calls";
import { chips } from "../core/filters";
import { formatMoment } from "../core/format";
import { scopeName } from "../core/scope";
import { t } from "../i18n";
import { store } from "../state";
import { fill, h } from "../ui/h";
import { chipText } from "./chips";

/** What a printed page must say: what it shows, who printed it and when, and how it may be used. Hidden on the screen. */
export function printHeader(cleanups: (() => void)[]): HTMLElement {
  const element = h("div", { class: "print-header", "aria-hidden": "true" });
  let name = scopeName(store.get().me, t("filters.territoryPlaceholder"));
  let filters: string[] = [];
  let reading = 0;
  const read = async (): Promise<void> => {
    const turn = ++reading;
    const { me, place } = store.get();
    const { territory } = place.filter;
    const found = territory === "" ? scopeName(me, t("filters.territoryPlaceholder")) : ((await getTerritory(territory).catch(() => null))?.name ?? territory);
    const texts = await Promise.all(chips(place.filter).filter((chip) => chip.field !== "territory").map(chipText));
    if (turn !== reading) return;
    [name, filters] = [found, texts];
  };
  // The browser takes the page as it is when this returns: nothing can be waited for, and the hour is that of printing.
  const draw = (): void => {
    const { me } = store.get();
    const unit = [me.service_label, me.unit].filter(Boolean).join(", ");
    fill(
      element,
      h("p", { class: "print-handling" }, [t("app.restricted"), me.synthetic ? t("app.synthetic") : ""].filter(Boolean).join(" · ")),
      h("p", { class: "print-title" }, t("app.title")),
      h("p", null, `${t("print.territory")} : ${name} · ${t("print.filters")} : ${filters.length > 0 ? filters.join(" ; ") : t("print.nofilter")}`),
      h("p", null, t("print.by", { name: me.name || me.username, unit, date: formatMoment(new Date()) })),
    );
  };
  void read();
  addEventListener("beforeprint", draw);
  cleanups.push(store.watch((s) => s.place.filter, () => void read()), () => removeEventListener("beforeprint", draw));
  return element;
}
