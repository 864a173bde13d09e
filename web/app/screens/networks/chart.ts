import type { Look, LookStore } from "../../core/chart/look";
import type { ChartModel } from "../../core/chart/model";
import type { Positions } from "../../core/chart/spread";
import { fitView, reveal, symbolScale, zoomAt, type View } from "../../core/chart/view";
import { neighbourTowards, nextNeighbour, type Direction } from "../../core/chart/walk";
import type { LayoutKind } from "../../core/networks";
import { paintGraph, placeUnder, tieUnder, type GraphScene } from "../../map/graphpaint";
import { readTheme, type Theme } from "../../map/theme";
import { announce } from "../../ui/announce";
import { debounce, h, uniqueId } from "../../ui/h";
import { icon } from "../../ui/icons";
import { resolvedTheme, watchTheme } from "../../ui/preferences";
import { layouts } from "./layouts";
import { pointers } from "./pointers";
import { tn } from "./words";

export interface ChartHost {
  /** A place or a tie was chosen, here; null for neither. */
  select(place: string | null, tie: string | null): void;
  hover(what: { place: string | null; tie: string | null } | null, x: number, y: number, element: HTMLElement): void;
  /** Closes a place to try, or takes that back. */
  tryClosing(place: string): void;
}

export interface Chart {
  element: HTMLElement;
  /** Draws a graph; places that were there already stay where they are. */
  show(model: ChartModel, radii: Float64Array, layout: LayoutKind): void;
  /** Sizes changed and nothing else. */
  resize(radii: Float64Array): void;
  reveal(place: string): void;
  /** Where everything stands, for files; null before the first layout has come. */
  positions(): Positions | null;
  destroy(): void;
}

const pan = 60;
/** How long after its last move the view counts as resting, in milliseconds. */
const settle = 180;

