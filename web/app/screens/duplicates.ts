import type { DealPoint } from "../api/client";
import type { Position } from "../core/coords";
import { formatDistance } from "../core/format";
import { t } from "../i18n";
import { openDialog } from "../ui/dialog";
import { h } from "../ui/h";
import { statusShape } from "../ui/icons";
import { word } from "../ui/words";

/** Shows the points that may be the same; resolves to whether to add all the same. */
export function askAboutDuplicates(candidates: readonly DealPoint[], from: Position | null): Promise<boolean> {
  return new Promise((resolve) => {
    let accepted = false;
    const dialog = openDialog(
      { title: t("duplicate.title"), onClose: () => resolve(accepted) },
      h("p", null, t("duplicate.intro", { n: Math.max(1, candidates.length) })),
      h("ul", { class: "candidates" }, ...candidates.map((candidate) => h("li", null, candidateRow(candidate, from)))),
      h(
        "div",
        { class: "dialog-actions" },
        h("button", { type: "button", class: "button button-primary", onclick: () => dialog.close() }, t("duplicate.back")),
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
          t("duplicate.accept"),
        ),
      ),
    );
  });
}

function candidateRow({ properties: p, geometry }: DealPoint, from: Position | null): HTMLElement {
  const metres = p.distance ?? distance(from, geometry?.coordinates);
  const where = [p.reference, p.commune_name, word("kinds", p.kind), metres === null ? "" : t("duplicate.distance", { distance: formatDistance(metres) })];
  return h(
    "div",
    { class: "candidate" },
    statusShape(p.status, 18),
    h("div", null, h("strong", null, p.name || t("list.blurredName")), h("p", { class: "help" }, where.filter(Boolean).join(" · "))),
    h("a", { class: "button", href: `/?point=${encodeURIComponent(p.reference)}`, target: "_blank", rel: "noopener" }, t("duplicate.open")),
  );
}

/** Metres on a sphere, near enough to tell neighbours. */
function distance(from: Position | null, to: readonly number[] | undefined): number | null {
  const [lon, lat] = to ?? [];
  if (!from || lon === undefined || lat === undefined) return null;
  const rad = Math.PI / 180;
  const x = (lon - from.lon) * rad * Math.cos(((lat + from.lat) / 2) * rad);
  const y = (lat - from.lat) * rad;
  return 6_371_008.8 * Math.hypot(x, y);
}
