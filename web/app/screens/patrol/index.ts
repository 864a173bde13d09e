import "../../styles/operations.css";
import { store } from "../../state";
import { openDesk } from "../desk/desk";
import { duePage } from "./due";
import { planPage } from "./plan";
import { tp } from "./words";

/** Where to pass by and when, and, for who may close, which closings are to be checked. */
export function openPatrols(content: HTMLElement): { destroy(): void } {
  return openDesk(content, tp("title"), [{ id: "plan", label: tp("plan"), open: planPage }, ...(store.get().me.allowed.includes("close") ? [{ id: "due", label: tp("due"), open: duePage }] : [])]);
}
