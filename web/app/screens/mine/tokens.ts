import { addToken, endToken, getSession, listTokens } from "../../api/calls";
import { ApiError, type MotiveTerm, type Token } from "../../api/client";
import { addDays, dayOf, todayInFrance, formatDay, lastDayOf } from "../../core/format";
import { sees } from "../../core/rights";
import { t } from "../../i18n";
import { store } from "../../state";
import { toast } from "../../ui/announce";
import { askYesNo, openDialog } from "../../ui/dialog";
import { field, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { act, copyable, load, note } from "../desk/parts";
import { territoryPicker } from "../desk/territories";
import { motiveFields } from "../motivefields";
import { problemText } from "../signinparts";
import { tm } from "./words";

/** My tokens: what each reads and until when; one more; and the end of one. */
export function openTokens(): void {
  const place = h("div", { class: "mine" });
  openDialog({ title: tm("tokens.title"), wide: true }, place);
  showList(place);
}

function showList(place: HTMLElement, focus = false): void {
  const list = h("div");
  const make = h("button", { type: "button", class: "button button-primary", onclick: () => void begin() }, icon("plus", 18), tm("tokens.make"));
  const begin = async (): Promise<void> => {
    let terms: MotiveTerm[] = [];
    if (await act(make, async () => (terms = (await getSession()).motives))) showForm(place, terms);
  };
  const read = (): void => {
    void load(list, listTokens, (tokens) => {
      fill(list, tokens.length === 0 ? h("p", { class: "help" }, tm("tokens.none")) : h("ul", { class: "mine-list" }, ...tokens.map((token) => item(token, read))));
    });
  };
  fill(place, h("p", null, tm("tokens.intro")), h("div", null, make), list);
  if (focus) make.focus();
  read();
}

function item(token: Token, changed: () => void): HTMLElement {
  const revoke = h("button", { type: "button", class: "button button-danger", "aria-label": tm("tokens.revokeName", { name: token.name }), onclick: () => void end() }, tm("tokens.revoke"));
  const end = async (): Promise<void> => {
    if (!(await askYesNo(tm("tokens.revokeAsk"), tm("tokens.revokeHelp", { name: token.name }), tm("tokens.revoke"), t("common.cancel")))) return;
    if (!(await act(revoke, () => endToken(token.id)))) return;
    toast(tm("tokens.revoked"), "good");
    changed();
  };
  const where = token.territories.length === 0 ? tm("tokens.everywhere") : token.territories.map(({ name }) => name).join(", ");
  return h(
    "li",
    { class: token.active ? "mine-item" : "mine-item mine-ended" },
    h(
      "div",
      null,
      h("p", { class: "mine-name" }, h("strong", null, token.name), h("span", { class: token.active ? "badge badge-accent" : "badge" }, tm(token.active ? "tokens.active" : "tokens.ended"))),
      h("p", { class: "help" }, `${tm("tokens.from", { date: formatDay(dayOf(new Date(token.from))) })}, ${tm(token.active ? "tokens.until" : "tokens.wasUntil", { date: formatDay(lastDayOf(token.until)) })}`),
      h("p", { class: "help" }, [where, token.motive, token.case ?? ""].filter(Boolean).join(" · ")),
    ),
    token.active ? revoke : null,
  );
}

function showForm(place: HTMLElement, terms: readonly MotiveTerm[]): void {
  const today = todayInFrance();
  const name = h("input", { class: "input", name: "name", maxlength: 80, autocomplete: "off" });
  const until = h("input", { class: "input", name: "until", type: "date", min: today, max: addDays(today, 365), value: addDays(today, 90) });
  const territories = territoryPicker(tm("tokens.territories"), tm("tokens.territoriesHelp"));
  const motive = motiveFields(terms, tm("tokens.motive"), tm("tokens.motiveHelp"));
  const fields: Record<"name" | "territories" | "until", Field> = {
    name: field(name, { label: tm("tokens.name"), help: tm("tokens.nameHelp"), required: true }),
    territories: territories.field,
    until: field(until, { label: tm("tokens.end"), help: tm("tokens.endHelp"), required: true }),
  };
  const problem = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-primary" }, tm("tokens.submit"));

  const send = async (): Promise<void> => {
    fill(problem);
    const faults = {
      name: name.value.trim() === "" ? tm("tokens.nameRequired") : "",
      until: until.value === "" ? tm("tokens.endRequired") : until.value < today ? tm("tokens.endPast") : until.value > addDays(today, 365) ? tm("tokens.endFar") : "",
    };
    for (const at of ["name", "until"] as const) fields[at].setError(faults[at] === "" ? null : { message: faults[at] });
    const stated = motive.read();
    const wrong = faults.name !== "" ? fields.name : faults.until !== "" ? fields.until : motive.wrong();
    if (wrong || !stated) return wrong?.focusTarget.focus();
    submit.disabled = true;
    try {
      const made = await addToken({ name: name.value.trim(), until: until.value, territories: territories.get(), ...stated });
      showMade(place, made.text);
    } catch (error) {
      submit.disabled = false;
      const refused = error instanceof ApiError ? error : null;
      const errors = refused?.problem?.errors ?? [];
      const placed = errors.filter(({ field: at, ...rest }) => {
        const key = at.replace(/\[.*$/, "");
        if (!(key in fields)) return false;
        fields[key as keyof typeof fields].setError(rest);
        return true;
      });
      if (!motive.show(errors) && placed.length === 0) fill(problem, note(problemText(refused, t("error.network")), "bad"));
    }
  };

  fill(
    place,
    h(
      "form",
      { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("h3", null, tm("tokens.make")),
      problem,
      ...Object.values(fields).map(({ element }) => element),
      ...motive.elements,
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => showList(place, true) }, t("common.cancel")), submit),
    ),
  );
  name.focus();
}

/** The only time that the token's text is on a screen. */
function showMade(place: HTMLElement, text: string): void {
  const layers = sees(store.get().me) === "points" ? "clusters,deal_points" : "clusters,territories";
  const tiles = `${location.origin}/tiles/${layers}/{z}/{x}/{y}.mvt`;
  const command = `curl -H "Authorization: Bearer ${text}" "${location.origin}/api/v1/deal-points?limit=100"`;
  const title = h("h3", { tabindex: -1 }, tm("tokens.made"));
  fill(
    place,
    h(
      "div",
      { class: "mine-made" },
      title,
      note(tm("tokens.once"), "warn"),
      labelled(tm("tokens.text"), text),
      h("h4", null, tm("tokens.qgis")),
      h("p", null, tm("tokens.qgisSteps"), " ", tm("tokens.zooms")),
      labelled(tm("tokens.url"), tiles),
      h("h4", null, tm("tokens.script")),
      labelled(tm("tokens.command"), command),
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button button-primary", onclick: () => showList(place, true) }, tm("tokens.done"))),
    ),
  );
  title.focus();
}

const labelled = (label: string, text: string): HTMLElement => h("div", { class: "mine-line" }, h("p", { class: "help" }, label), copyable(text, label));
