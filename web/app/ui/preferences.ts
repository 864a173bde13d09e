import { loadLanguage, setLanguage, type Language } from "../i18n";

/** What a person prefers on this machine: appearance only, never anything of the map's content. */
export type Theme = "auto" | "light" | "dark";

const themeKey = "dealmap.theme";
const languageKey = "dealmap.language";
const dark = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Set<(resolved: "light" | "dark") => void>();

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing still works, with the defaults at each visit.
  }
}

export function theme(): Theme {
  const kept = read(themeKey);
  return kept === "light" || kept === "dark" ? kept : "auto";
}

export function resolvedTheme(): "light" | "dark" {
  const chosen = theme();
  return chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
}

export function chooseTheme(chosen: Theme): void {
  write(themeKey, chosen);
  applyTheme();
}

/** Calls back when the resolved theme changes, after the custom properties have their new values. */
export function watchTheme(run: (resolved: "light" | "dark") => void): () => void {
  watchers.add(run);
  return () => watchers.delete(run);
}

function applyTheme(): void {
  const resolved = resolvedTheme();
  document.documentElement.dataset["theme"] = resolved;
  for (const run of watchers) run(resolved);
}

export async function chooseLanguage(language: Language): Promise<void> {
  write(languageKey, language);
  await applyLanguage();
}

async function applyLanguage(): Promise<void> {
  const language: Language = read(languageKey) === "en" ? "en" : "fr";
  await loadLanguage(language).catch(() => {});
  setLanguage(language);
  document.documentElement.lang = language;
}

/** To be called before anything is drawn. */
export async function installPreferences(): Promise<void> {
  applyTheme();
  dark.addEventListener("change", applyTheme);
  await applyLanguage();
}
