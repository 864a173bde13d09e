import { endGrant, listAccounts, listGrants, type Account, type Grant } from "../../api/desk";
import { formatDay } from "../../core/format";
import { found, readSubject } from "../../core/grants";
import { t } from "../../i18n";
import { store } from "../../state";
import { toast } from "../../ui/announce";
import { askYesNo } from "../../ui/dialog";
import { segmented, select } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word, words } from "../../ui/words";
import type { OpenPage } from "../desk/desk";
import { listing } from "../desk/listing";
import { act, empty, facts, load, moment } from "../desk/parts";
import { split } from "../desk/split";
import { openGiveDialog } from "./give";
import { accountActions, accountState } from "./account";
import { ta } from "./words";

type Shown = "all" | Grant["state"];

const stateBadge = ({ state }: Grant): HTMLElement => h("span", { class: `badge ${state === "active" ? "badge-good" : state === "coming" ? "badge-accent" : ""}` }, ta(`state.one.${state}`));
const unitOf = ({ service, unit }: Grant): string => [word("services", service), unit].filter(Boolean).join(" · ");
const placesOf = ({ territories }: Grant): string => territories.map(({ code, name }) => (code === "fr" ? ta("everywhere") : name)).join(", ");
/** Days are those of the grant in Paris, where the whole day counts. */
const dayIn = (at: string): string => formatDay(new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(new Date(at)));
/** A grant until the end of a day ends with the first moment of the next one. */
const lastDay = (until: string): string => dayIn(new Date(new Date(until).getTime() - 1).toISOString());
/** The name of a local account, or where the person is known and the beginning of the name that they have there. */
function subjectText(subject: string): string {
  const read = readSubject(subject);
  if (read.local) return read.username;
  const host = URL.canParse(read.issuer) ? new URL(read.issuer).host : read.issuer;
  return `${host} · ${read.sub.length > 12 ? `${read.sub.slice(0, 12)}…` : read.sub}`;
}
const roleOf = (grant: Grant): string => word("roles", grant.role) || grant.role_label;
const searched = (grant: Grant): string[] => [grant.name, grant.subject, roleOf(grant), unitOf(grant), placesOf(grant), grant.groups.join(" ")];

