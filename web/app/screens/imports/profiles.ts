import { deleteProfile, listImportFields, listProfiles, type ImportField, type Mapping } from "../../api/imports";
import { t } from "../../i18n";
import { toast } from "../../ui/announce";
import { askYesNo } from "../../ui/dialog";
import { fill, h } from "../../ui/h";
import type { OpenPage } from "../desk/desk";
import { act, empty, load } from "../desk/parts";
import { table } from "../desk/table";
import { ti } from "./words";

/** The mappings that the service has kept: what each reads, and the end of one. */
export function profilesPage(): OpenPage {
  const place = h("div", { class: "desk-fill" });
  const read = (): Promise<[Mapping[], ImportField[]]> => Promise.all([listProfiles(), listImportFields()]);
  const show = ([profiles, fields]: [Mapping[], ImportField[]]): void => {
    const label = (field: string): string => fields.find(({ name }) => name === field)?.label ?? field;
    if (profiles.length === 0) return fill(place, empty("list", ti("profiles.none"), ti("profiles.noneHelp")));
    const made = table<Mapping>({
      caption: ti("profiles"),
      rows: profiles,
      key: ({ name }) => name ?? "",
      columns: [
        { label: ti("profiles.col.name"), cell: ({ name }) => h("strong", null, name) },
        { label: ti("profiles.col.columns"), cell: ({ columns }) => Object.entries(columns).map(([field, column]) => `${label(field)} ← ${column}`).join(" ; ") },
        { label: ti("profiles.col.defaults"), cell: ({ defaults }) => Object.entries(defaults ?? {}).map(([field, value]) => ti("pair", { name: label(field), value: valueLabel(fields, field, value) })).join(" ; "), from: 3 },
        {
          label: ti("profiles.col.actions"),
          cell: ({ name = "" }) => h("button", { type: "button", class: "button button-small button-danger", "aria-label": ti("profiles.deleteName", { name }), onclick: (event: MouseEvent) => void drop(name, event.currentTarget as HTMLButtonElement) }, ti("profiles.delete")),
        },
      ],
    });
    fill(place, made.element);
  };
  const drop = async (name: string, button: HTMLButtonElement): Promise<void> => {
    if (!(await askYesNo(ti("profiles.deleteTitle", { name }), ti("profiles.deleteText"), ti("profiles.delete"), t("common.cancel")))) return;
    if (!(await act(button, () => deleteProfile(name)))) return;
    toast(ti("profiles.deleted", { name }), "good");
    await load(place, read, show);
  };
  void load(place, read, show);
  return { element: h("div", { class: "desk-page" }, h("div", { class: "desk-intro" }, h("p", null, ti("profiles.intro"))), place) };
}

const valueLabel = (fields: readonly ImportField[], field: string, value: string): string => fields.find(({ name }) => name === field)?.terms.find((term) => term.value === value)?.label ?? value;
