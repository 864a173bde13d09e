import { apiQuery, chips, linkQuery, type Filter } from "../core/filters";
import { formatNumber } from "../core/format";
import { mayAdd, sees } from "../core/rights";
import { isOneOf, statuses } from "../core/vocabulary";
import { t } from "../i18n";
import { createMap } from "../map";
import type { ClusterHit, FlowHit, LayerQueries, LinkHit, LngLat, MapView, PlaceHit } from "../map/types";
import { go, openPoint, renamePoint, setView, store } from "../state";
import { announce, toast } from "../ui/announce";
import { append, fill, h } from "../ui/h";
import { icon, placeShape, statusShape, type Icon } from "../ui/icons";
import { resolvedTheme, watchTheme } from "../ui/preferences";
import { word } from "../ui/words";
import { screenLink } from "./addresses";
import { buildAggregates } from "./aggregates";
import { buildChips } from "./chips";
import { followCounts } from "./counts";
import { hasDraft, placeDraft } from "./draft";
import { buildFilters } from "./filters";
import { buildLayers } from "./layers";
import type { LinkCard } from "./links/card";
import type { Highlight } from "./links/highlight";
import { buildList } from "./list";
import { followChanges } from "./live";
import { mapControl, metropole } from "./mapcontrol";
import type { PlaceForm } from "./placeform";
import { printHeader } from "./printheader";
import type { Arrival, Sheet } from "./sheet";
import { buildStatusBar } from "./statusbar";
import { checkAccess, type DealPoint } from "../api/client";
import { rememberFamily } from "../api/family";
import type { PlaceRecord } from "../core/record";
import { pointFrom } from "../core/reports";
import { td } from "./desk/words";
import type { Inbox } from "./reports/inbox";
import { followWaiting } from "./waiting";

/** Room for the map on a sheet of A4 with margins of 14 mm, in CSS pixels; the print style sheet has the same. */
const paper = { width: 680, height: 560 };

