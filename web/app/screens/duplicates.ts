import type { DealPoint } from "../api/client";
import type { Likeness } from "../api/merging";
import type { Position } from "../core/coords";
import { sheetAddress } from "../core/filters";
import { formatDistance } from "../core/format";
import { metresBetween } from "../core/merging";
import { t } from "../i18n";
import { openDialog } from "../ui/dialog";
import { h } from "../ui/h";
import { statusShape } from "../ui/icons";
import { word } from "../ui/words";
import { ty } from "./formwords";
import { reasonList, scoreBadge } from "./merging/likeness";
import { tg } from "./merging/words";

/** Shows the points that may be the same, how alike they are and why, in the order of the server; resolves to whether to add all the same. */
export function askAboutDuplicates(candidates: readonly DealPoint[], likeness: readonly Likeness[], from: Position | null): Promise<boolean> {
  return new Promise((resolve) => {
    let accepted = false;
    const dialog = openDialog(
      { title: ty("duplicate.title"), wide: true, onClose: () => resolve(accepted) },
      h("p", null, ty("duplicate.intro", { n: Math.max(1, candidates.length) })),
      h("ul", { class: "candidates" }, ...candidates.map((candidate, i) => h("li", null, candidateRow(candidate, likeness[i], from)))),
      h(
        "div",
        { class: "dialog-actions" },
        h("button", { type: "button", class: "button button-primary", onclick: () => dialog.close() }, ty("duplicate.back")),
        h(
          "button",
          {
            type: "button",
            class: "button",
            onclick: () => {
              accepted = true;
              dialog.close();
            },
          },
          ty("duplicate.accept"),
        ),
      ),
    );
  });
}

function candidateRow({ properties: p, geometry }: DealPoint, like: Likeness | undefined, from: Position | null): HTMLElement {
  const metres = like?.metres ?? p.distance ?? metresBetween(from && [from.lon, from.lat], geometry?.coordinates);
  const where = [p.reference, p.commune_name, word("kinds", p.kind), metres === null ? "" : t("duplicate.distance", { distance: formatDistance(metres) })];
  return h(
    "div",
    { class: "candidate" },
    statusShape(p.status, 18),
    h("div", null, h("strong", null, p.name || t("list.blurredName")), h("p", { class: "help" }, where.filter(Boolean).join(" · ")), like ? h("p", { class: "like-score" }, scoreBadge(like.score)) : null),
    h("a", { class: "button", href: sheetAddress(p), target: "_blank", rel: "noopener" }, ty("duplicate.open")),
    like ? h("div", { class: "candidate-why" }, like.blocked ? h("p", { class: "note note-warn" }, tg("blocked", { why: like.blocked })) : null, reasonList(like.reasons)) : null,
  );
}
