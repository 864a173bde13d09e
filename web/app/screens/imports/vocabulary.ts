import type { Import, ImportField, Mapping } from "../../api/imports";
import { wordsToMap } from "../../core/importmapping";
import { field, select, type Field } from "../../ui/field";
import { h } from "../../ui/h";
import { ts } from "./columnwords";
import { ti } from "./words";

/** The choice that leaves a word without a meaning; a form cannot tell it from "leave the field empty" by an empty value. */
const undecided = "\u0000";
const mostWords = 60;

interface VocabularyFields {
  element: HTMLElement;
  fields: Record<string, Field>;
  read(): NonNullable<Mapping["vocabulary"]>;
  /** Shows the words of the fields that are read. */
  follow(columns: Readonly<Record<string, string>>): void;
}

/** Words of the list whose meaning is not known, each with the value of the model that it stands for. */
export function vocabularyFields({ suggestion }: Import, known: readonly ImportField[], mapping: Mapping): VocabularyFields {
  const fields: Record<string, Field> = {};
  const controls: { field: string; word: string; control: HTMLSelectElement }[] = [];
  const groups = known
    .map((of) => ({ of, words: of.terms.length > 0 ? wordsToMap(of.name, mapping, suggestion) : [] }))
    .filter(({ words }) => words.length > 0)
    .map(({ of, words }) => {
      const rows = words.slice(0, mostWords).map((word) => {
        const meanings = mapping.vocabulary?.[of.name] ?? {};
        const given = Object.hasOwn(meanings, word) ? meanings[word] : undefined;
        const control = select([{ value: "", label: ts("words.empty") }, ...of.terms], null, given ?? "");
        control.prepend(h("option", { value: undecided }, ts("words.undecided")));
        control.value = given ?? undecided;
        control.name = `vocabulary.${of.name}.${word}`;
        controls.push({ field: of.name, word, control });
        const made = field(control, { label: ti("quoted", { text: word }) });
        fields[control.name] = made;
        return made.element;
      });
      const left = words.length - rows.length;
      return { name: of.name, element: h("fieldset", { class: "words" }, h("legend", null, of.label), h("div", { class: "words-grid" }, ...rows), left > 0 ? h("p", { class: "help" }, ts("words.more", { n: left })) : null) };
    });
  const element = h("section", { class: "card" }, h("h3", null, ts("words.title")), h("p", { class: "help" }, ts("words.help")), ...groups.map((group) => group.element));
  return {
    element,
    fields,
    read() {
      const all: NonNullable<Mapping["vocabulary"]> = {};
      for (const { field: of, word, control } of controls) if (control.value !== undecided) (all[of] ??= {})[word] = control.value;
      return all;
    },
    follow(columns) {
      for (const { name, element: group } of groups) group.hidden = !columns[name];
      element.hidden = groups.every((group) => group.element.hidden);
    },
  };
}
