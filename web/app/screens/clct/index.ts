import { getTerritory } from "../../api/calls";
import type { Statistics } from "../../api/clct";
import { ApiError, isAbort } from "../../api/client";
import { comparable, readClct, statisticsQuery, writeClct, type ClctPlace } from "../../core/clctaddress";
import { dateOfMonth, lastDay, monthOf, monthsFor } from "../../core/clctmonths";
import { change } from "../../core/clct";
import { todayInFrance, formatDay } from "../../core/format";
import { t } from "../../i18n";
import { fill, h, type Child } from "../../ui/h";
import { screenLink } from "../addresses";
import { failure, note } from "../desk/parts";
import { coverage } from "./coverage";
import { figures } from "./figures";
import { filterBar } from "./filterbar";
import { head } from "./head";
import { heatMap } from "./heat";
import { offences } from "./offences";
import { operationsOf } from "./operations";
import { parts } from "./parts";
import { section } from "./section";
import { sinceLast } from "./since";
import { stock } from "./stock";
import { territoryChoice, ownTerritory } from "./territory";
import { tiles } from "./tiles";
import { timeline } from "./timeline";
import { trends } from "./trends";
import { tc } from "./words";
import { served } from "../../i18n/served";

/** A territory as its committee looks at it: heat, figures, what changed, trends. Its address holds all that was chosen. */
export function openClct(content: HTMLElement): { destroy(): void } {
  const main = h("main", { class: "clct", id: "main", tabindex: -1 });
  fill(content, main);
  let page: TerritoryPage | null = null;
  const follow = (): void => {
    if (location.pathname !== "/territoire") return;
    const place = readClct(location.search);
    const code = place.territory || ownTerritory();
    if (page?.code !== code) {
      const moved = page !== null;
      page?.destroy();
      page = territoryPage(code, go);
      fill(main, page.element);
      main.scrollTop = 0;
      if (moved) main.focus({ preventScroll: true });
    }
    page.show(place);
  };
  const go = (part: Partial<ClctPlace>, replace = false): void => {
    const place = comparable({ ...readClct(location.search), ...part }, todayInFrance());
    history[replace ? "replaceState" : "pushState"](null, "", location.pathname + writeClct(place));
    follow();
  };
  addEventListener("popstate", follow);
  follow();
  return {
    destroy(): void {
      removeEventListener("popstate", follow);
      page?.destroy();
      fill(content);
    },
  };
}

interface TerritoryPage {
  code: string;
  element: HTMLElement;
  show(place: ClctPlace): void;
  destroy(): void;
}

type Go = (part: Partial<ClctPlace>, replace?: boolean) => void;

