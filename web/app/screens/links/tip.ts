import { getTerritory } from "../../api/calls";
import { relationOf } from "../../core/links";
import { linkKinds } from "../../core/vocabulary";
import type { FlowHit, LinkHit } from "../../map/types";
import { fill, h } from "../../ui/h";
import { word } from "../../ui/words";
import { tieSample } from "./sample";
import { tk } from "./words";

/** The name of a territory, its code until it is known. */
const territoryName = async (code: string): Promise<string> => (await getTerritory(code).catch(() => null))?.name ?? code;

/** "De Rhône vers Isère", "À l'intérieur de Rhône". */
export async function flowTitle({ from, to }: Pick<FlowHit, "from" | "to">): Promise<string> {
  const [a, b] = await Promise.all([territoryName(from), territoryName(to)]);
  return from === to ? tk("card.within", { name: a }) : tk("card.between", { from: a, to: b });
}

/** What a line under the pointer is; what can be said at once comes first, names of territories when they are known. */
export async function fillTip(tip: HTMLElement, hit: LinkHit | FlowHit): Promise<void> {
  if ("byKind" in hit) {
    const title = await flowTitle(hit);
    const kinds = linkKinds.filter((kind) => (hit.byKind[kind] ?? 0) > 0);
    fill(tip, h("strong", null, title), h("span", { class: "tip-line" }, tk("count", { n: hit.links })), ...kinds.map((kind) => h("span", { class: "tip-line" }, tieSample(kind, undefined), word("link_kinds", kind), h("span", { class: "check-count" }, String(hit.byKind[kind])))));
    return;
  }
  const relation = relationOf(hit.kind, true);
  fill(
    tip,
    h("strong", null, hit.from, " "),
    h("span", { class: "tip-line" }, tieSample(hit.kind, hit.means || undefined, { directed: hit.directed }), tk(relation ?? "unknown", { other: hit.to })),
    h("span", { class: "tip-line" }, [word("link_means", hit.means), tk("strength", { n: hit.strength }), hit.network, hit.ended ? tk("ended") : ""].filter(Boolean).join(" · ")),
  );
}
