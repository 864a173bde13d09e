import { listReports, submitReport, type Report } from "../../api/reports";
import type { Position } from "../../core/coords";
import { todayInFrance } from "../../core/format";
import { found } from "../../core/grants";
import { isObject, type Json } from "../../core/json";
import { keyring } from "../../core/keyring";
import { reportOf, wrongInReport, type ReportDraft } from "../../core/reports";
import { products } from "../../core/vocabulary";
import { t } from "../../i18n";
import { createMap } from "../../map";
import { store } from "../../state";
import { toast } from "../../ui/announce";
import { checkbox, field, fieldGroup, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { resolvedTheme, watchTheme } from "../../ui/preferences";
import { words } from "../../ui/words";
import { buildCommune } from "../communefield";
import { openDesk, type DeskHost, type OpenPage } from "../desk/desk";
import { formErrors } from "../desk/form";
import { listing } from "../desk/listing";
import { load, moment, note } from "../desk/parts";
import { split } from "../desk/split";
import { mapControl, metropole } from "../mapcontrol";
import { buildPosition } from "../position";
import { communeOf, dayReceived, reportFacts, statusBadge } from "./facts";
import { tr } from "./words";

/** The partner's screen: hand a report in, and see what became of one's own. */
export function openPartner(content: HTMLElement): { destroy(): void } {
  return openDesk(content, tr("title"), [
    { id: "new", label: tr("new"), open: newPage },
    { id: "mine", label: tr("mine"), open: minePage },
  ]);
}

function newPage(host: DeskHost): OpenPage {
  const text = h("textarea", { class: "input", name: "text", rows: 5, maxlength: 2000 });
  const address = h("input", { class: "input", name: "address", autocomplete: "off", maxlength: 200 });
  const hours = h("input", { class: "input", name: "hours", autocomplete: "off", maxlength: 200 });
  const seen = h("input", { class: "input", type: "date", name: "seen", max: todayInFrance() });
  const commune = buildCommune(tr("commune"), tr("communeHelp"));
  const boxes = words("products")
    .filter(({ value }) => (products as readonly string[]).includes(value))
    .map(({ value, label }) => ({ value, ...checkbox(label, false) }));

  const mapElement = h("div", { class: "map", id: "map" });
  const banner = h("div", { class: "map-banner", role: "status", hidden: true });
  const stage = h("div", { class: "stage report-stage" }, mapElement, banner, h("p", { class: "report-caption" }, tr("mapCaption")));
  const map = createMap(mapElement, {
    labels: { map: tr("map"), mapHelp: tr("mapHelp"), zoomIn: t("map.zoomIn"), zoomOut: t("map.zoomOut"), attribution: t("map.attribution"), position: t("map.position") },
    center: [2.4, 46.6],
    zoom: 6,
    theme: resolvedTheme(),
    statusLabel: () => "",
  });
  // Outlines only: tiles that hold points are never asked for.
  map.setMode("territories");
  mapControl.attach(map);
  const position = buildPosition({
    map,
    optional: true,
    changed: () => {},
    banner: (said) => {
      banner.hidden = said === "";
      banner.textContent = said;
    },
  });
  const fields: Record<string, Field> = {
    text: field(text, { label: tr("text"), help: tr("textHelp"), required: true }),
    address: field(address, { label: tr("address") }),
    commune: commune.field,
    geometry: position.field,
    products: fieldGroup(h("div", { class: "check-grid" }, ...boxes.map(({ element }) => element)), { label: tr("products") }),
    hours: field(hours, { label: tr("hours"), help: tr("hoursHelp") }),
    seen: field(seen, { label: tr("seen") }),
  };
  const errors = formErrors(fields);
  const submit = h("button", { type: "submit", class: "button button-primary" }, tr("submit"));
  const read = (): ReportDraft => {
    const at = position.get();
    return { text: text.value, address: address.value, commune: commune.read(), position: at ? [at.lon, at.lat] : null, products: boxes.filter(({ input }) => input.checked).map(({ value }) => value), hours: hours.value, seen: seen.value };
  };
  const keyFor = keyring();
  const send = async (): Promise<void> => {
    errors.clear();
    const draft = read();
    const wrong = [...wrongInReport(draft)].map(([name, key]) => ({ field: name, message: tr(`error.${key}`) }));
    if (wrong.length > 0) return errors.show(wrong);
    const body = reportOf(draft);
    submit.disabled = true;
    try {
      await submitReport(body, keyFor(body));
      errors.done();
      toast(tr("done"), "good");
      host.go("mine");
    } catch (error) {
      errors.problem(error);
    } finally {
      submit.disabled = false;
    }
  };
  const section = (title: string, ...content: HTMLElement[]): HTMLElement => h("section", { class: "form-section" }, h("h3", null, title), ...content);
  const form = h(
    "form",
    { class: "report-form", novalidate: true, "aria-label": tr("new"), onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    h("div", { class: "report-lead" }, h("p", null, tr("intro")), note(tr("reminder"), "warn"), errors.element),
    section(tr("what"), fields["text"]!.element),
    section(tr("where"), fields["address"]!.element, commune.field.element, position.element),
    section(tr("when"), fields["seen"]!.element, fields["hours"]!.element, fields["products"]!.element),
    h("div", { class: "form-foot" }, submit),
  );
  const element = h("div", { class: "report-page" }, form, stage);
  // The map measures itself, and looks around once it is in the page; people type before that.
  let looked = false;
  let waiting: Position | null = null;
  const at = (): Position | null => (looked ? position.get() : waiting);
  const put = (next: Position | null): void => {
    waiting = next;
    if (looked) position.set(next);
  };
  errors.keep(form, "report:", keyFor, {
    commune: { read: () => commune.read(), write: (value) => commune.write(typeof value === "string" ? value : "") },
    geometry: { read: () => (at() && { ...at() }) as Json, write: (value) => put(isObject(value) ? (value as unknown as Position) : null) },
  });
  const first = requestAnimationFrame(() => {
    map.resize();
    const own = store.get().me.territories;
    const only = own.length === 1 ? own[0] : undefined;
    if (only?.bbox && only.code !== "fr") mapControl.look(only);
    else map.fitBox(metropole);
    looked = true;
    position.set(waiting);
  });
  const stopTheme = watchTheme((theme) => map.setTheme(theme));
  return {
    element,
    follow: () => {},
    destroy(): void {
      cancelAnimationFrame(first);
      stopTheme();
      position.destroy();
      mapControl.attach(null);
      map.destroy();
    },
  };
}

function minePage(host: DeskHost): OpenPage {
  const list = listing<Report>({
    caption: tr("mine"),
    searchLabel: tr("search"),
    key: ({ id }) => id,
    open: (report) => show(report),
    matches: (report, search) => found([report.text, report.address, communeOf(report), report.answer], search),
    count: (n) => tr("count", { n }),
    none: h("div", { class: "empty" }, icon("list", 36), h("p", null, h("strong", null, tr("none"))), h("p", { class: "help" }, tr("noneHelp")), h("button", { type: "button", class: "button button-primary", onclick: () => host.go("new") }, tr("new"))),
    columns: [
      { label: tr("col.what"), cell: (report) => [h("strong", null, clip(report.text)), h("span", { class: "cell-more" }, dayReceived(report))] },
      { label: tr("col.where"), cell: (report) => [report.address || communeOf(report), report.address ? h("span", { class: "cell-more" }, communeOf(report)) : null], from: 3 },
      { label: tr("col.status"), cell: (report) => [statusBadge(report), report.answer ? h("span", { class: "cell-more" }, clip(report.answer)) : null] },
    ],
  });
  const place = h("div", { class: "desk-fill" });
  let opened: string | null = null;
  const panes = split(place, () => {
    list.table()?.mark(null);
    if (opened !== null) list.table()?.focus(opened);
    opened = null;
  });
  const show = (report: Report): void => {
    opened = report.id;
    list.table()?.mark(opened);
    panes.show(
      tr("detail", { day: dayReceived(report) }),
      ...reportFacts(report, false),
      h("section", { class: "detail-part" }, h("h4", null, tr("fact.answer")), report.status === "received" ? h("p", { class: "help" }, tr("noAnswer")) : h("p", null, report.answer || tr(`status.${report.status}`)), report.settled ? h("p", { class: "help" }, moment(report.settled)) : null),
    );
  };
  const read = async (): Promise<void> => {
    const { reports } = await listReports();
    list.set(reports.filter(({ mine }) => mine));
    if (!place.contains(list.element)) fill(place, list.element);
  };
  void load(place, read, () => {});
  return { element: h("div", { class: "desk-page" }, h("div", { class: "desk-intro" }), panes.element) };
}

const clip = (text: string): string => (text.length > 110 ? `${text.slice(0, 108)}…` : text);
