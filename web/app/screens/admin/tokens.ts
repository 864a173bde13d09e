import { listAllTokens, revokeToken, type Token } from "../../api/desk";
import { dayOf, formatDay } from "../../core/format";
import { found } from "../../core/grants";
import { t } from "../../i18n";
import { toast } from "../../ui/announce";
import { askYesNo } from "../../ui/dialog";
import { checkbox } from "../../ui/field";
import { fill, h } from "../../ui/h";
import type { OpenPage } from "../desk/desk";
import { listing } from "../desk/listing";
import { act, empty, load } from "../desk/parts";
import { ta } from "./words";

/** Everybody's API tokens; an administrator revokes, and never sees the token itself. */
export function tokensPage(): OpenPage {
  let activeOnly = true;
  const filter = checkbox(ta("tokens.activeOnly"), activeOnly, (checked) => {
    activeOnly = checked;
    list.draw();
  });
  const places = ({ territories }: Token): string => territories.map(({ name }) => name).join(", ") || ta("tokens.all");
  const motive = ({ motive: why, case: reference }: Token): string => [why, reference].filter(Boolean).join(" · ");
  const list = listing<Token>({
    caption: ta("tokens"),
    searchLabel: ta("tokens.search"),
    key: ({ id }) => id,
    matches: (token, text) => (!activeOnly || token.active) && found([token.name, token.owner, token.owner_name, motive(token), places(token)], text),
    count: (n) => ta("tokens.count", { n }),
    none: empty("link", ta("tokens.none"), ta("tokens.noneHelp")),
    tools: filter.element,
    columns: [
      { label: ta("tokens.col.name"), cell: ({ name }) => h("strong", null, name) },
      { label: ta("tokens.col.owner"), cell: ({ owner, owner_name: name }) => [name || owner, name && name !== owner ? h("span", { class: "cell-more" }, owner) : null] },
      { label: ta("tokens.col.territories"), cell: places, from: 2 },
      { label: ta("tokens.col.motive"), cell: motive, from: 3 },
      { label: ta("tokens.col.until"), cell: ({ until }) => formatDay(dayOf(new Date(until))), from: 3 },
      {
        label: ta("tokens.col.state"),
        cell: (token) =>
          token.active
            ? h("button", { type: "button", class: "button button-small button-danger", "aria-label": ta("tokens.revokeName", { name: token.name }), onclick: (event: MouseEvent) => void revoke(token, event.currentTarget as HTMLButtonElement) }, ta("tokens.revoke"))
            : h("span", { class: "badge" }, ta("tokens.ended")),
      },
    ],
  });
  const place = h("div", { class: "desk-fill" });
  const read = async (): Promise<void> => {
    list.set(await listAllTokens());
    if (!place.contains(list.element)) fill(place, list.element);
  };
  const revoke = async ({ id, name }: Token, button: HTMLButtonElement): Promise<void> => {
    if (!(await askYesNo(ta("tokens.revokeTitle", { name }), ta("tokens.revokeText"), ta("tokens.revoke"), t("common.cancel")))) return;
    if (!(await act(button, () => revokeToken(id)))) return;
    toast(ta("tokens.revoked", { name }), "good");
    await read();
  };
  void load(place, read, () => {});
  return { element: h("div", { class: "desk-page" }, h("div", { class: "desk-intro" }, h("p", null, ta("tokens.intro"))), place) };
}
