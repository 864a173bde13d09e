import type { Import, Mapping } from "../../api/imports";
import { systems } from "../../core/importmapping";
import { checkbox, field, fieldGroup, select, type Field } from "../../ui/field";
import { h } from "../../ui/h";
import { ts } from "./columnwords";

interface SystemFields {
  elements: HTMLElement[];
  fields: Record<string, Field>;
  read(): Pick<Mapping, "epsg" | "swapped" | "month_first" | "shift">;
}

/** In which system positions and dates are written; the shift of an exercise where the map is a demonstration. */
export function systemFields({ reading, synthetic }: Import, mapping: Mapping): SystemFields {
  const terms = systems.map(({ epsg, name }) => ({ value: epsg, label: `${name} · EPSG:${epsg}` }));
  for (const epsg of [mapping.epsg, reading?.epsg]) if (epsg && !systems.some((system) => system.epsg === epsg)) terms.push({ value: epsg, label: `EPSG:${epsg}` });
  const system = select(terms, ts("system.none"), String(mapping.epsg ?? ""));
  system.name = "epsg";
  const swapped = checkbox(ts("system.swapped"), mapping.swapped ?? false);
  const monthFirst = checkbox(ts("system.monthFirst"), mapping.month_first ?? false);
  const fields: Record<string, Field> = {
    epsg: field(system, { label: ts("system.epsg"), help: ts("system.help") }),
    swapped: fieldGroup(swapped.element, { label: ts("system.axes") }),
    month_first: fieldGroup(monthFirst.element, { label: ts("system.dates") }),
  };
  const [east, north] = ["shift.east", "shift.north"].map((name, i) => h("input", { class: "input", type: "number", step: "any", name, value: String(mapping.shift?.[i] ?? 0) })) as [HTMLInputElement, HTMLInputElement];
  const elements: HTMLElement[] = [h("div", { class: "system" }, fields["epsg"]!.element, fields["swapped"]!.element, fields["month_first"]!.element)];
  if (synthetic) {
    const pair = fieldGroup(h("div", { class: "pair" }, field(east, { label: ts("shift.east") }).element, field(north, { label: ts("shift.north") }).element), { label: ts("shift"), help: ts("shift.help") });
    fields["shift"] = pair;
    elements.push(pair.element);
  }
  return {
    elements,
    fields,
    read: () => ({
      ...(system.value === "" ? {} : { epsg: Number(system.value) }),
      swapped: swapped.input.checked,
      month_first: monthFirst.input.checked,
      ...(synthetic ? { shift: [Number(east.value) || 0, Number(north.value) || 0] } : {}),
    }),
  };
}