/** The map with its filters on the left and, on the right, the list, a point's sheet, or the form that adds or edits. */
export function openMapScreen(content: HTMLElement, ended: () => void): { destroy(): void } {
  const { me } = store.get();
  const withPoints = sees(me) === "points";
  const cleanups: (() => void)[] = [];

  const side = h("div", { class: "side", id: "side" });
  const mapElement = h("div", { class: "map", id: "map" });
  const tip = h("div", { class: "map-tip", hidden: true, "aria-hidden": "true" });
  const banner = h("div", { class: "map-banner", role: "status", hidden: true });
  const filterButton = h("button", { type: "button", class: "button tool tool-filters", "aria-expanded": "false", "aria-controls": "filters", onclick: () => drawer(screen.dataset["drawer"] === "filters" ? null : "filters") }, icon("filter"), h("span"));
  const listButton = h("button", { type: "button", class: "button tool tool-list", "aria-expanded": "false", "aria-controls": "side", onclick: () => drawer(screen.dataset["drawer"] === "side" ? null : "side") }, icon("list"), h("span", null, t("list.button")));
  const addButton = h("button", { type: "button", class: "button button-primary tool tool-add", onclick: () => startAdd() }, icon("plus"), h("span", null, t("add.button")));
  const badge = h("span", { class: "badge badge-accent", hidden: true });
  const inboxButton = h("button", { type: "button", class: "button tool tool-inbox", "aria-pressed": "false", onclick: () => void (inbox ? closeInbox() : startInbox()) }, icon("inbox"), h("span", null, td("tool.reports")), badge);
  const embargoButton = h("button", { type: "button", class: "button tool", onclick: () => void import("./embargo").then(({ openEmbargo }) => openEmbargo()) }, icon("lock"), h("span", null, td("tool.embargo")));
  const chipBar = buildChips();
  const maySettle = withPoints && me.allowed.includes("settle");
  const to = (path: string, sign: Icon, word: Parameters<typeof td>[0], own = ""): HTMLElement => screenLink(path, { class: `button tool ${own}` }, icon(sign), h("span", null, td(word)));
  const tools = h("div", { class: "tools" }, filterButton, withPoints ? listButton : null, mayAdd(me) ? addButton : null, to("/territoire", "chart", "toTerritory", "tool-territory"), me.allowed.includes("import") ? to("/imports", "upload", "toImports", "tool-import") : null, to("/operations", "shield", "toOperations"), withPoints ? to("/patrouilles", "clock", "toPatrols") : null, withPoints ? to("/reseaux", "network", "toNetworks") : null, maySettle ? inboxButton : null, me.allowed.includes("embargo") ? embargoButton : null, chipBar.element);
  const layerSwitch = buildLayers();
  const stage = h(
    "div",
    { class: "stage" },
    mapElement,
    tools,
    layerSwitch.element,
    banner,
    tip,
    buildStatusBar(cleanups),
  );
  const screen = h("div", { class: withPoints ? "screen" : "screen screen-aggregates" }, h("main", { class: "main", id: "main", tabindex: -1 }, stage, side));
  fill(content, screen, printHeader(cleanups));

  // Paper is not the screen: the map is printed as it is seen, whole and to scale.
  const toPaper = (): void => {
    const { clientWidth: width, clientHeight: height } = mapElement;
    for (const [name, value] of [["width", `${width}px`], ["height", `${height}px`], ["scale", String(Math.min(paper.width / width, paper.height / height, 1))]] as const) stage.style.setProperty(`--map-${name}`, value);
  };
  addEventListener("beforeprint", toPaper);
  cleanups.push(() => removeEventListener("beforeprint", toPaper));

  const drawer = (open: "filters" | "side" | null): void => {
    if (open) screen.dataset["drawer"] = open;
    else delete screen.dataset["drawer"];
    filterButton.setAttribute("aria-expanded", String(open === "filters"));
    listButton.setAttribute("aria-expanded", String(open === "side"));
    if (open === "filters") filters.element.querySelector<HTMLElement>(".drawer-close")?.focus();
    else if (open === null && filters.element.contains(document.activeElement)) filterButton.focus();
    map.resize();
  };
  screen.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && screen.dataset["drawer"] === "filters") drawer(null);
  });

  const say = (text: string): void => {
    banner.hidden = text === "";
    banner.textContent = text;
  };
  const map = startMap(mapElement, tools);
  mapControl.attach(map, say);
  // Tiles first: the rest of the screen is built while they come.
  firstView(map);

  const filters = buildFilters(() => drawer(null));
  screen.prepend(filters.element);
  const list = withPoints
    ? buildList(
        (reference) => map.highlight(reference),
        (n) => (listButton.lastElementChild!.textContent = n === null ? t("list.button") : `${t("list.button")} (${formatNumber(n)})`),
      )
    : null;
  append(side, [list?.element ?? buildAggregates(cleanups)]);

  let sheet: Sheet | null = null;
  let form: PlaceForm | null = null;
  let inbox: Inbox | null = null;
  const arrange = (): void => {
    const busy = sheet !== null || form !== null || inbox !== null;
    if (list) list.element.hidden = busy;
    if (sheet) sheet.element.hidden = form !== null;
    if (inbox) inbox.element.hidden = sheet !== null || form !== null;
    inboxButton.setAttribute("aria-pressed", String(inbox !== null));
    screen.classList.toggle("screen-writing", form !== null);
    if (busy) drawer("side");
    else if (screen.dataset["drawer"] === "side") drawer(null);
  };

  let closed = false;
  let arrival: Arrival | null = null;
  const dropSheet = (): void => {
    sheet?.destroy();
    sheet = null;
  };
  const showSheet = async (reference: string, before = ""): Promise<void> => {
    if (store.get().place.family === "sites") rememberFamily("warehouse", reference);
    const focused = sheet?.element.contains(document.activeElement) ?? false;
    dropSheet();
    if (reference === "") {
      map.select(null);
      arrange();
      // However the sheet was closed, by its button or by going back, the reader is where they came from.
      if (focused && inbox) inbox.focus();
      else if (focused) (side.querySelector<HTMLElement>(`a[data-reference="${CSS.escape(before)}"]`) ?? list?.element)?.focus();
      return;
    }
    const sheets = await import("./sheet").catch(() => toast(t("error.network"), "bad"));
    if (!sheets || closed || store.get().place.point !== reference) return;
    dropSheet();
    sheet = sheets.openSheet(reference, { close: () => closeSheet(), edit: (point) => startEdit(point), moved }, arrival);
    arrival = null;
    side.append(sheet.element);
    sheet.focus();
    arrange();
  };

  const moved = (point: DealPoint, from: string): void => {
    arrival = { point, from };
    renamePoint(point.properties.reference);
  };
  const closeSheet = (): void => go({ point: "" });

  const waiting = (n: number): void => {
    badge.hidden = n === 0;
    badge.textContent = formatNumber(n);
  };
  const startInbox = async (): Promise<void> => {
    const { openInbox } = await import("./reports/inbox");
    if (inbox || form) return;
    if (store.get().place.point !== "") closeSheet();
    inbox = openInbox({
      close: closeInbox,
      waiting,
      look(report) {
        const at = report?.position;
        map.select(at ? `report:${report.id}` : null, at as LngLat | undefined);
        if (at) mapControl.show({ lon: at[0] ?? 0, lat: at[1] ?? 0 });
      },
      create: (report) => startForm(null, { begin: pointFrom(report), saved: ({ properties }) => inbox?.created(report, properties.reference) }),
    });
    side.append(inbox.element);
    arrange();
    inbox.focus();
  };
  const closeInbox = (): void => {
    inbox?.element.remove();
    inbox = null;
    map.select(null);
    arrange();
    inboxButton.focus();
  };

  type Origin = { begin: PlaceRecord; saved(point: DealPoint): void };
  let loading = false;
  // Most people never write: the form comes when it is asked for.
  const startForm = (point: DealPoint | null, from?: Origin): void => {
    if (form) return form.focus();
    if (loading) return;
    loading = true;
    import("./placeform")
      .then(({ openPlaceForm }) => closed || showForm(openPlaceForm, point, from), () => toast(t("error.network"), "bad"))
      .finally(() => (loading = false));
  };
  const showForm = (openPlaceForm: typeof import("./placeform").openPlaceForm, point: DealPoint | null, from?: Origin): void => {
    form = openPlaceForm(point, {
      map,
      banner: say,
      close(saved) {
        form?.destroy();
        form = null;
        arrange();
        if (saved) {
          store.set({ generation: store.get().generation + 1 });
          if (from) from.saved(saved);
          else if (saved.properties.reference === store.get().place.point) sheet?.show(saved);
          else openPoint(saved.properties.reference);
        } else if (sheet) sheet.focus();
        else if (inbox) inbox.focus();
        else addButton.focus();
      },
    }, from?.begin);
    side.append(form.element);
    arrange();
    form.focus();
  };
  const startAdd = (): void => startForm(null);
  const startEdit = (point: DealPoint): void => startForm(point);

  /** What the colours of heat mean, loaded with them. */
  const showHeat = (): void => {
    if (store.get().place.display === "heat") void import("./heatkey").then(({ openHeatKey }) => openHeatKey(stage, map), () => {});
  };
  showHeat();

  let card: LinkCard | null = null;
  const showCard = async (hit: LinkHit | FlowHit, at: { x: number; y: number }): Promise<void> => {
    const { openLinkCard } = await import("./links/card");
    if (closed) return;
    card?.close();
    showTip(tip, null, 0, 0, stage);
    card = openLinkCard(stage, hit, at, () => (card = null));
  };

  let highlight: Highlight | null = null;
  const showNetwork = async (code: string): Promise<void> => {
    highlight?.destroy();
    highlight = null;
    if (code === "" || !withPoints) return;
    const { startHighlight } = await import("./links/highlight");
    if (!closed && !highlight && store.get().place.highlight === code) highlight = startHighlight(stage, code);
  };
  const escape = (event: KeyboardEvent): void => {
    // What is open over the map, or being written, is closed first.
    const busy = event.target instanceof Element && event.target.closest("dialog, form, input, [role=dialog], .layers, .account");
    if (event.key !== "Escape" || event.defaultPrevented || busy || store.get().place.highlight === "") return;
    event.stopPropagation();
    go({ highlight: "" });
  };
  addEventListener("keydown", escape, true);
  cleanups.push(() => removeEventListener("keydown", escape, true), () => highlight?.destroy(), () => card?.close(), layerSwitch.destroy);

  const syncFilters = (): void => {
    const { filter } = store.get().place;
    map.setFilter(queriesOf(filter));
    const n = chips(filter).length;
    filterButton.lastElementChild!.textContent = n > 0 ? t("filters.buttonN", { n }) : t("filters.button");
  };
  syncFilters();

  cleanups.push(
    chipBar.destroy,
    filters.destroy,
    followCounts(),
    followChanges({
      map,
      ended,
      changed: (event) => sheet?.changed(event),
      tied(event) {
        sheet?.tied(event);
        highlight?.again();
      },
    }),
    watchTheme((theme) => map.setTheme(theme)),
    maySettle ? followWaiting(waiting) : () => {},
    store.watch((s) => s.place.filter, syncFilters),
    store.watch((s) => s.place.display, (display) => {
      map.setMode(display);
      showHeat();
    }),
    store.watch((s) => s.place.point, (reference, before) => void showSheet(reference, before)),
    store.watch((s) => s.place.layers, (now) => map.setLayers(now)),
    store.watch((s) => s.place.highlight, (code) => void showNetwork(code)),
    store.watch((s) => s.place.view, (view) => {
      if (view && view !== reported) map.setView([view.lon, view.lat], view.zoom);
    }),
    map.on("move", ({ box, center, zoom }) => {
      const rounded = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;
      reported = { zoom: Math.round(zoom * 100) / 100, lat: rounded(center[1]), lon: rounded(center[0]) };
      store.set({ box });
      setView(reported);
    }),
    map.on("select", ({ hit }) => {
      card?.close();
      if (hit) rememberFamily(hit.kind, hit.ref);
      if (mapControl.takes(hit) || form) return;
      if (hit?.ref) openPoint(hit.ref);
    }),
    map.on("link", ({ hit, x, y }) => void showCard(hit, { x, y })),
    map.on("hover", ({ hit, x, y }) => {
      store.set({ highlighted: hit && "ref" in hit ? hit.ref : null });
      showTip(tip, card && hit && "directed" in hit ? null : hit, x, y, stage);
    }),
    map.on("loading", ({ pending }) => stage.classList.toggle("stage-loading", pending > 0)),
    map.on("error", ({ status }) => {
      if (status === 401) ended();
      else if (status === 403) void checkAccess();
      else announce(t("map.error", { status: String(status) }));
    }),
  );
  let reported = store.get().place.view;
  store.set({ box: map.getBox() });
  if (store.get().place.highlight !== "") void showNetwork(store.get().place.highlight);
  if (store.get().place.point !== "" && withPoints) void showSheet(store.get().place.point);
  if (withPoints && hasDraft(placeDraft(""))) startAdd();

  return {
    destroy(): void {
      closed = true;
      form?.destroy();
      sheet?.destroy();
      list?.destroy();
      for (const run of cleanups) run();
      mapControl.attach(null);
      map.destroy();
      fill(content);
    },
  };
}

