import { countPoints, listPoints, type Box } from "../api/calls";
import { isAbort, type DealPoint } from "../api/client";
import { chips, sheetAddress, type Family, type Filter } from "../core/filters";
import { todayInFrance, formatAgo, isOverdue, shortCommune } from "../core/format";
import { createReading } from "../core/reading";
import { mayAdd } from "../core/rights";
import { saidOf } from "../core/said";
import { t, type Key } from "../i18n";
import { openPoint, store } from "../state";
import { toast } from "../ui/announce";
import { debounce, fill, h } from "../ui/h";
import { icon, placeShape } from "../ui/icons";
import { checkbox, segmented } from "../ui/field";
import { word } from "../ui/words";
import { counts } from "./counts";
import { mapControl } from "./mapcontrol";

const pageSize = 100;

export interface List {
  element: HTMLElement;
  destroy(): void;
}

/** The points as a list: what the map shows, for eyes and for screen readers alike. */
export function buildList(highlight: (reference: string | null) => void, counted: (n: number | null) => void): List {
  const status = h("p", { class: "list-count", role: "status" }, t("list.loading"));
  const rows = h("ol", { class: "rows", "aria-labelledby": "list-title" });
  const more = h("button", { type: "button", class: "button button-block", hidden: true, onclick: () => void readMore() }, t("list.more"));
  const message = h("div", { class: "list-message" });
  const inView = checkbox(t("list.inView"), store.get().inView, (value) => store.set({ inView: value }));
  const title = h("h2", { id: "list-title" }, t("list.title"));
  let family: Family = "points";
  const choice = segmented(t("list.family"), (["points", "sites"] as const).map((value) => ({ value, label: t(`layers.${value}`) })), family, (value) => choose(value));
  const families = h("div", { class: "list-families" }, choice);
  const body = h("div", { class: "list-body" }, message, rows, more);
  const element = h(
    "section",
    { class: "list", id: "list", tabindex: -1, "aria-labelledby": "list-title" },
    h("div", { class: "list-head" }, h("div", null, title, status), inView.element, exportButton(() => family)),
    families,
    body,
  );

  let points: DealPoint[] = [];
  let total: number | null = null;
  let cursor = "";
  let further: AbortController | undefined;
  const drawn: DrawnRows = new Map();

  const choose = (next: Family): void => {
    family = next;
    title.textContent = t(`layers.${family}`);
    for (const input of choice.querySelectorAll("input")) input.checked = input.value === family;
    later.now();
  };

  /** There is something to choose only while the map shows both. */
  const followLayers = (): void => {
    const { layers } = store.get().place;
    families.hidden = !layers.includes("sites");
    const only = layers.includes("sites") ? (layers.includes("points") ? family : "sites") : "points";
    if (only !== family) choose(only);
  };

  const question = (): { filter: Filter; area: Box | null; family: Family } => {
    const { place, box, inView: limited } = store.get();
    return { filter: place.filter, area: limited ? box : null, family };
  };

  const reading = createReading(question, async (signal) => {
    further?.abort();
    const { filter, area } = question();
    if (store.get().inView && !area) return;
    rows.setAttribute("aria-busy", "true");
    try {
      await mapControl.drawn;
      const [page, all] = await Promise.all([listPoints(filter, area, pageSize, "", signal, family), countPoints(filter, area, signal, family)]);
      if (signal.aborted) return;
      points = page.cursor === "" ? page.points.toSorted(byPlace) : page.points;
      cursor = page.cursor;
      total = all.total;
      draw();
    } catch (error) {
      if (!isAbort(error)) fail();
    }
  });

  /** What follows the rows that are there; where they are being read, those that come. */
  const readMore = async (): Promise<void> => {
    more.disabled = true;
    try {
      await reading.settled();
      if (cursor === "") return;
      const { filter, area } = question();
      const { signal } = (further = new AbortController());
      const page = await listPoints(filter, area, pageSize, cursor, signal, family);
      if (signal.aborted) return;
      const first = points.length;
      points = [...points, ...page.points];
      cursor = page.cursor;
      draw();
      rows.querySelectorAll<HTMLElement>("a")[first]?.focus();
    } catch (error) {
      if (!isAbort(error)) fail();
    } finally {
      more.disabled = false;
    }
  };

  const draw = (): void => {
    drawRows(rows, points, drawn);
    rows.removeAttribute("aria-busy");
    fill(message, points.length === 0 ? empty() : null);
    more.hidden = cursor === "";
    const n = total ?? points.length;
    // The box beside it says it to the eye.
    const [shown, heard] = store.get().inView ? [said("list.count", n), ` ${t("list.countInView")}`] : [said("list.countAll", n), ""];
    // What fills it is read aloud: only when it says something else.
    if (status.textContent !== shown + heard) fill(status, shown, heard === "" ? null : h("span", { class: "visually-hidden" }, heard));
    counted(total);
    mark();
  };

  const said = (key: Key, n = 0): string => saidOf(family === "sites" ? "warehouse" : "", t(key, { n }));

  const empty = (): HTMLElement => {
    const filtered = chips(store.get().place.filter).length > 0;
    const none = family === "points" && !filtered && counts.get().all?.total === 0;
    const [text, help]: [Key, Key | null] = none ? ["list.none", mayAdd(store.get().me) ? "list.noneHelp" : null] : filtered ? ["list.empty", "list.emptyHelp"] : ["list.emptyView", "list.emptyViewHelp"];
    return h("div", { class: "empty" }, icon("map", 32), h("p", null, said(text)), help ? h("p", { class: "help" }, said(help)) : null);
  };

  const fail = (): void => {
    rows.removeAttribute("aria-busy");
    status.textContent = "";
    counted(null);
    fill(message, h("div", { class: "note note-bad", role: "alert" }, icon("warning"), h("p", null, t("list.failed")), h("button", { type: "button", class: "button", onclick: reading.read }, t("app.retry"))));
  };

  const find = (reference: string): HTMLElement | null => rows.querySelector(`a[data-reference="${CSS.escape(reference)}"]`);

  const mark = (): void => {
    for (const old of rows.querySelectorAll(".row-marked")) old.classList.remove("row-marked");
    const { highlighted } = store.get();
    if (highlighted) find(highlighted)?.classList.add("row-marked");
  };

  const at = (event: Event): string | null => (event.target instanceof Element ? (event.target.closest<HTMLElement>("a[data-reference]")?.dataset["reference"] ?? null) : null);
  for (const name of ["pointerover", "focusin"]) rows.addEventListener(name, (event) => highlight(at(event)));
  for (const name of ["pointerleave", "focusout"]) rows.addEventListener(name, () => highlight(null));
  rows.addEventListener("click", (event) => {
    const reference = at(event);
    if (!reference || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPoint(reference);
  });
  rows.addEventListener("keydown", (event) => {
    const links = [...rows.querySelectorAll<HTMLElement>("a")];
    const now = links.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined || now < 0) return;
    event.preventDefault();
    links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
  });

  const later = debounce(220, reading.read);
  const stops = [
    store.watch((s) => s.place.filter, later),
    store.watch((s) => (s.inView ? s.box : null), later),
    store.watch((s) => s.inView, later),
    // Changes have been gathered by then: to wait once more would only have others see them later.
    store.watch((s) => s.generation, later.now),
    store.watch((s) => s.highlighted, mark),
    counts.watch((c) => c.all?.total, () => total === 0 && draw()),
    store.watch((s) => s.place.layers, followLayers),
  ];
  followLayers();
  later();
  return {
    element,
    destroy(): void {
      later.cancel();
      reading.stop();
      further?.abort();
      for (const stop of stops) stop();
    },
  };
}

