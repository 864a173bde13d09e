import type { Import, ImportStage, RowState } from "../../api/imports";
import { h } from "../../ui/h";
import { tl } from "./rowwords";
import { ti } from "./words";

const stageTones: Record<ImportStage, string> = { uploaded: "badge-accent", staging: "badge-accent", staged: "badge-accent", committing: "badge-accent", committed: "badge-good", undoing: "badge-accent", undone: "", failed: "badge-bad" };

export const stageBadge = ({ stage }: Pick<Import, "stage">): HTMLElement => h("span", { class: `badge ${stageTones[stage]}` }, ti(`stage.${stage}`));

const stateTones: Record<RowState, string> = { quarantined: "badge-bad", review: "badge-warn", merge: "badge-accent", new: "badge-good", known: "", skipped: "", done: "badge-good" };

export const stateBadge = (state: RowState): HTMLElement => h("span", { class: `badge ${stateTones[state]}` }, tl(`state.${state}`));
