import type { Typed } from "../core/drafts";
import { isObject, type Json } from "../core/json";
import type { Control, Field } from "./field";

/** How a field that is more than its controls is read and written. */
export interface OwnField {
  read(): Json;
  write(value: Json | undefined): void;
}

type Toggle = HTMLInputElement & { type: "checkbox" | "radio" };

/** What is typed in the controls of fields, whatever it means; `own` says how those are read whose controls do not hold all. */
export function typedIn(fields: Readonly<Record<string, Field>>, own: Readonly<Record<string, OwnField>> = {}): Typed {
  const readOf = (name: string, field: Field): Json => own[name]?.read() ?? (own[name] ? null : controlsOf(field).map((control) => (isToggle(control) ? control.checked : control.value)));
  return {
    read: () => ({ values: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, readOf(name, field)])) }),
    write({ values }) {
      if (!isObject(values)) return;
      for (const [name, field] of Object.entries(fields)) {
        const value = values[name];
        if (own[name]) own[name].write(value);
        else if (Array.isArray(value)) write(controlsOf(field), value as readonly Json[]);
      }
    },
  };
}

const isToggle = (control: Control): control is Toggle => control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio");

const controlsOf = (field: Field): Control[] => [...field.element.querySelectorAll<Control>("input:not([type=file], [type=password]), select, textarea")];

function write(controls: readonly Control[], values: readonly Json[]): void {
  for (const [n, control] of controls.entries()) {
    const value = values[n];
    if (isToggle(control) && typeof value === "boolean" && control.checked !== value) control.checked = value;
    else if (!isToggle(control) && typeof value === "string" && control.value !== value) control.value = value;
    else continue;
    // What follows a control does so as if somebody had chosen.
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