/** For those who may let what they see leave. */
function exportButton(family: () => Family): HTMLElement | null {
  if (!store.get().me.allowed.includes("export")) return null;
  const open = (): void => {
    import("./mine/export").then(({ openExport }) => openExport(family()), () => toast(t("error.network"), "bad"));
  };
  return h("button", { type: "button", class: "icon-button", "aria-label": t("list.export"), title: t("list.export"), onclick: open }, icon("download"));
}

/** Rows on the screen by reference, with what they were drawn from. */
type DrawnRows = Map<string, { item: HTMLLIElement; from: string }>;

/** Brings the rows up to date and leaves alone those that stay; a row that is drawn anew keeps the reader's focus. */
function drawRows(rows: HTMLElement, points: readonly DealPoint[], drawn: DrawnRows): void {
  const reader = rows.querySelector<HTMLElement>("a:focus")?.dataset["reference"];
  const today = todayInFrance();
  const wanted = points.map((point) => {
    const { reference, revision } = point.properties;
    const from = `${revision} ${today}`;
    const kept = drawn.get(reference);
    return { reference, from, item: kept?.from === from ? kept.item : h("li", null, row(point, today)) };
  });
  drawn.clear();
  for (const { reference, from, item } of wanted) drawn.set(reference, { item, from });
  const items = new Set<Element>(wanted.map(({ item }) => item));
  for (const old of [...rows.children]) if (!items.has(old)) old.remove();
  let next = rows.firstElementChild;
  for (const { item } of wanted) {
    if (item === next) next = next.nextElementSibling;
    else rows.insertBefore(item, next);
  }
  if (reader !== undefined && !rows.contains(document.activeElement)) {
    drawn.get(reader)?.item.querySelector("a")?.focus({ preventScroll: true });
  }
}

const byPlace = (a: DealPoint, b: DealPoint): number =>
  a.properties.commune_name.localeCompare(b.properties.commune_name, "fr", { numeric: true }) || a.properties.name.localeCompare(b.properties.name, "fr", { numeric: true });

function row({ properties: p, geometry }: DealPoint, today: string): HTMLElement {
  const when = p.last_confirmed ? t("list.confirmed", { when: formatAgo(p.last_confirmed, today) }) : p.withheld.includes("last_confirmed") ? "" : t("list.neverConfirmed");
  return h(
    "a",
    { class: "row", href: sheetAddress(p), "data-reference": p.reference },
    placeShape(p.kind, p.status, 18),
    h("span", { class: "row-name" }, p.name || t("list.blurredName")),
    h("span", { class: "row-where" }, h("span", { class: "row-ref" }, p.reference), [shortCommune(p.commune_name), word("kinds", p.kind)].filter(Boolean).map((text) => ` · ${text}`)),
    h(
      "span",
      { class: "row-state" },
      h("span", { class: `state state-${p.status}` }, word("statuses", p.status)),
      when === "" ? null : h("span", null, when),
      geometry ? null : h("span", { class: "badge" }, t("list.blurred")),
      isOverdue(p.next_review, p.status, today) ? h("span", { class: "badge badge-warn" }, icon("clock", 14), t("list.overdue")) : null,
    ),
  );
}
