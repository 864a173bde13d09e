import type { MonthFlow } from "../../api/clct";
import { sum } from "../../core/clct";
import { formatMonth } from "../../core/clctmonths";
import { playFrom, slide, stepAt } from "../../core/clctslide";
import { debounce, fill, h } from "../../ui/h";
import { sentence } from "./trends";
import { drawnToWidth, glyph, glyphs, svg } from "./svg";
import { tc } from "./words";

interface TimelineOptions {
  /** The handle is on another month: often, while it is dragged or the months are played. Playing waits for what it returns. */
  moved(month: string): unknown;
  /** The handle came to rest on a month. */
  settled(month: string): void;
  /** A month that playing comes to next. */
  next(month: string): void;
}

export interface Timeline {
  element: HTMLElement;
  /** The months that there are, and the one of the date. */
  set(months: readonly MonthFlow[], month: string): void;
  destroy(): void;
}

const height = 86;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Months as bars of what opened and closed, which are the slider of the date at the same time. */
export function timeline({ moved, settled, next }: TimelineOptions): Timeline {
  let months: readonly MonthFlow[] = [];
  let at = 0;
  let playing: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  const now = h("strong", { class: "time-now" });
  const detail = h("span", { class: "time-detail" });
  const track = h("div", { class: "time-track", role: "slider", tabindex: 0, "aria-label": tc("time"), "aria-orientation": "horizontal", "aria-valuemin": 0 });
  const legend = h("ul", { class: "trend-legend time-legend", "aria-hidden": "true" }, h("li", null, h("span", { class: "swatch series-opened" }), tc("time.up")), h("li", null, h("span", { class: "swatch series-dismantled" }), tc("time.down")));
  const play = h("button", { type: "button", class: "button time-play", onclick: () => (running ? stop(true) : start()) });
  const today = h("button", { type: "button", class: "button time-today", onclick: () => (stop(false), move(months.length - 1), rest.now()) }, tc("time.today"));
  const element = h("div", { class: "clct-time", role: "group", "aria-label": tc("time.group") }, play, h("div", { class: "time-said" }, now, detail), legend, today, track);

  const rest = debounce(350, () => {
    const month = months[at];
    if (month) settled(month.month);
  });
  const move = (to: number): unknown => {
    const month = months[to];
    if (!month || to === at) return;
    at = to;
    draw();
    return moved(month.month);
  };

  const button = (): void => fill(play, glyph(running ? glyphs.pause : glyphs.play), h("span", null, tc(running ? "time.pause" : "time.play")));
  const stop = (settle: boolean): void => {
    clearTimeout(playing);
    const was = running;
    running = false;
    button();
    if (was && settle) rest.now();
  };
  const start = (): void => {
    if (months.length < 2) return;
    running = true;
    button();
    const from = playFrom(at, months.length);
    void (async () => {
      if (from !== at) await move(from);
      tick();
    })();
  };
  const tick = (): void => {
    if (!running) return;
    const coming = months[at + 1];
    if (!coming) return stop(true);
    next(coming.month);
    playing = setTimeout(
      () => {
        // A slow answer slows the play down rather than piling questions up.
        void Promise.resolve(move(at + 1)).then(tick, () => stop(true));
      },
      still.matches ? 2000 : 1000,
    );
  };

  const drawTrack = (width: number): void => {
    const step = width / Math.max(1, months.length);
    const most = (side: (month: MonthFlow) => number): number => Math.max(1, ...months.map(side));
    const up = (m: MonthFlow): number => sum([m.opened ?? 0, m.reopened ?? 0]) ?? 0;
    const down = (m: MonthFlow): number => m.closed_total ?? 0;
    const [upTop, downTop] = [most(up), most(down)];
    const unit = (height - 20) / (upTop + downTop);
    const zero = upTop * unit + 2;
    const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", height, class: "time-svg", "aria-hidden": "true", focusable: "false" });
    months.forEach((month, i) => {
      const thick = Math.min(30, step * 0.72);
      const x = i * step + (step - thick) / 2;
      const group = svg("g", { class: i > at ? "time-month time-later" : i === at ? "time-month time-chosen" : "time-month" });
      group.append(svg("rect", { x: i * step, y: 0, width: step, height: height - 16, class: "time-hit" }));
      if (up(month) > 0) group.append(svg("rect", { x, y: zero - up(month) * unit, width: thick, height: up(month) * unit, class: "series-opened" }));
      if (down(month) > 0) group.append(svg("rect", { x, y: zero, width: thick, height: down(month) * unit, class: "series-dismantled" }));
      if (month.month.endsWith("-01") || i === 0) group.append(svg("text", { x: i * step + 2, y: height - 3, class: "trend-text" }, month.month.endsWith("-01") ? month.month.slice(0, 4) : formatMonth(month.month)));
      root.append(group);
    });
    // The first label gives way to a year that follows at once.
    const texts = [...root.querySelectorAll("text")];
    const second = texts[1];
    if (second && Number(second.getAttribute("x")) < 110) texts[0]?.remove();
    const centre = (at + 0.5) * step;
    root.append(svg("line", { x1: 0, x2: width, y1: zero, y2: zero, class: "trend-rule trend-zero" }), svg("line", { x1: centre, x2: centre, y1: 0, y2: height - 16, class: "time-needle" }), svg("circle", { cx: centre, cy: zero, r: 9, class: "time-handle" }));
    fill(track, root);
  };
  const draw = (): void => {
    const month = months[at];
    const text = month ? sentence(month) : "";
    now.textContent = month ? formatMonth(month.month) : "";
    detail.textContent = text;
    track.setAttribute("aria-valuemax", String(Math.max(0, months.length - 1)));
    track.setAttribute("aria-valuenow", String(at));
    track.setAttribute("aria-valuetext", month ? `${formatMonth(month.month)}, ${text}` : "");
    today.disabled = at >= months.length - 1;
    if (track.clientWidth > 0) drawTrack(track.clientWidth);
  };
  const unwatch = drawnToWidth(track, drawTrack);

  track.addEventListener("keydown", (event) => {
    const to = slide(event.key, at, months.length);
    if (to === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    stop(false);
    void move(to);
    rest();
  });
  const point = (event: PointerEvent): void => {
    const { left, width } = track.getBoundingClientRect();
    void move(stepAt(event.clientX - left, width, months.length));
  };
  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stop(false);
    track.setPointerCapture(event.pointerId);
    point(event);
  });
  track.addEventListener("pointermove", (event) => {
    if (track.hasPointerCapture(event.pointerId)) point(event);
  });
  // A gesture that became a scroll of the page ends here too: the handle stays where it was led.
  track.addEventListener("lostpointercapture", () => rest.now());
  button();
  return {
    element,
    set(all, month) {
      months = all;
      if (running) return draw();
      const found = all.findIndex((one) => one.month === month);
      at = found < 0 ? (all[0] && month < all[0].month ? 0 : Math.max(0, all.length - 1)) : found;
      draw();
    },
    destroy() {
      stop(false);
      rest.cancel();
      unwatch();
    },
  };
}
