import type { Heat } from "../../../api/heat";
import { formatDistance } from "../../../core/format";
import { bandwidths, cellWidths, heatModes, heatWeights, offered, type HeatChoice } from "../../../core/heat";
import { checkbox, field, segmented, select } from "../../../ui/field";
import { h } from "../../../ui/h";
import { th } from "./words";

interface ControlOptions {
  aggregatesOnly: boolean;
  changed(choice: HeatChoice): void;
  table(on: boolean): void;
}

/** How the heat is drawn: mode, weight, and the size that goes with the mode. */
export function heatControls({ aggregatesOnly, changed, table }: ControlOptions): { element: HTMLElement; sync(heat: Heat): void } {
  let choice: HeatChoice = { mode: "cells", weight: "count", cell: null, bandwidth: null };
  const set = (part: Partial<HeatChoice>): void => {
    choice = { ...choice, ...part };
    arrange();
    changed(choice);
  };
  const sizes = (metres: readonly number[]): { value: number; label: string }[] => offered(metres, aggregatesOnly).map((value) => ({ value, label: formatDistance(value) }));
  const chosen = (value: string): number | null => (value === "" ? null : Number(value));
  const modes = segmented(th("mode"), heatModes.map((value) => ({ value, label: th(`mode.${value}`) })), choice.mode, (mode) => set({ mode }));
  const weights = segmented(th("weight"), heatWeights.map((value) => ({ value, label: th(`weight.${value}`) })), choice.weight, (weight) => set({ weight }));
  const cellSelect = select(sizes(cellWidths), th("auto"), "", (value) => set({ cell: chosen(value) }));
  const bandSelect = select(sizes(bandwidths), th("auto"), "", (value) => set({ bandwidth: chosen(value) }));
  const cell = field(cellSelect, { label: th("cell") }).element;
  const bandwidth = field(bandSelect, { label: th("bandwidth") }).element;
  const weight = h("div", { class: "field" }, h("span", { class: "heat-label", "aria-hidden": "true" }, th("weight")), weights);
  const arrange = (): void => {
    weight.hidden = choice.mode === "parts";
    cell.hidden = choice.mode !== "cells";
    bandwidth.hidden = choice.mode !== "density";
  };
  arrange();
  const automatic = (control: HTMLSelectElement, metres: number | undefined): void => {
    const first = control.options[0];
    if (first && control.value === "" && metres) first.textContent = th("auto.is", { size: formatDistance(metres) });
  };
  return {
    element: h("div", { class: "heat-tools" }, h("div", { class: "field heat-modes" }, h("span", { class: "heat-label", "aria-hidden": "true" }, th("mode")), modes), weight, cell, bandwidth, checkbox(th("table"), false, table).element),
    sync(heat) {
      automatic(cellSelect, heat.cell?.width);
      automatic(bandSelect, heat.bandwidth);
    },
  };
}
