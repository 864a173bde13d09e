import "../styles/desk.css";
import type { Action } from "../api/client";
import { store } from "../state";
import { td } from "./desk/words";
import { openLazily, screenMessage, type Open, type Screen } from "./lazy";

/** The screens of roles without a map, each loaded when somebody who may use it signs in. */
const screens: readonly { may: Action; load(): Promise<Open> }[] = [
  { may: "grant", load: async () => (await import("./admin")).openAdmin },
  { may: "audit", load: async () => (await import("./audit")).openAudit },
  { may: "report", load: async () => (await import("./reports/partner")).openPartner },
];

/** What auditors, administrators and partners see: the screen of what they may do. */
export function noMapPage(content: HTMLElement): Screen {
  const { allowed } = store.get().me;
  const found = screens.find(({ may }) => allowed.includes(may));
  if (found) return openLazily(content, found.load);
  screenMessage(content, td("nothing.title"), td("nothing.text"));
  return { destroy: () => content.replaceChildren() };
}
