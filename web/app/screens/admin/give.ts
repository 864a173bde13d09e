import { addAccount, addGrant, endGrant, type Account, type Grant, type Role } from "../../api/desk";
import { ApiError } from "../../api/client";
import { dayOf, todayInFrance, formatDay } from "../../core/format";
import { grantOf, needsOf, overlapping, readSubject, subjectOf, wrongIn, type GrantDraft } from "../../core/grants";
import { oneTimePassword } from "../../core/password";
import { splitList } from "../../core/record";
import { t } from "../../i18n";
import { toast } from "../../ui/announce";
import { askYesNo, openDialog } from "../../ui/dialog";
import { field, fieldGroup, segmented, select, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { word, words } from "../../ui/words";
import { formErrors } from "../desk/form";
import { note } from "../desk/parts";
import { territoryPicker } from "../desk/territories";
import { showOnce } from "./account";
import { ta } from "./words";

interface GiveOptions {
  grants: readonly Grant[];
  accounts: readonly Account[];
  /** Begins with this grant's person and rights. */
  like?: Grant;
  changed(): Promise<void>;
}

const isRole = (value: string): value is Role => words("roles").some((role) => role.value === value);

/** The dialog that gives a grant, to a person who is known or to a new one. */
export function openGiveDialog({ grants, accounts, like, changed }: GiveOptions): void {
  const today = todayInFrance();
  const known = like ? readSubject(like.subject) : null;
  let local = known?.local ?? true;
  /** A local account that this dialog has made, and its password: not made again when the grant is refused. */
  let made: { username: string; password: string } | null = null;

  const line = (name: string, value = ""): HTMLInputElement => h("input", { class: "input", name, value, autocomplete: "off", spellcheck: "false" });
  const username = line("username", known?.local ? known.username : "");
  const issuer = line("issuer", known && !known.local ? known.issuer : "");
  const sub = line("sub", known && !known.local ? known.sub : "");
  const name = line("name", like?.name);
  const unit = line("unit", like?.unit);
  const groups = line("groups", like?.groups.join(", "));
  const day = (label: string, value = ""): HTMLInputElement => h("input", { class: "input", type: "date", name: label, value, min: today });
  const from = day("from");
  const until = day("until");
  const role = select(words("roles"), t("common.choose"), like?.role ?? "", () => follow());
  role.name = "role";
  const service = select(words("services"), t("common.choose"), like?.service ?? "");
  service.name = "service";
  const territories = territoryPicker(ta("give.territories"), ta("give.territoriesHelp"));
  territories.set(like?.territories.map(({ code }) => code) ?? []);

  const fields: Record<string, Field> = {
    username: field(username, { label: ta("give.username"), help: ta("give.usernameHelp"), required: true }),
    issuer: field(issuer, { label: ta("give.issuer"), help: ta("give.issuerHelp"), required: true }),
    sub: field(sub, { label: ta("give.sub"), help: ta("give.subHelp"), required: true }),
    name: field(name, { label: ta("give.name"), help: ta("give.nameHelp"), required: true }),
    role: field(role, { label: ta("give.role"), required: true }),
    service: field(service, { label: ta("give.service"), required: true }),
    unit: field(unit, { label: ta("give.unit") }),
    territories: territories.field,
    groups: field(groups, { label: ta("give.groups"), help: ta("give.groupsHelp") }),
    from: field(from, { label: ta("give.from"), help: ta("give.fromHelp") }),
    until: field(until, { label: ta("give.until"), help: ta("give.untilHelp") }),
  };
  const element = (of: string): HTMLElement => fields[of]!.element;
  const how = segmented(ta("give.how"), [{ value: "local", label: ta("give.local") }, { value: "oidc", label: ta("give.oidc") }] as const, local ? "local" : "oidc", (value) => {
    local = value === "local";
    follow();
  });
  const means = h("p", { class: "help", id: "role-means" });
  role.setAttribute("aria-describedby", means.id);
  element("role").append(means);
  const accountNote = h("p", { class: "help", role: "status" });
  element("username").append(accountNote);
  const ofast = h("p", { class: "help" }, ta("give.ofast"));
  const errors = formErrors(fields, (told) => (told === "subject" ? (local ? "username" : "sub") : told));
  const overlap = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-primary" }, ta("give.submit"));
  const dates = h("fieldset", { class: "pair" }, h("legend", { class: "visually-hidden" }, ta("give.when")), element("from"), element("until"));

  /** Shows only what the chosen role needs. */
  const follow = (): void => {
    const chosen = isRole(role.value) ? role.value : null;
    const wanted = chosen && needsOf(chosen);
    means.textContent = chosen ? ta(`role.${chosen}`) : "";
    for (const [of, shown] of [
      ["username", local],
      ["issuer", !local],
      ["sub", !local],
      ["service", !!wanted?.service],
      ["unit", !!wanted],
      ["territories", !!wanted && wanted.territories !== "none"],
      ["groups", !!wanted?.groups],
    ] as const) {
      element(of).hidden = !shown;
    }
    ofast.hidden = chosen !== "ofast";
    dates.hidden = !chosen;
    if (chosen === "ofast" && service.value === "") service.value = "OFAST";
    relabel("unit", ta(chosen === "partner" ? "give.unitPartner" : "give.unit"), wanted?.unit === "required");
    relabel("territories", ta("give.territories"), wanted?.territories === "required");
    const help = territories.field.element.querySelector(".help");
    if (help) help.textContent = ta(wanted?.territories === "optional" && chosen === "investigator" ? "give.territoriesOptional" : "give.territoriesHelp");
    followAccount();
  };
  const relabel = (of: string, text: string, required: boolean): void => {
    const label = element(of).querySelector("label");
    if (!label) return;
    label.textContent = text;
    label.classList.toggle("required", required);
  };
  const exists = (): boolean => accounts.some((account) => account.username === username.value.trim()) || made?.username === username.value.trim();
  const followAccount = (): void => {
    accountNote.hidden = username.value.trim() === "";
    accountNote.textContent = ta(exists() ? "give.usernameKnown" : "give.usernameNew");
  };
  username.addEventListener("input", followAccount);

  const read = (): GrantDraft => ({
    local,
    username: username.value.trim(),
    issuer: issuer.value,
    sub: sub.value,
    name: name.value,
    role: isRole(role.value) ? role.value : "",
    service: service.value,
    unit: unit.value,
    territories: territories.get(),
    groups: splitList(groups.value),
    from: from.value,
    until: until.value,
  });

  const form = h(
    "form",
    { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    errors.element,
    h("h3", { class: "form-heading" }, ta("give.who")),
    fieldGroup(how, { label: ta("give.how") }).element,
    element("username"),
    element("issuer"),
    element("sub"),
    element("name"),
    h("h3", { class: "form-heading" }, ta("give.right")),
    element("role"),
    h("div", { class: "pair pair-shown" }, element("service"), element("unit")),
    element("territories"),
    ofast,
    element("groups"),
    dates,
    overlap,
    h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("common.cancel")), submit),
  );
  follow();

  const send = async (): Promise<void> => {
    errors.clear();
    fill(overlap);
    const draft = read();
    const wrong = [...wrongIn(draft, today)].map(([of, key]) => ({ field: of, message: ta(`error.${key}`) }));
    if (wrong.length > 0 || draft.role === "") return errors.show(wrong);
    submit.disabled = true;
    try {
      await give(draft, draft.role);
    } catch (error) {
      if (error instanceof ApiError && error.status === 409 && showOverlap(draft)) return;
      errors.problem(error);
    } finally {
      submit.disabled = false;
    }
  };

  const give = async (draft: GrantDraft, wanted: Role): Promise<void> => {
    if (draft.local && !exists()) {
      const password = oneTimePassword();
      await addAccount(draft.username, password);
      made = { username: draft.username, password };
      followAccount();
    }
    const grant = await addGrant(grantOf(draft, wanted));
    const account = made;
    made = null;
    dialog.close();
    toast(ta("give.done", { name: grant.name }), "good");
    if (account) await showOnce(account.username, account.password);
    await changed();
  };

  /** Two grants never overlap: says with which one, and offers to end it. Reports whether one was found. */
  const showOverlap = (draft: GrantDraft): boolean => {
    const [other] = overlapping(grants, subjectOf(draft), draft.from, draft.until, new Date().toISOString());
    if (!other) return false;
    const what = [word("roles", other.role), other.unit, formatDay(dayOf(new Date(other.from)))].filter(Boolean).join(", ");
    const both = async (): Promise<void> => {
      if (!(await askYesNo(ta("give.endOther"), ta("give.endOtherText", { what }), ta("give.endOther"), t("common.cancel")))) return;
      try {
        await endGrant(other.id);
        other.state = "ended";
      } catch (error) {
        return errors.problem(error);
      }
      await send();
    };
    fill(overlap, note([h("p", null, ta("give.overlap", { what })), h("button", { type: "button", class: "button button-danger", onclick: () => void both() }, ta("give.endOther"))], "warn"));
    overlap.querySelector("button")?.focus();
    return true;
  };

  const dialog = openDialog(
    {
      title: ta("give.title"),
      wide: true,
      onClose: () => {
        if (!made) return;
        // The account exists and its password is known here only: it is shown, with what is missing.
        const { username: of, password } = made;
        toast(ta("give.accountOnly", { username: of }), "bad");
        void showOnce(of, password).then(changed);
      },
    },
    form,
  );
  if (like) role.focus();
}