/** Everybody's grants: who may do what, where and until when. */
export function peoplePage(): OpenPage {
  let grants: Grant[] = [];
  let accounts: Account[] = [];
  let opened: Grant | null = null;
  let shown: Shown = "active";
  let role = "";

  const states = h("div", { class: "listing-states" });
  const roles = select(words("roles"), ta("people.allRoles"), "", (value) => {
    role = value;
    list.draw();
  });
  roles.setAttribute("aria-label", ta("people.role"));
  const list = listing<Grant>({
    caption: ta("people"),
    searchLabel: ta("people.search"),
    key: ({ id }) => id,
    open: (grant) => show(grant),
    matches: (grant, text) => (shown === "all" || grant.state === shown) && (role === "" || grant.role === role) && found(searched(grant), text),
    count: (n) => ta("people.count", { n }),
    none: empty("user", ta("people.none"), ta("people.noneHelp")),
    tools: [roles, states],
    columns: [
      { label: ta("col.person"), cell: ({ name, subject }) => [h("strong", null, name), h("span", { class: "cell-more" }, subjectText(subject))] },
      { label: ta("col.role"), cell: roleOf },
      { label: ta("col.unit"), cell: unitOf, from: 3 },
      { label: ta("col.territories"), cell: placesOf, from: 2 },
      { label: ta("col.until"), cell: ({ until }) => (until ? lastDay(until) : h("span", { class: "unset" }, ta("noEnd"))), from: 3 },
      { label: ta("col.state"), cell: stateBadge },
    ],
  });
  const place = h("div", { class: "desk-fill" });
  const panes = split(place, () => {
    const was = opened;
    opened = null;
    list.table()?.mark(null);
    if (was) list.table()?.focus(was.id);
  });
  const give = h("button", { type: "button", class: "button button-primary", onclick: () => openGiveDialog({ grants, accounts, changed: read }) }, icon("plus"), ta("people.give"));
  const element = h("div", { class: "desk-page" }, h("div", { class: "desk-intro" }, h("p", null, ta("people.intro")), give), panes.element);

  const drawStates = (): void => {
    const n = (state: Shown): number => grants.filter((grant) => state === "all" || grant.state === state).length;
    const choices = (["active", "coming", "ended", "all"] as const).map((value) => ({ value, label: `${ta(`state.${value}`)} (${n(value)})` }));
    fill(
      states,
      segmented<Shown>(ta("people.state"), choices, shown, (value) => {
        shown = value;
        list.draw();
        if (opened) list.table()?.mark(opened.id);
      }),
    );
  };

  const read = async (): Promise<void> => {
    [grants, accounts] = await Promise.all([listGrants(), listAccounts()]);
    drawStates();
    list.set(grants);
    if (!place.contains(list.element)) fill(place, list.element);
    const still = opened && grants.find(({ id }) => id === opened?.id);
    if (still) show(still);
  };

  const show = (grant: Grant): void => {
    opened = grant;
    list.table()?.mark(grant.id);
    const subject = readSubject(grant.subject);
    const account = subject.local ? accounts.find(({ username }) => username === subject.username) : undefined;
    const others = grants.filter((other) => other.subject === grant.subject && other.id !== grant.id);
    const own = grant.subject === store.get().me.username;
    panes.show(
      grant.name,
      h("p", { class: "sheet-line" }, stateBadge(grant), h("strong", null, roleOf(grant))),
      facts(
        subject.local ? [ta("fact.subject"), h("code", { class: "code" }, subject.username)] : [ta("fact.issuer"), h("code", { class: "code" }, subject.issuer)],
        subject.local ? null : [ta("fact.sub"), h("code", { class: "code" }, subject.sub)],
        [ta("fact.service"), word("services", grant.service)],
        [ta("fact.unit"), grant.unit],
        [ta("fact.territories"), placesOf(grant)],
        [ta("fact.groups"), grant.groups.join(", ")],
        [ta("fact.from"), moment(grant.from)],
        [ta("fact.until"), grant.until ? (grant.state === "ended" ? moment(grant.until) : lastDay(grant.until)) : ta("noEnd")],
        [ta("fact.by"), grant.by],
      ),
      h(
        "div",
        { class: "detail-actions" },
        grant.state !== "ended" && !own ? h("button", { type: "button", class: "button button-danger", onclick: (event: MouseEvent) => void end(grant, event.currentTarget as HTMLButtonElement) }, ta("grant.end")) : null,
        own ? h("p", { class: "help" }, ta("grant.own")) : h("button", { type: "button", class: "button", onclick: () => openGiveDialog({ grants, accounts, like: grant, changed: read }) }, ta("grant.again")),
      ),
      account ? h("section", { class: "detail-part" }, h("h4", null, ta("account.of")), h("p", null, accountState(account)), accountActions(account, read)) : null,
      others.length > 0
        ? h(
            "section",
            { class: "detail-part" },
            h("h4", null, ta("others")),
            h("ul", { class: "plain-list" }, ...others.map((other) => h("li", null, h("button", { type: "button", class: "link-button", onclick: () => show(other) }, `${roleOf(other)}, ${dayIn(other.from)}`), " ", stateBadge(other)))),
          )
        : null,
    );
  };

  const end = async (grant: Grant, button: HTMLButtonElement): Promise<void> => {
    if (!(await askYesNo(ta("grant.endTitle", { name: grant.name }), ta("grant.endText"), ta("grant.endYes"), t("common.cancel")))) return;
    if (!(await act(button, () => endGrant(grant.id)))) return;
    toast(ta("grant.ended", { name: grant.name }), "good");
    await read();
  };

  void load(place, read, () => {});
  return { element };
}
