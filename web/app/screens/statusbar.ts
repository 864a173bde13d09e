import { formatTime } from "../core/format";
import { aloneOf } from "../core/node";
import { statuses } from "../core/vocabulary";
import { t } from "../i18n";
import { store } from "../state";
import { fill, h } from "../ui/h";
import { statusShape } from "../ui/icons";
import { word } from "../ui/words";
import { mapControl, metropole } from "./mapcontrol";

type Window = readonly [key: "metropole" | "guadeloupe" | "martinique" | "guyane" | "reunion" | "mayotte", box: readonly [number, number, number, number]];

/** The parts of the country that lie far from one another. */
const windows: readonly Window[] = [
  ["metropole", metropole],
  ["guadeloupe", [-61.85, 15.8, -60.95, 16.55]],
  ["martinique", [-61.3, 14.35, -60.75, 14.95]],
  ["guyane", [-54.7, 2.1, -51.5, 5.9]],
  ["reunion", [55.15, -21.45, 55.9, -20.8]],
  ["mayotte", [44.95, -13.05, 45.35, -12.6]],
];

/** Under the map: whether it is live, what the shapes mean, and the way to the overseas territories. */
export function buildStatusBar(cleanups: (() => void)[]): HTMLElement {
  const live = h("p", { class: "live", role: "status" });
  let drawn = "";
  const draw = (): void => {
    const { live: stream, updated, node } = store.get();
    // The stream of a server that is cut off from the journal lives, and tells of nothing.
    const alone = stream === "on" ? aloneOf(node) : null;
    const state = alone ? "alone" : stream;
    const current = alone ? alone.since : state === "on" ? updated : null;
    const time = current ? formatTime(current) : "";
    // Told of every change, fifty times a second maybe: the words are others once a minute.
    if (drawn === `${state} ${time}`) return;
    drawn = `${state} ${time}`;
    const words: Record<typeof state, string> = { on: t("live.on"), alone: t("live.alone"), connecting: t("live.connecting"), retry: t("live.retry"), off: t("live.off") };
    fill(live, h("span", { class: `live-dot live-${state}`, "aria-hidden": "true" }), h("span", null, words[state]), time === "" ? null : h("span", { class: "live-time", "aria-hidden": "true" }, t("live.updated", { time })));
  };
  cleanups.push(store.watch((s) => s.live, draw), store.watch((s) => s.updated, draw), store.watch((s) => s.node, draw));
  draw();
  const go = h(
    "select",
    {
      class: "jump",
      "aria-label": t("map.windows"),
      onchange: () => {
        const chosen = windows.find(([key]) => key === go.value);
        if (chosen) mapControl.view?.fitBox([...chosen[1]]);
        go.value = "";
      },
    },
    h("option", { value: "" }, t("map.windows")),
    ...windows.map(([key]) => h("option", { value: key }, t(`map.${key}`))),
  );
  return h(
    "div",
    { class: "statusbar" },
    live,
    h("ul", { class: "legend", "aria-label": t("map.legend") }, ...statuses.map((status) => h("li", null, statusShape(status, 14), word("statuses", status)))),
    go,
  );
}
