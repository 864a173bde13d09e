import { listConsultations, listJournal } from "../../api/desk";
import { found } from "../../core/grants";
import { combobox } from "../../ui/combobox";
import { tu } from "./words";

/** People met in what was listed: subject to name. They are suggestions only, any subject may be asked for. */
const met = new Map<string, string>();

export function meet(lines: readonly { subject?: string; name?: string }[]): void {
  for (const { subject, name } of lines) if (subject && (name || !met.has(subject))) met.set(subject, name ?? "");
}

/** Lines that are read for suggestions when none were listed yet. */
const enough = 500;
let asked: Promise<void> | null = null;

async function meetSome(): Promise<void> {
  const [seen, changed] = await Promise.all([listConsultations({ limit: enough }), listJournal({ limit: enough })]);
  meet(seen.lines);
  meet(changed.entries);
}

/** Makes a field suggest people by subject or name. */
export function suggestPeople(input: HTMLInputElement): HTMLElement {
  return combobox({
    input,
    keepText: true,
    async load(text) {
      if (met.size === 0) await (asked ??= meetSome().catch(() => void (asked = null)));
      const options = [...met]
        .filter(([subject, name]) => found([subject, name], text))
        .slice(0, 12)
        .map(([subject, name]) => ({ text: subject, detail: name, pick: () => void (input.value = subject) }));
      return [{ label: tu("ask.people"), options }];
    },
  });
}
