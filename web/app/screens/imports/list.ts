import { listImports, type Import } from "../../api/imports";
import { isBusy, nextOf, percent } from "../../core/imports";
import { locale } from "../../i18n";
import { sentence } from "../../i18n/served";
import { fill, h } from "../../ui/h";
import { word } from "../../ui/words";
import type { DeskHost, OpenPage } from "../desk/desk";
import { empty, load, moment } from "../desk/parts";
import { table, type Table } from "../desk/table";
import { stageBadge } from "./stage";
import { dropZone } from "./upload";
import { ti } from "./words";

/** While the server works on one of them, the list is read again this often, in milliseconds. */
const rereadAfter = 4_000;

/** All imports of the unit, and the place where the next one is handed in. */
export function listPage(host: DeskHost): OpenPage {
  const open = (imported: Import): void => host.go("import", { import: imported.id });
  const place = h("div", { class: "desk-fill imports-list" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown: Table<Import> | null = null;
  const show = (imports: readonly Import[]): void => {
    clearTimeout(timer);
    if (imports.some(({ stage }) => isBusy(stage))) timer = setTimeout(() => void listImports().then(redraw, () => {}), rereadAfter);
    if (imports.length === 0) return fill(place, empty("upload", ti("none"), ti("noneHelp")));
    shown = table<Import>({
      caption: ti("list"),
      key: ({ id }) => id,
      rows: imports,
      open,
      columns: [
        { label: ti("col.name"), cell: ({ name, created }) => [h("strong", null, name), h("span", { class: "cell-more" }, moment(created))] },
        { label: ti("col.by"), cell: ({ by, service, unit }) => [by, h("span", { class: "cell-more" }, [word("services", service), unit].filter(Boolean).join(" · "))], from: 2 },
        { label: ti("col.stage"), cell: (imported) => [stageBadge(imported), progressLine(imported), h("span", { class: "cell-more only-narrow" }, nextText(imported))] },
        { label: ti("col.rows"), cell: ({ counts }) => (counts.rows === 0 ? "" : counts.rows.toLocaleString(locale())), number: true, from: 3 },
        { label: ti("col.next"), cell: (imported) => nextText(imported), from: 3 },
      ],
    });
    fill(place, shown.element);
  };
  /** A table that is drawn anew keeps the focus on its row. */
  const redraw = (imports: readonly Import[]): void => {
    const focused = document.activeElement?.closest("tr")?.dataset["key"];
    show(imports);
    if (focused) shown?.focus(focused);
  };
  void load(place, listImports, show);
  return {
    element: h("div", { class: "desk-page" }, h("div", { class: "imports-new" }, h("p", { class: "imports-lead" }, ti("intro")), dropZone(open)), place),
    destroy: () => clearTimeout(timer),
  };
}

const nextText = (imported: Import): string => {
  const { what, n } = nextOf(imported);
  return ti(`next.${what}`, { n });
};

function progressLine({ stage, progress }: Import): HTMLElement | null {
  if (!isBusy(stage) || !progress) return null;
  return h("span", { class: "cell-more" }, ti("progress.part", { what: sentence(progress.what), percent: percent(progress.done, progress.total) }));
}
