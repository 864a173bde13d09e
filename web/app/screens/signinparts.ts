import type { ApiError } from "../api/client";
import { t } from "../i18n";
import { fill, h, type Child } from "../ui/h";
import { icon } from "../ui/icons";
import { restrictedBand } from "../ui/restricted";

/** The page around every form that comes before the map: the mention, what the application is, and the form. */
export function signInFrame(root: HTMLElement, form: HTMLElement): void {
  fill(
    root,
    h(
      "div",
      { class: "signin-page" },
      restrictedBand(),
      h(
        "div",
        { class: "signin" },
        h(
          "section",
          { class: "signin-side", "aria-label": t("app.title") },
          h("div", { class: "signin-art", "aria-hidden": "true" }),
          h("p", { class: "signin-brand" }, icon("map", 28), t("app.title")),
          h("p", { class: "signin-tagline" }, t("signin.intro")),
        ),
        h("main", { class: "signin-main" }, form),
      ),
    ),
  );
}

export const logged = (): HTMLElement => h("p", { class: "signin-foot" }, icon("shield", 18), t("app.restrictedHelp"));

export const note = (tone: "" | "note-bad" | "note-warn", ...children: Child[]): HTMLElement =>
  h("div", { class: `note ${tone}` }, icon(tone === "" ? "info" : "warning"), h("div", null, children));

/** What the server said, or what its silence means. */
export function problemText(error: ApiError | null, refused: string): string {
  if (!error || error.status === 0) return t("error.network");
  return sentence(error.problem?.detail ?? (error.status === 401 ? refused : t("error.unexpected", { status: String(error.status) })));
}

/** The server writes its messages as parts of a sentence. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