function territoryPage(code: string, go: Go): TerritoryPage {
  const gone = new AbortController();
  const answers = figures(gone.signal);
  const today = todayInFrance();
  let place: ClctPlace | null = null;
  let turn = 0;

  const top = head({ code, choice: territoryChoice(code, (next) => go({ territory: next, since: "", filter: place?.filter ?? readClct("").filter })), audience: (audience) => go({ audience }) });
  const bar = filterBar({ filter: (filter) => go({ filter }), asOf: (asOf) => go({ asOf }) });
  const since = sinceLast({ code, since: (day) => go({ since: day }), changed: () => (answers.forget(), place && void read(place)) });
  const [numbers, trend, holdings, covered] = [tiles(), trends(), stock(), coverage()];
  const table = parts((part, name) => screenLink(`/territoire${writeClct({ ...(place ?? readClct("")), territory: part, since: "" })}`, {}, name));
  const heat = heatMap({ territory: code });
  const others = [offences(code), operationsOf(code)] as const;
  const dateOf = (month: string): string => dateOfMonth(month, today);
  const months = timeline({
    moved: (month) => place && paint({ ...place, asOf: dateOf(month) }),
    settled: (month) => place && dateOf(month) !== place.asOf && go({ asOf: dateOf(month) }),
    next: (month) => place && void answers.get(code, statisticsQuery(comparable({ ...place, asOf: dateOf(month) }, today), 24)).catch(() => {}),
  });
  const known = h("div", { class: "clct-known", role: "status" });
  const method = h("ul", { class: "clct-method" });
  const problem = h("div", { class: "clct-problem", role: "alert" });
  const body = h(
    "div",
    { class: "clct-body" },
    since.element,
    numbers.element,
    section(tc("heat"), { lead: tc("heat.lead") }, months.element, known, heat.element),
    trend.element,
    holdings.element,
    covered.element,
    table.element,
    others[0].element,
    others[1].element,
    section(tc("method"), { wide: true }, method),
  );
  const skeleton = h("div", { class: "clct-body clct-skeleton", role: "status" }, h("span", { class: "visually-hidden" }, t("app.loading")), ...["since", "tiles", "map", "trend"].map((name) => h("div", { class: `bone bone-${name}` })));
  const below = h("div", { class: "clct-below" }, skeleton);
  const element = h("div", { class: "clct-page" }, top.element, bar.element, problem, below);
  getTerritory(code).then(top.territory, () => {});

  // The map measures the room that it has: it is drawn once it is on the screen.
  let painted = "";
  const paint = (at: ClctPlace): Promise<void> => {
    const query = heatQuery(at);
    const asked = JSON.stringify(query);
    if (!body.isConnected || asked === painted) return Promise.resolve();
    painted = asked;
    return heat.show(query).catch(() => {});
  };

  const read = async (asked: ClctPlace): Promise<void> => {
    const mine = ++turn;
    body.setAttribute("aria-busy", "true");
    try {
      // The slider's months run to today, whatever the date of the figures.
      const long = monthsFor(asked.asOf, today);
      const [shown, whole] = await Promise.all([answers.get(code, statisticsQuery(asked, asked.asOf === "" ? long : 24)), asked.asOf === "" ? null : answers.get(code, statisticsQuery({ ...asked, asOf: "", since: "none" }, long))]);
      if (mine === turn && !gone.signal.aborted) draw(shown, whole ?? shown, asked);
    } catch (error) {
      if (mine !== turn || isAbort(error) || gone.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      refuse(error, asked);
    } finally {
      if (mine === turn) body.removeAttribute("aria-busy");
    }
  };

  const draw = (shown: Statistics, whole: Statistics, asked: ClctPlace): void => {
    fill(problem, empty(shown));
    bar.date.setError(null);
    top.set(shown, asked);
    since.set(shown, asked.since);
    for (const part of [numbers, trend, holdings, covered, table]) part.set(shown);
    months.set(whole.months, monthOf(shown.as_of));
    fill(method, ...shown.method.map((line) => h("li", null, served(line))));
    body.classList.toggle("clct-plain", !shown.since);
    fill(known, laterKnown(shown, whole));
    if (!body.isConnected) fill(below, body);
    void paint(asked);
  };

  /** A refusal stands at what caused it; figures of another question do not stay on the screen. */
  const refuse = (error: ApiError, asked: ClctPlace): void => {
    if (error.status === 401) return;
    const wrong = error.problem?.errors ?? [];
    const atDate = wrong.find(({ field }) => field === "as_of");
    bar.date.setError(atDate ? { message: atDate.message } : null);
    const rest = wrong.filter((one) => one !== atDate).map(({ message }) => message);
    const say = (text: Child, tool: Child): void => (fill(problem), fill(below, h("div", { class: "clct-refused", role: "alert" }, note(text, "bad"), tool)));
    const away = (label: string, part: Partial<ClctPlace>): HTMLElement => h("button", { type: "button", class: "button", onclick: () => go(part) }, label);
    if (error.status === 403) return say(tc("refused"), away(tc("refused.own"), { territory: "" }));
    if (error.status === 404) return say(tc("notFound", { code }), away(tc("refused.own"), { territory: "" }));
    if (error.status === 400 || error.status === 422) return say([failure(error), ...rest].join(" "), away(tc("refused.today"), { asOf: "", since: "" }));
    say(failure(error), h("button", { type: "button", class: "button", onclick: () => (fill(below, skeleton), void read(asked)) }, t("app.retry")));
  };

  return {
    code,
    element,
    show(next) {
      place = next;
      bar.sync(next.filter, next.asOf);
      void paint(next);
      void read(next);
    },
    destroy(): void {
      gone.abort();
      for (const part of [bar, since, trend, months, heat, ...others]) part.destroy();
    },
  };
}

const heatQuery = ({ asOf, filter, audience }: ClctPlace): Parameters<ReturnType<typeof heatMap>["show"]>[0] => ({
  asOf: asOf === "" ? null : asOf,
  filter: { status: [...filter.status], kind: [...filter.kind], product: [...filter.product], service: [...filter.service] },
  audience,
});

/** What has to be said first about a territory without anything in it. */
const empty = ({ stock }: Statistics): Child => (stock.total === 0 ? note(tc("empty")) : stock.counted === 0 ? note(tc("emptyCounted")) : null);

/** The figures of a past day are those of what was known then; the slider's bars are those of what is known now: where the two differ, it is said. */
function laterKnown(shown: Statistics, whole: Statistics): Child {
  const { as_of: asOf, stock } = shown;
  const now = shown === whole || asOf !== lastDay(monthOf(asOf)) ? null : change(whole.months.find(({ month }) => month === monthOf(asOf))?.stock, stock.counted);
  return now === null || now === 0 ? null : note(tc("known", { date: formatDay(asOf), then: stock.counted ?? 0, now: (stock.counted ?? 0) + now }));
}
