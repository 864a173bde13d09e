import { getPoint } from "../api/calls";
import { ApiError, isAbort, type ChangeEvent, type DealPoint } from "../api/client";
import type { LinkEvent } from "../api/networks";
import { formatDms } from "../core/coords";
import { sheetAddress } from "../core/filters";
import { todayInFrance, formatAgo, formatDay, isOverdue } from "../core/format";
import type { Json } from "../core/json";
import { mergedInto } from "../core/redirect";
import { mayErase, offer, type SheetAction } from "../core/rights";
import { saidOf } from "../core/said";
import { t, type Key } from "../i18n";
import { go, openPoint, renamePoint, store } from "../state";
import { announce, toast } from "../ui/announce";
import { fill, h, type Child } from "../ui/h";
import { icon, placeShape, type Icon } from "../ui/icons";
import { word } from "../ui/words";
import { buildHistory, fieldName } from "./history";
import type { LinksSection } from "./links/section";
import { mapControl } from "./mapcontrol";
import { seenBlock, withheldMark } from "./seen";
import { ownerText, valueText } from "./values";

export interface Sheet {
  element: HTMLElement;
  focus(): void;
  /** Shows a newer state that the caller already has. */
  show(point: DealPoint): void;
  /** Something changed somewhere; when it is this point, it is read again in place. */
  changed(event: ChangeEvent): void;
  /** A link changed somewhere; when this place is one of its ends, the links are read again. */
  tied(event: LinkEvent): void;
  destroy(): void;
}

interface SheetHost {
  close(): void;
  /** What was asked for was merged into another point, which is shown from now on. */
  moved(point: DealPoint, from: string): void;
  edit(point: DealPoint): void;
}

/** A point that is known already, and the reference that led to it. */
export interface Arrival {
  point: DealPoint;
  from: string;
}

