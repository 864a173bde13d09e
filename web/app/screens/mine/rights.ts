import { getPolicy } from "../../api/calls";
import { ApiError, type Action } from "../../api/client";
import { readMarkdown, type Block, type Span } from "../../core/markdown";
import { sees } from "../../core/rights";
import { t } from "../../i18n";
import { store } from "../../state";
import { openDialog } from "../../ui/dialog";
import { fill, h, uniqueId, type Child } from "../../ui/h";
import { word } from "../../ui/words";
import { accountFacts } from "../account";
import { tm } from "./words";

/** My grant in plain words, then the whole policy as the program's own tables print it. */
export function openRights(): void {
  const { me } = store.get();
  const policy = h("div", { class: "policy" }, h("p", { role: "status" }, t("app.loading")));
  const fact = (label: string, value: string): HTMLElement => h("div", null, h("dt", null, label), h("dd", null, value));
  const asked = new AbortController();
  openDialog(
    { title: tm("rights.title"), wide: true, onClose: () => asked.abort() },
    h(
      "section",
      { class: "rights", "aria-labelledby": "rights-mine" },
      h("h3", { id: "rights-mine" }, tm("rights.mine")),
      h("p", null, tm(`rights.sees.${sees(me)}`)),
      h("dl", { class: "account-facts" }, fact(tm("rights.role"), word("roles", me.role) || me.role_label), ...accountFacts(me), me.allowed.length > 0 ? fact(tm("rights.may"), me.allowed.map((action: Action) => tm(`action.${action}`)).join(", ")) : null),
    ),
    h("section", { class: "rights", "aria-labelledby": "rights-policy" }, h("h3", { id: "rights-policy" }, tm("rights.policy")), h("p", { class: "help" }, tm("rights.policyHelp")), policy),
  );
  getPolicy(asked.signal).then(
    (text) => show(policy, readMarkdown(text)),
    (error: unknown) => {
      if (!asked.signal.aborted) fill(policy, h("p", { role: "alert" }, error instanceof ApiError && error.status > 0 ? error.message : t("error.network")));
    },
  );
}

/** The document under the headings of the dialog: its own begin at the fourth level. */
function show(place: HTMLElement, blocks: readonly Block[]): void {
  // The first heading is the document's title, which the dialog has.
  const rest = blocks[0]?.kind === "heading" && blocks[0].level === 1 ? blocks.slice(1) : blocks;
  const ids = new Map<Block, string>(rest.filter((block) => block.kind === "heading" && block.level === 2).map((block) => [block, uniqueId("policy")]));
  const jump = (id: string) => (event: MouseEvent): void => {
    // The address's fragment is the map's view.
    event.preventDefault();
    document.getElementById(id)?.scrollIntoView({ block: "start" });
    document.getElementById(id)?.focus({ preventScroll: true });
  };
  const contents = [...ids].map(([block, id]) => h("li", null, h("a", { href: `#${id}`, onclick: jump(id) }, block.kind === "heading" ? spans(block.spans) : null)));
  fill(place, contents.length > 1 ? h("nav", { class: "policy-contents", "aria-label": tm("rights.contents") }, h("ul", null, ...contents)) : null, ...rest.map((block) => element(block, ids.get(block))));
  place.lang = "fr";
}

function element(block: Block, id: string | undefined): HTMLElement {
  switch (block.kind) {
    case "heading":
      return h(block.level <= 2 ? "h4" : "h5", { id, tabindex: id ? -1 : null }, spans(block.spans));
    case "paragraph":
      return h("p", null, spans(block.spans));
    case "list":
      return h(block.ordered ? "ol" : "ul", null, ...block.items.map((item) => h("li", null, spans(item))));
    case "table":
      return h(
        "div",
        { class: "table-scroll", tabindex: 0, role: "group" },
        h("table", null, h("thead", null, h("tr", null, ...block.head.map((cell) => h("th", { scope: "col" }, spans(cell))))), h("tbody", null, ...block.rows.map((row) => h("tr", null, ...row.map((cell) => h("td", null, spans(cell))))))),
      );
  }
}

const spans = (parts: readonly Span[]): Child => parts.map(({ text, style }) => (style === "" ? text : h(style, null, text)));
