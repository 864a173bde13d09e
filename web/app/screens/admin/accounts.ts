import { listAccounts, listGrants, type Account, type Grant } from "../../api/desk";
import { found } from "../../core/grants";
import { fill, h } from "../../ui/h";
import { word } from "../../ui/words";
import type { OpenPage } from "../desk/desk";
import { listing } from "../desk/listing";
import { empty, facts, load } from "../desk/parts";
import { split } from "../desk/split";
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
    open: (account) => show(account),
    matches: (account, text) => found([account.username, named(account)?.name], text),
    count: (n) => ta("accounts.count", { n }),
    none: empty("user", ta("accounts.none"), ta("accounts.noneHelp")),
    columns: [
      { label: ta("accounts.col.account"), cell: ({ username }) => h("strong", null, username) },
      { label: ta("accounts.col.person"), cell: (account) => [named(account)?.name ?? "", h("span", { class: "cell-more" }, active(account) ? word("roles", active(account)?.role) : ta("accounts.noGrant"))], from: 3 },
      { label: ta("accounts.col.state"), cell: accountState },
      { label: ta("accounts.col.actions"), cell: (account) => accountActions(account, read), from: 3 },
    ],
  });
  const place = h("div", { class: "desk-fill" });
  let opened: string | null = null;
  const panes = split(place, () => {
    list.table()?.mark(null);
    if (opened !== null) list.table()?.focus(opened);
    opened = null;
  });
  const show = (account: Account): void => {
    opened = account.username;
    list.table()?.mark(opened);
    panes.show(
      account.username,
      h("p", null, accountState(account)),
      facts([ta("accounts.col.person"), named(account)?.name ?? ""], [ta("col.role"), active(account) ? word("roles", active(account)?.role) : ta("accounts.noGrant")], [ta("fact.unit"), active(account)?.unit ?? ""]),
      accountActions(account, read),
    );
  };
  const read = async (): Promise<void> => {
    const [accounts, all] = await Promise.all([listAccounts(), listGrants()]);
    grants = all;
    list.set(accounts);
    if (!place.contains(list.element)) fill(place, list.element);
    if (opened === null) return;
    const still = accounts.find(({ username }) => username === opened);
    if (still) show(still);
    else panes.hide();
  };
  void load(place, read, () => {});
  return { element: h("div", { class: "desk-page" }, h("div", { class: "desk-intro" }, h("p", null, ta("accounts.intro"))), panes.element) };
}