/** A point's sheet: everything that this viewer may see of it, and what this viewer may do with it. */
export function openSheet(reference: string, host: SheetHost, arrival: Arrival | null = null): Sheet {
  const title = h("h2", { id: "sheet-title", tabindex: -1 }, t("sheet.title"));
  const body = h("div", { class: "sheet-body" }, h("p", { class: "note", role: "status" }, t("sheet.loading")));
  const element = h(
    "section",
    { class: "sheet", "aria-labelledby": "sheet-title" },
    h("div", { class: "sheet-head" }, h("button", { type: "button", class: "icon-button", "aria-label": t("sheet.close"), onclick: host.close }, icon("back")), title, copyButton(() => sheetAddress({ kind: point?.properties.kind ?? "", reference }))),
    body,
  );
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") host.close();
  });
  const history = buildHistory();
  const linksPlace = h("div", { class: "links-body" });
  const linksBlock = h("section", { class: "block links-block", "aria-labelledby": "links-title" }, h("h3", { id: "links-title" }, t("sheet.ties")), linksPlace);
  let links: LinksSection | null = null;
  let gone = false;
  /** Reads the links of what is shown; what draws them comes with the first sheet that has any to show. */
  const showLinks = async (shown: DealPoint): Promise<void> => {
    linksBlock.hidden = shown.properties.withheld.includes("name");
    if (linksBlock.hidden) return;
    if (!links) {
      const { linksSection } = await import("./links/section");
      if (gone) return;
      links ??= linksSection(linksPlace);
    }
    await links.read(shown);
  };
  let point: DealPoint | null = null;
  let pending: AbortController | undefined;
  let sourcesOpen = false;

  const show = (next: DealPoint): void => {
    const first = point === null;
    point = next;
    const held = document.activeElement;
    const inside = held instanceof HTMLElement && body.contains(held);
    title.textContent = next.properties.name || t("list.blurredName");
    if (mergedInto(reference, next)) return host.moved(next, reference);
    if (store.get().place.point === reference) renamePoint(reference);
    fill(body, arrivalNote(next), ...content(next, act, merge), linksBlock, sourcesSection(next), h("section", { class: "block", "aria-labelledby": "history-title" }, h("h3", { id: "history-title" }, t("sheet.history")), history.element), eraseSection(next));
    // A reader at a button that was drawn anew stays there; where it has gone, they stay in the sheet.
    if (inside) (buttonNamed(body, held.textContent ?? "") ?? title).focus({ preventScroll: true });
    void showLinks(next);
    void history.read(next.id, (pending ??= new AbortController()).signal);
    const position = positionOf(next);
    mapControl.view?.select(next.properties.reference, position ? [position.lon, position.lat] : undefined);
    if (position && first) mapControl.show(position);
  };

  const saved = (next: DealPoint): void => {
    store.set({ generation: store.get().generation + 1 });
    if (next.id !== point?.id) return openPoint(next.properties.reference);
    // The answer to a step may leave out what only the single reading tells: what may be done next.
    if (next.properties.allowed) show(next);
    else void read();
  };

  const act = (action: SheetAction): void => {
    if (!point) return;
    if (action === "edit") return host.edit(point);
    const at = point;
    import("./life").then(({ openLifeDialog }) => openLifeDialog(action, at, { saved, stale: () => void read() }), () => toast(t("error.network"), "bad"));
  };

  const merge = (): void => {
    const at = point;
    if (at) import("./merging/mergewith").then(({ openMergeWith }) => openMergeWith(at, { merged: saved, stale: () => void read() }), () => toast(t("error.network"), "bad"));
  };

  /** Says, as long as the sheet is open, that what was asked for is this point now. */
  const arrivalNote = ({ properties: { reference: ref } }: DealPoint): HTMLElement | null => (arrival && isReference(arrival.from) ? h("p", { class: "note", role: "status" }, icon("pair"), t("sheet.merged", { from: arrival.from, ref })) : null);

  /** Read when it is opened: most people never ask. */
  const sourcesSection = (shown: DealPoint): HTMLElement | null => {
    const { withheld, co_owners: owners = [] } = shown.properties;
    if (withheld.includes("name")) return null;
    const place = h("div", { class: "sources-body" });
    const toggled = (): void => {
      sourcesOpen = section.open;
      if (section.open) import("./merging/sources").then(({ showSources }) => showSources(place, shown, { saved, stale: () => void read() }), () => toast(t("error.network"), "bad"));
    };
    const section = h("details", { class: "block sources-block" }, h("summary", null, h("h3", null, t("sheet.sources")), owners.length > 0 ? h("span", { class: "badge badge-accent" }, t("sheet.sourcesOf", { n: owners.length })) : null, icon("chevron", 18)), place);
    section.open = sourcesOpen;
    section.addEventListener("toggle", toggled);
    return section;
  };

  const eraseSection = (shown: DealPoint): HTMLElement | null => {
    if (!mayErase(store.get().me, shown)) return null;
    const open = (): void => {
      import("./mine/erase").then(
        ({ openErase }) =>
          openErase(shown, {
            erased() {
              store.set({ generation: store.get().generation + 1 });
              host.close();
            },
            stale: () => void read(),
          }),
        () => toast(t("error.network"), "bad"),
      );
    };
    return h("section", { class: "block sheet-erase" }, h("button", { type: "button", class: "button button-danger", onclick: open }, icon("trash", 18), t("action.erase")));
  };

  const read = async (): Promise<void> => {
    pending?.abort();
    const { signal } = (pending = new AbortController());
    try {
      show(await getPoint(point?.id ?? reference, signal));
    } catch (error) {
      if (isAbort(error)) return;
      const absent = error instanceof ApiError && error.status === 404;
      if (absent) {
        point = null;
        mapControl.view?.select(null);
      }
      fill(body, h("div", { class: "note note-bad", role: "alert" }, icon("warning"), h("p", null, absent ? t("sheet.notFound") : t("sheet.failed"))));
      if (!absent) body.append(h("button", { type: "button", class: "button", onclick: () => void read() }, t("app.retry")));
    }
  };
  if (arrival) show(arrival.point);
  else void read();
  const stopNetworks = store.watch((s) => s.place.highlight, (code) => {
    for (const button of body.querySelectorAll<HTMLElement>("[data-network]")) button.setAttribute("aria-pressed", String(button.dataset["network"] === code));
  });

  return {
    element,
    focus: () => title.focus({ preventScroll: true }),
    show,
    changed(event) {
      if (!point || event.id !== point.id || (event.type !== "removed" && event.revision <= point.properties.revision)) return;
      announce(saidOf(point.properties.kind, t(event.type === "removed" ? "live.pointRemoved" : "live.pointChanged")));
      void read();
    },
    tied(event) {
      if (point && (event.from === point.id || event.to === point.id)) void showLinks(point);
    },
    destroy(): void {
      gone = true;
      stopNetworks();
      links?.destroy();
      pending?.abort();
      element.remove();
    },
  };
}

