import { ApiError } from "../../api/client";
import { formatMoment } from "../../core/format";
import { t } from "../../i18n";
import { sentence } from "../../i18n/served";
import { toast } from "../../ui/announce";
import { fill, h, type Child } from "../../ui/h";
import { icon, type Icon } from "../../ui/icons";
import { td } from "./words";

/** The sentence of a failed call, for the person. */
export const failure = (error: unknown): string => (error instanceof ApiError && error.status > 0 ? error.message : t("error.network"));

/** The same where no field is shown that the server's reasons could stand at: they are said in its place. */
export function refusal(error: unknown): string {
  const reasons = error instanceof ApiError ? (error.problem?.errors ?? []).map(({ message }) => message) : [];
  return reasons.length > 0 ? sentence(reasons.join(" ; ")) : failure(error);
}

/** What stands in for a list that holds nothing. */
export const empty = (name: Icon, title: string, help?: string): HTMLElement => h("div", { class: "empty" }, icon(name, 36), h("p", null, h("strong", null, title)), help ? h("p", { class: "help" }, help) : null);

export const note = (text: Child, tone: "" | "warn" | "bad" | "good" = ""): HTMLElement => h("div", { class: `note ${tone === "" ? "" : `note-${tone}`}` }, icon(tone === "warn" || tone === "bad" ? "warning" : tone === "good" ? "check" : "info"), h("div", null, text));

/** A list of facts, label and value; those without a value are left out. */
export function facts(...rows: readonly (readonly [label: string, value: Child] | null)[]): HTMLElement {
  const shown = rows.filter((row): row is readonly [string, Child] => row !== null && row[1] !== "" && row[1] !== null && row[1] !== undefined);
  return h("dl", { class: "facts" }, ...shown.map(([label, value]) => h("div", { class: "fact" }, h("dt", null, label), h("dd", null, value))));
}

/** A text in the fixed-width face, with a button that copies it. */
export function copyable(text: string, what: string): HTMLElement {
  return h(
    "span",
    { class: "copyable" },
    h("code", { class: "code" }, text),
    h("button", { type: "button", class: "button button-small", "aria-label": td("copy.what", { what }), onclick: () => void copy(text) }, td("copy")),
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(td("copy.done"), "good");
  } catch {
    toast(td("copy.failed"), "bad");
  }
}

export const moment = (at: string | null | undefined): HTMLElement | string => (at ? h("time", { datetime: at }, formatMoment(at)) : "");

/** Reads something into a place: a waiting line, then what was read, or why it could not be and a button to try again. */
export async function load<T>(place: HTMLElement, read: () => Promise<T>, show: (value: T) => void): Promise<void> {
  fill(place, h("p", { class: "desk-loading", role: "status" }, h("span", { class: "spinner" }), t("app.loading")));
  try {
    show(await read());
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (error instanceof ApiError && error.status === 401) return;
    if (!(error instanceof ApiError)) throw error;
    const again = h("button", { type: "button", class: "button", onclick: () => void load(place, read, show) }, t("app.retry"));
    fill(place, h("div", { class: "desk-failed", role: "alert" }, note(failure(error), "bad"), again));
  }
}

/** Runs an action of a button: the button waits, and a refusal is said. Reports whether it was done. */
export async function act(button: HTMLButtonElement, run: () => Promise<unknown>): Promise<boolean> {
  button.disabled = true;
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 401) toast(refusal(error), "bad");
    return false;
  } finally {
    button.disabled = false;
  }
}
