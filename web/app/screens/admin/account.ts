import { deleteAccount, resetPassword, unlockAccount, type Account } from "../../api/desk";
import { formatTime } from "../../core/format";
import { oneTimePassword } from "../../core/password";
import { t } from "../../i18n";
import { store } from "../../state";
import { toast } from "../../ui/announce";
import { askYesNo, openDialog } from "../../ui/dialog";
import { h } from "../../ui/h";
import { act, copyable, note } from "../desk/parts";
import { ta, type AdminKey } from "./words";

const lockedNow = ({ locked_until: until }: Account): boolean => !!until && new Date(until) > new Date();

export function accountState(account: Account): HTMLElement {
  if (lockedNow(account)) return h("span", { class: "badge badge-warn" }, ta("accounts.locked", { time: formatTime(new Date(account.locked_until ?? "")) }));
  return account.must_change_password ? h("span", { class: "badge badge-accent" }, ta("accounts.mustChange")) : h("span", { class: "badge badge-good" }, ta("accounts.ok"));
}

/** What can be done with a local account; the list is read again afterwards. */
export function accountActions(account: Account, changed: () => Promise<void>): HTMLElement {
  const { username } = account;
  const button = (key: AdminKey, look: string, run: (button: HTMLButtonElement) => Promise<void>): HTMLElement =>
    h("button", { type: "button", class: `button button-small ${look}`, "aria-label": ta("accounts.action", { action: ta(key), username }), onclick: (event: MouseEvent) => (event.stopPropagation(), void run(event.currentTarget as HTMLButtonElement)) }, ta(key));
  return h(
    "div",
    { class: "row-actions" },
    lockedNow(account)
      ? button("accounts.unlock", "", async (pressed) => {
          if (!(await act(pressed, () => unlockAccount(username)))) return;
          toast(ta("accounts.unlocked", { username }), "good");
          await changed();
        })
      : null,
    button("accounts.reset", "", async (pressed) => {
      if (!(await askYesNo(ta("accounts.resetTitle", { username }), ta("accounts.resetText"), ta("accounts.resetYes"), t("common.cancel")))) return;
      const password = oneTimePassword();
      if (!(await act(pressed, () => resetPassword(username, password)))) return;
      await showOnce(username, password);
      await changed();
    }),
    username === store.get().me.username
      ? null
      : button("accounts.delete", "button-danger", async (pressed) => {
          if (!(await askYesNo(ta("accounts.deleteTitle", { username }), ta("accounts.deleteText"), ta("accounts.deleteYes"), t("common.cancel")))) return;
          if (!(await act(pressed, () => deleteAccount(username)))) return;
          toast(ta("accounts.deleted", { username }), "good");
          await changed();
        }),
  );
}

/** Shows a password that nobody will see again; done once the dialog is closed. */
export function showOnce(username: string, password: string): Promise<void> {
  return new Promise((resolve) => {
    const dialog = openDialog(
      { title: ta("once.title"), onClose: () => resolve() },
      note(ta("once.text", { username }), "warn"),
      h("dl", { class: "facts" }, h("div", { class: "fact" }, h("dt", null, ta("once.username")), h("dd", null, copyable(username, ta("once.username")))), h("div", { class: "fact" }, h("dt", null, ta("once.password")), h("dd", null, copyable(password, ta("once.password"))))),
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button button-primary", onclick: () => dialog.close() }, ta("once.done"))),
    );
  });
}
