import { fr, type Key } from "./fr";
import { frenchTypography } from "./typography";

export type { Key };
export type Language = "fr" | "en";
export type Values = Readonly<Record<string, string | number>>;

let language: Language = "fr";
let english: typeof import("./english") | null = null;
const dictionaries: Record<Language, (key: Key) => string> = {
  fr: (key) => frenchTypography(fr[key]),
  en: (key) => english?.en[key] ?? frenchTypography(fr[key]),
};

export const currentLanguage = (): Language => language;

/** BCP 47 tag for dates and numbers. */
export const locale = (): string => (language === "fr" ? "fr-FR" : "en-GB");

export function setLanguage(next: Language): void {
  language = next;
}

/** Fetches the words of a language that is not the first one; without them the interface stays French. */
export async function loadLanguage(next: Language): Promise<void> {
  if (next === "en") english ??= await import("./english");
}

/** English labels of a vocabulary of the server, when English is what the interface speaks. */
export const translated = (list: string): Record<string, string> | undefined => (language === "en" ? english?.english[list] : undefined);

/** What CLDR has for both languages. The first object of `Intl` of a page takes longer than a frame has, and the map's first view waits. */
const isOne = (n: number): boolean => (language === "fr" ? Math.abs(n) < 2 : n === 1);

/** A number as the language writes it; a short one is written alike in both, and without `Intl`. */
export const writeNumber = (n: number): string => (Number.isInteger(n) && n >= 0 && n < 1000 ? String(n) : n.toLocaleString(locale()));

/** Puts {values} into a string; numbers are written as the language does. {n} chooses singular or plural. */
function say(text: string, values: Values): string {
  const forms = text.split("|");
  const n = values["n"];
  const plural = typeof n === "number" && forms.length > 1 && !isOne(n);
  const form = (plural ? forms[1] : forms[0]) ?? "";
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? writeNumber(value) : value;
  });
}

/** The string of a key, with its {values} put in. */
export const t = (key: Key, values: Values = {}): string => say(dictionaries[language](key), values);

/** The words of one screen, which are loaded with it: typed keys, the same in both languages. */
export function dictionary<K extends string>(words: Readonly<Record<Language, Readonly<Record<K, string>>>>): (key: K, values?: Values) => string {
  return (key, values = {}) => say(language === "fr" ? frenchTypography(words.fr[key]) : words.en[key], values);
}

/** Whether a key made at run time has a string. */
export const isKey = (key: string): key is Key => key in fr;