function copyButton(address: () => string): HTMLElement {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(new URL(address(), location.origin).href);
    toast(t("sheet.copied"));
  };
  return h("button", { type: "button", class: "icon-button", "aria-label": t("sheet.copyLink"), title: t("sheet.copyLink"), onclick: () => void copy() }, icon("link"));
}

/** Whether it is what people call a point by; ids say nothing to them. */
const isReference = (text: string): boolean => /^\w{2,3}-/.test(text) && text.length < 16;

const buttonNamed = (within: HTMLElement, text: string): HTMLElement | null => [...within.querySelectorAll<HTMLElement>("button")].find((button) => button.textContent === text) ?? null;

function positionOf(point: DealPoint): { lon: number; lat: number } | null {
  const [lon, lat] = point.geometry?.coordinates ?? [];
  return lon === undefined || lat === undefined ? null : { lon, lat };
}

const actionLabels: Record<SheetAction, readonly [Key, Icon]> = {
  confirm: ["action.confirm", "check"],
  edit: ["action.edit", "edit"],
  step: ["action.step", "steps"],
  close: ["action.close", "lock"],
  reopen: ["action.reopen", "unlock"],
};

function content(point: DealPoint, act: (action: SheetAction) => void, merge: () => void): Child[] {
  const { properties: p } = point;
  const { me } = store.get();
  const today = todayInFrance();
  const { actions, why } = offer(me, point);
  const overdue = isOverdue(p.next_review, p.status, today);
  const merging = p.allowed?.includes("merge") ? h("button", { type: "button", class: "button", onclick: merge }, icon("pair", 18), t("action.merge")) : null;
  return [
    h(
      "div",
      { class: "sheet-top" },
      h("p", { class: "sheet-line" }, h("span", { class: `state state-${p.status}` }, placeShape(p.kind, p.status), word("statuses", p.status)), h("span", { class: "badge" }, word("kinds", p.kind)), me.synthetic ? h("span", { class: "badge badge-warn" }, t("app.synthetic")) : null),
      h("p", { class: "sheet-line sheet-ref" }, h("span", { class: "reference" }, p.reference), h("span", null, p.commune_name ? `${p.commune_name} · ${p.departement}` : `${fieldName("departement")} ${p.departement}`)),
      overdue && p.next_review ? h("p", { class: "note note-warn" }, icon("clock"), t("sheet.overdue", { date: formatDay(p.next_review) })) : null,
      closing(point),
      actions.length > 0 || merging ? h("div", { class: "sheet-actions", role: "group", "aria-label": t("sheet.actions") }, ...actions.map((action, i) => actionButton(action, i === 0, act, p.kind)), merging) : null,
      why ? h("p", { class: "help" }, saidOf(p.kind, t(({ role: "action.noRight", territory: "action.noneHere", blurred: "action.blurred" } as const)[why]))) : null,
    ),
    seenBlock(p),
    block(t("sheet.life"), [
      fact(p, "last_confirmed", p.last_confirmed ? whenConfirmed(p.last_confirmed, today) : ""),
      fact(p, "first_seen"),
      fact(p, "next_review", p.next_review ? [formatDay(p.next_review), overdue ? h("span", { class: "badge badge-warn" }, t("sheet.overdueShort")) : null] : ""),
    ]),
    block(t("sheet.place"), [fact(p, "address"), fact(p, "commune", [p.commune_name, p.commune ? `(${p.commune})` : ""].filter(Boolean).join(" ")), fact(p, "accuracy"), positionFact(point), fact(p, "landlord")]),
    block(t("sheet.activity"), [fact(p, "products"), fact(p, "hours"), fact(p, "intensity"), fact(p, "lookouts"), fact(p, "obstacles"), fact(p, "cameras"), fact(p, "note")]),
    block(t("sheet.source"), [fact(p, "owner", ownerText(p.owner)), p.co_owners?.length ? fact(p, "co_owners") : null, fact(p, "grading")]),
    block(t("sheet.links"), [fact(p, "networks", p.networks?.length ? networkButtons(p.networks) : ""), fact(p, "case_references")]),
  ];
}