/** The link chart: drawn on a canvas, walked through with the keyboard, in step with map and tables through the look. */
export function linkChart(look: LookStore, host: ChartHost): Chart {
  let model: ChartModel | null = null;
  let radii = new Float64Array(0);
  let kind: LayoutKind | null = null;
  let at: Positions | null = null;
  let view: View = { k: 1, x: 0, y: 0 };
  /** Whether the person has moved the chart: until then it follows the layout. */
  let moved = false;
  let movingUntil = 0;
  /** The place whose neighbours are gone through. */
  let around: number | null = null;

  const helpId = uniqueId("chart-help");
  const canvas = h("canvas", { class: "net-canvas", "data-testid": "chart-canvas", "aria-hidden": "true" });
  const busy = h("div", { class: "net-busy", hidden: true }, h("span", { class: "spinner" }), h("span", null, tn("chart.laying")), h("progress", { max: 1, value: 0, "aria-label": tn("chart.laying") }));
  const stage = h("div", { class: "net-chart", role: "application", tabindex: 0, "data-testid": "chart", "aria-roledescription": tn("chart.role"), "aria-label": tn("chart"), "aria-describedby": helpId }, canvas);
  const button = (label: string, sign: string, run: () => void): HTMLElement => h("button", { type: "button", title: label, "aria-label": label, onclick: run }, sign);
  const buttons = h("div", { class: "map-zoom net-zoom" }, button(tn("chart.closer"), "+", () => zoom(1.4)), button(tn("chart.farther"), "−", () => zoom(1 / 1.4)), h("button", { type: "button", title: tn("chart.all"), "aria-label": tn("chart.all"), onclick: () => fit() }, icon("target", 20)));
  const element = h("div", { class: "net-chart-wrap map", "data-map-theme": resolvedTheme() }, stage, buttons, busy, h("p", { id: helpId, class: "visually-hidden" }, tn("chart.help")));

  let theme: Theme | null = null;
  const size = (): [number, number] => [stage.clientWidth, stage.clientHeight];
  /** Everything, clear of the buttons at the right. */
  const whole = (so: Positions): View => fitView(so, Math.max(120, stage.clientWidth - 56), stage.clientHeight);

  const scene = (): GraphScene | null => {
    if (!model || !at) return null;
    const [width, height] = size();
    const scale = symbolScale(view);
    return { model, x: at.x.map((v) => v * view.k + view.x), y: at.y.map((v) => v * view.k + view.y), radius: radii.map((r) => Math.max(2, r * scale)), width, height, scale: view.k, names: true, moving: performance.now() < movingUntil };
  };

  let asked = 0;
  const repaint = (): void => {
    if (asked === 0) asked = requestAnimationFrame(paint);
  };
  const paint = (): void => {
    asked = 0;
    const [width, height] = size();
    const ratio = Math.min(2, devicePixelRatio || 1);
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const ctx = canvas.getContext("2d");
    if (!ctx) return;
    theme ??= readTheme(resolvedTheme(), getComputedStyle(element));
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const drawn = scene();
    if (drawn) paintGraph(ctx, drawn, theme, look.get());
  };

  const maker = layouts({
    moved(so, done) {
      if (!model || so.x.length !== model.nodes.length) return;
      at = so;
      busy.hidden = done >= 1;
      busy.querySelector("progress")!.value = done;
      if (done >= 1) element.dataset["laid"] = "true";
      if (!moved) view = whole(at);
      repaint();
    },
    failed: () => {
      busy.hidden = true;
      announce(tn("chart.failed"));
    },
  });

  const rest = debounce(settle, repaint);
  const change = (next: View): void => {
    view = next;
    moved = true;
    movingUntil = performance.now() + settle - 20;
    repaint();
    rest();
  };
  const zoom = (factor: number, px = size()[0] / 2, py = size()[1] / 2): void => change(zoomAt(view, factor, px, py));
  const fit = (): void => {
    if (!at) return;
    moved = false;
    view = whole(at);
    repaint();
  };
  const show = (i: number): void => {
    if (!at) return;
    const next = reveal(view, at.x[i] ?? 0, at.y[i] ?? 0, ...size());
    if (next.x !== view.x || next.y !== view.y) change(next);
  };
  const choose = (i: number | null): void => {
    const id = i === null ? null : (model?.nodes[i]?.id ?? null);
    host.select(id, null);
    if (i !== null) show(i);
  };

  const under = (x: number, y: number): { place: string | null; tie: string | null } => {
    const drawn = scene();
    const place = drawn ? placeUnder(drawn, x, y) : null;
    return { place, tie: drawn && place === null ? tieUnder(drawn, x, y) : null };
  };
  const stopPointers = pointers(stage, {
    pan: (dx, dy) => change({ ...view, x: view.x + dx, y: view.y + dy }),
    zoom,
    over(x, y) {
      const found = under(x, y);
      stage.classList.toggle("net-over", found.place !== null || found.tie !== null);
      host.hover(found, x, y, element);
    },
    out: () => host.hover(null, 0, 0, element),
    click(x, y) {
      const found = under(x, y);
      host.select(found.place, found.tie);
    },
  });

  const selected = (): number | null => model?.at.get(look.get().selected ?? "") ?? null;
  const walk = (direction: Direction, shift: boolean): void => {
    const from = selected();
    if (from === null || shift) {
      const [dx, dy] = { ArrowUp: [0, pan], ArrowDown: [0, -pan], ArrowLeft: [pan, 0], ArrowRight: [-pan, 0] }[direction] as [number, number];
      return change({ ...view, x: view.x + dx, y: view.y + dy });
    }
    const next = model && at ? neighbourTowards(model, at, from, direction) : null;
    around = null;
    if (next === null) return announce(tn("chart.nobody"));
    choose(next);
  };
  const turn = (step: 1 | -1): void => {
    const from = selected();
    if (!model) return;
    if (from === null) return choose(greatest());
    const middle = around !== null && model.neighbours[around]?.includes(from) ? around : from;
    around = middle;
    const next = nextNeighbour(model, middle, middle === from ? null : from, step);
    if (next === null) return announce(tn("chart.alone"));
    choose(next);
  };
  const greatest = (): number | null => (radii.length === 0 ? null : radii.reduce((best, r, i) => (r > (radii[best] ?? 0) ? i : best), 0));

  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      "+": () => zoom(1.25),
      "=": () => zoom(1.25),
      "-": () => zoom(0.8),
      "0": fit,
      Home: () => choose(greatest()),
      PageDown: () => turn(1),
      PageUp: () => turn(-1),
      Escape: () => choose(null),
      " ": () => {
        const id = look.get().selected;
        if (id !== null) host.tryClosing(id);
      },
    };
    for (const key of ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"] as const) keys[key] = () => walk(key, event.shiftKey);
    const run = keys[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });

  const stops = [
    look.watch((state: Look) => state, repaint),
    watchTheme((name) => {
      element.dataset["mapTheme"] = name;
      theme = null;
      repaint();
    }),
    stopPointers,
    maker.destroy,
  ];
  const sized = new ResizeObserver(() => {
    if (at && !moved) view = whole(at);
    repaint();
  });
  sized.observe(stage);

  return {
    element,
    show(next, sizes, layout) {
      const before = model;
      const positions = kind === layout && layout === "force" ? at : null;
      const samePlaces = before !== null && kind === layout && sameShape(before, next);
      model = next;
      radii = Float64Array.from(sizes);
      if (kind !== layout) moved = false;
      kind = layout;
      if (samePlaces && at) return repaint();
      const kept = before && positions ? next.nodes.map(({ id }) => { const i = before.at.get(id); return i === undefined ? null : ([positions.x[i] ?? 0, positions.y[i] ?? 0] as const); }) : undefined;
      at = null;
      delete element.dataset["laid"];
      if (next.nodes.length === 0) {
        busy.hidden = true;
        return repaint();
      }
      busy.hidden = false;
      maker.ask(next, layout, kept?.some((one) => one !== null) ? kept : undefined);
      repaint();
    },
    resize(sizes) {
      radii = Float64Array.from(sizes);
      repaint();
    },
    reveal(place) {
      const i = model?.at.get(place);
      if (i !== undefined) show(i);
    },
    positions: () => at,
    destroy() {
      cancelAnimationFrame(asked);
      rest.cancel();
      sized.disconnect();
      for (const stop of stops) stop();
    },
  };
}

/** Whether nothing that a layout depends on differs. */
function sameShape(a: ChartModel, b: ChartModel): boolean {
  return a.nodes.length === b.nodes.length && a.ties.length === b.ties.length && a.nodes.every(({ id }, i) => b.nodes[i]?.id === id) && a.ties.every(({ from, to, kind }, i) => b.ties[i]?.from === from && b.ties[i]?.to === to && b.ties[i]?.kind === kind);
}
