import { openDesk } from "../desk/desk";
import { accountsPage } from "./accounts";
import { peoplePage } from "./people";
import { tokensPage } from "./tokens";
import { ta } from "./words";

/** The administrator's screen: grants, local accounts, all tokens. */
export function openAdmin(content: HTMLElement): { destroy(): void } {
  return openDesk(content, ta("title"), [
    { id: "people", label: ta("people"), open: peoplePage },
    { id: "accounts", label: ta("accounts"), open: accountsPage },
    { id: "tokens", label: ta("tokens"), open: tokensPage },
  ]);
}