/** What is asked of the tiles of each layer. */
const queriesOf = (filter: Filter): LayerQueries => ({ points: apiQuery(filter).toString(), sites: apiQuery(filter, "sites").toString(), links: linkQuery(filter).toString() });

function startMap(element: HTMLElement, tools: HTMLElement): MapView {
  const { place, me } = store.get();
  return createMap(element, {
    labels: {
      map: t("map.label"),
      mapHelp: t("map.help"),
      zoomIn: t("map.zoomIn"),
      zoomOut: t("map.zoomOut"),
      attribution: me.synthetic ? t("map.attributionSynthetic") : t("map.attribution"),
      position: t("map.position"),
    },
    center: place.view ? [place.view.lon, place.view.lat] : [2.4, 46.6],
    zoom: place.view?.zoom ?? 6,
    theme: resolvedTheme(),
    covers: () => tools.children,
    aggregatesOnly: me.sees_aggregates && !me.sees_points,
    statusLabel: (status) => word("statuses", status),
  });
}

/** What the map shows first. Without a view in the address, it opens on the person's own territory, or on the whole country. */
function firstView(map: MapView): void {
  const { place, me } = store.get();
  const own = me.territories.length === 1 ? me.territories[0] : undefined;
  if (!place.view) {
    if (own?.bbox && own.code !== "fr") mapControl.look(own);
    else map.fitBox(metropole);
  }
  map.setFilter(queriesOf(place.filter));
  if (place.display !== "points") map.setMode(place.display);
  map.setLayers(place.layers);
}

