import { getLink, type PlaceLink } from "../../api/links";
import { isAbort } from "../../api/client";
import { todayInFrance } from "../../core/format";
import { hasEnded } from "../../core/links";
import { graphOf, linkKinds, writeNetworks } from "../../core/networks";
import type { FlowHit, LinkHit } from "../../map/types";
import { t } from "../../i18n";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word } from "../../ui/words";
import { screenLink } from "../addresses";
import { failure } from "../desk/parts";
import { tieSample } from "./sample";
import { endButton, tieFacts } from "./say";
import { flowTitle } from "./tip";
import { tk } from "./words";

/** What a link, or a flow, on the map says of itself, beside where it was clicked. */
export interface LinkCard {
  close(): void;
}

export function openLinkCard(stage: HTMLElement, hit: LinkHit | FlowHit, at: { x: number; y: number }, closed: () => void): LinkCard {
  const flow = "byKind" in hit;
  const title = h("h3", { tabindex: -1 }, tk(flow ? "card.flow" : "card"));
  const body = h("div", { class: "link-card-body" }, h("p", { class: "help", role: "status" }, t("app.loading")));
  const pending = new AbortController();
  const card = h(
    "section",
    { class: "link-card", role: "dialog", "aria-modal": "false", "aria-label": tk(flow ? "card.flow" : "card") },
    h("div", { class: "link-card-head" }, title, h("button", { type: "button", class: "icon-button", "aria-label": t("common.close"), onclick: () => shut() }, icon("close", 18))),
    body,
  );
  const shut = (): void => {
    pending.abort();
    if (!card.isConnected) return;
    const held = card.contains(document.activeElement);
    card.remove();
    closed();
    if (held) stage.querySelector<HTMLElement>("#map")?.focus({ preventScroll: true });
  };
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    shut();
  });
  const settle = (): void => {
    const { width, height } = card.getBoundingClientRect();
    const left = at.x + 14 + width > stage.clientWidth - 8 ? at.x - width - 14 : at.x + 14;
    const top = at.y + height > stage.clientHeight - 56 ? stage.clientHeight - 56 - height : at.y - 20;
    card.style.transform = `translate(${Math.round(Math.max(8, left))}px, ${Math.round(Math.max(8, top))}px)`;
  };

  const showLink = (link: PlaceLink): void => {
    const ended = hasEnded(link, todayInFrance());
    title.textContent = word("link_kinds", link.kind);
    const address = writeNetworks(link.network ? graphOf({ network: link.network }) : graphOf({ place: link.from.reference }));
    fill(
      body,
      h(
        "dl",
        { class: "link-ends" },
        h("dt", null, tk(link.directed ? "card.from" : "card.ends")),
        h("dd", null, endButton(link.from, shut)),
        link.directed ? h("dt", null, tk("card.to")) : null,
        h("dd", null, endButton(link.to, shut)),
      ),
      h("p", { class: "link-card-line" }, tieSample(link.kind, link.means, { directed: link.directed, faint: ended }), ended ? h("span", { class: "badge" }, tk("ended")) : null),
      h("p", { class: "help" }, tieFacts(link)),
      screenLink(address, { class: "button button-small" }, tk("card.open")),
    );
    settle();
  };
  const showFlow = async (shown: FlowHit): Promise<void> => {
    title.textContent = await flowTitle(shown);
    fill(
      body,
      h("p", null, h("strong", null, tk("count", { n: shown.links })), ` · ${tk("strengthSum", { n: shown.strength })}`),
      h("ul", { class: "link-counts" }, ...linkKinds.filter((kind) => (shown.byKind[kind] ?? 0) > 0).map((kind) => h("li", null, tieSample(kind, undefined), word("link_kinds", kind), h("span", { class: "check-count" }, String(shown.byKind[kind]))))),
      screenLink(writeNetworks({ page: "flows", territory: shown.from, from: "", until: "", means: "" }), { class: "button button-small" }, tk("card.flows")),
    );
    settle();
  };

  stage.append(card);
  settle();
  title.focus({ preventScroll: true });
  if (flow) void showFlow(hit);
  else
    getLink(hit.id, pending.signal).then(showLink, (error: unknown) => {
      if (!isAbort(error)) fill(body, h("p", { class: "help" }, failure(error)));
    });
  return { close: shut };
}