/** The date, and how long ago where that says something more. */
function whenConfirmed(day: string, today: string): string {
  const ago = formatAgo(day, today);
  return ago === t("time.on", { date: formatDay(day) }) ? formatDay(day) : `${formatDay(day)} (${ago})`;
}

function closing({ properties: { closing: c } }: DealPoint): HTMLElement | null {
  if (!c) return null;
  const moved = c.displaced_to;
  return h(
    "div",
    { class: "note" },
    icon("lock"),
    h(
      "div",
      null,
      h("p", null, t("sheet.closed", { date: formatDay(c.date), reason: word("closing_reasons", c.reason) })),
      c.operation ? h("p", null, t("sheet.operation", { ref: c.operation })) : null,
      moved ? h("button", { type: "button", class: "button button-quiet", onclick: () => openPoint(moved) }, t("sheet.displacedTo", { ref: moved })) : null,
    ),
  );
}

function actionButton(action: SheetAction, main: boolean, act: (action: SheetAction) => void, kind: string): HTMLElement {
  const [label, name] = actionLabels[action];
  return h("button", { type: "button", class: main ? "button button-primary" : "button", onclick: () => act(action) }, icon(name, 18), saidOf(kind, t(label)));
}

/** The networks of a place, each a button that brings it out on the map. */
function networkButtons(codes: readonly string[]): Child {
  return codes.map((code) => {
    const name = t("sheet.highlight", { code });
    return h("button", { type: "button", class: "button button-small", "aria-pressed": String(store.get().place.highlight === code), "aria-label": name, title: name, "data-network": code, onclick: () => go({ highlight: store.get().place.highlight === code ? "" : code }) }, code);
  });
}

function block(title: string, facts: Child[]): HTMLElement {
  return h("section", { class: "block" }, h("h3", null, title), h("dl", { class: "facts" }, ...facts));
}

type Property = keyof DealPoint["properties"];

/** One line of the sheet: its value, "non renseigné", or "non communiqué" where it is withheld from this viewer. */
function fact(p: DealPoint["properties"], name: Property, said?: Child): Child {
  const value = said ?? valueText(name, p[name] as Json | undefined);
  const withheld = p.withheld.includes(name);
  const shown = withheld ? withheldMark() : value === "" ? h("span", { class: "unset" }, t("common.unset")) : value;
  return h("div", { class: "fact" }, h("dt", null, fieldName(name)), h("dd", null, shown));
}

function positionFact(point: DealPoint): Child {
  const position = positionOf(point);
  if (!position) {
    const kept = point.properties.withheld.includes("geometry");
    return h("div", { class: "fact" }, h("dt", null, fieldName("geometry")), h("dd", null, kept ? withheldMark() : null, h("span", { class: kept ? "help" : "unset" }, saidOf(point.properties.kind, t("sheet.noPosition")))));
  }
  return h(
    "div",
    { class: "fact" },
    h("dt", null, fieldName("geometry")),
    h("dd", null, h("span", { class: "coordinates" }, formatDms(position)), h("button", { type: "button", class: "button button-small", onclick: () => mapControl.show(position, true) }, icon("target", 16), t("sheet.center"))),
  );
}