function showTip(tip: HTMLElement, hit: PlaceHit | ClusterHit | LinkHit | FlowHit | null, x: number, y: number, stage: HTMLElement): void {
  const turn = String(Number(tip.dataset["turn"] ?? 0) + 1);
  tip.dataset["turn"] = turn;
  tip.hidden = hit === null;
  if (hit === null) return;
  if ("directed" in hit) {
    tip.hidden = true;
    // What is under the pointer by then is another matter.
    void import("./links/tip").then(async ({ fillTip }) => {
      const made = h("div", { class: "map-tip" });
      await fillTip(made, hit);
      if (tip.dataset["turn"] !== turn) return;
      tip.replaceChildren(...made.childNodes);
      tip.hidden = false;
      placeTip(tip, x, y, stage);
    });
    return;
  }
  if ("ref" in hit) {
    const status = isOneOf(statuses, hit.status) ? hit.status : null;
    fill(
      tip,
      h("strong", null, hit.name || t("list.blurredName")),
      h("span", { class: "tip-line" }, status ? placeShape(hit.kind, status, 14) : null, `${word("statuses", hit.status)} · ${hit.ref}`),
      h("span", { class: "tip-line" }, [word("kinds", hit.kind), word("products", hit.product)].filter(Boolean).join(" · ")),
    );
  } else {
    const rows = statuses.filter((status) => (hit.byStatus[status] ?? 0) > 0);
    fill(
      tip,
      h("strong", null, t("map.cluster", { n: hit.count })),
      ...rows.map((status) => h("span", { class: "tip-line" }, statusShape(status, 14), word("statuses", status), h("span", { class: "check-count" }, formatNumber(hit.byStatus[status] ?? 0)))),
    );
  }
  placeTip(tip, x, y, stage);
}

function placeTip(tip: HTMLElement, x: number, y: number, stage: HTMLElement): void {
  const { width, height } = tip.getBoundingClientRect();
  const left = x + 16 + width > stage.clientWidth ? x - width - 16 : x + 16;
  const top = Math.max(8, Math.min(y - height / 2, stage.clientHeight - height - 40));
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}
