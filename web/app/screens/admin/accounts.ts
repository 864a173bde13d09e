import { listAccounts, listGrants, type Account, type Grant } from "../../api/desk";
import { found } from "../../core/grants";
import { fill, h } from "../../ui/h";
import { word } from "../../ui/words";
import type { OpenPage } from "../desk/desk";
import { listing } from "../desk/listing";
import { empty, load } from "../desk/parts";
import { accountActions, accountState } from "./account";
import { ta } from "./words";

/** The local accounts: which are locked, which wait for a new password, whose they are. */
export function accountsPage(): OpenPage {
  let grants: Grant[] = [];
  const active = ({ username }: Account): Grant | undefined => grants.find(({ subject, state }) => subject === username && state === "active");
  const named = (account: Account): Grant | undefined => active(account) ?? grants.find(({ subject }) => subject === account.username);
  const list = listing<Account>({
    caption: ta("accounts"),
    searchLabel: ta("accounts.search"),
    key: ({ username }) => username,
    matches: (account, text) => found([account.username, named(account)?.name], text),
    count: (n) => ta("accounts.count", { n }),
    none: empty("user", ta("accounts.none"), ta("accounts.noneHelp")),
    columns: [
      { label: ta("accounts.col.account"), cell: ({ username }) => h("strong", null, username) },
      { label: ta("accounts.col.person"), cell: (account) => [named(account)?.name ?? "", h("span", { class: "cell-more" }, active(account) ? word("roles", active(account)?.role) : ta("accounts.noGrant"))], from: 3 },
      { label: ta("accounts.col.state"), cell: accountState },
      { label: ta("accounts.col.actions"), cell: (account) => accountActions(account, read) },
    ],
  });
  const place = h("div", { class: "desk-fill" });
  const read = async (): Promise<void> => {
    const [accounts, all] = await Promise.all([listAccounts(), listGrants()]);
    grants = all;
    list.set(accounts);
    if (!place.contains(list.element)) fill(place, list.element);
  };
  void load(place, read, () => {});
  return { element: h("div", { class: "desk-page" }, h("div", { class: "desk-intro" }, h("p", null, ta("accounts.intro"))), place) };
}
