import { openDesk } from "../desk/desk";
import { personPage, placePage } from "./consultations";
import { journalPage } from "./journal";
import { overviewPage } from "./overview";
import { proofsPage } from "./proofs";
import { tu } from "./words";

/** The auditor's screen: who saw what, who changed what, and the proof that the logs are whole. */
export function openAudit(content: HTMLElement): { destroy(): void } {
  return openDesk(content, tu("title"), [
    { id: "overview", label: tu("overview"), open: overviewPage },
    { id: "place", label: tu("place"), open: placePage },
    { id: "person", label: tu("person"), open: personPage },
    { id: "journal", label: tu("journal"), open: journalPage },
    { id: "proofs", label: tu("proofs"), open: proofsPage },
  ]);
}
