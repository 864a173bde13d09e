import { h } from "./h";

const polite = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
const toasts = h("div", { class: "toasts", "aria-hidden": "true" });

/** Puts the live region and the place for short messages into the page. */
export function installAnnouncer(): void {
  document.body.append(polite, toasts);
}

/** The modal dialog that is open on top of everything. */
export const openModal = (): HTMLElement | undefined => [...document.querySelectorAll<HTMLElement>("dialog:modal")].at(-1);

/** Says something to screen readers only. */
export function announce(text: string): void {
  // Nothing under a modal dialog is read out.
  const heard = openModal() ?? document.body;
  if (polite.parentElement !== heard) heard.append(polite);
  polite.textContent = "";
  requestAnimationFrame(() => (polite.textContent = text));
}

/** Says something to everyone, for a few seconds. */
export function toast(text: string, tone: "info" | "good" | "bad" = "info"): void {
  announce(text);
  const message = h("p", { class: `toast toast-${tone}` }, text);
  toasts.append(message);
  setTimeout(() => message.remove(), 6000);
}

/** Takes back what was said, which may name what can no longer be seen. */
export function forgetMessages(): void {
  polite.textContent = "";
  toasts.replaceChildren();
}
