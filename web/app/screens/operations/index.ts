import "../../styles/operations.css";
import { store } from "../../state";
import { openDesk } from "../desk/desk";
import { formPage } from "./form";
import { listPage } from "./list";
import { onePage } from "./one";
import { to } from "./words";

/** Whether this viewer may record operations. */
const mayOperate = (): boolean => store.get().me.allowed.includes("operate");

/** Operations on the ground: the list, one with the watch after it, and the form that records or changes one. */
export function openOperations(content: HTMLElement): { destroy(): void } {
  return openDesk(content, to("title"), [
    { id: "list", label: to("list"), open: listPage },
    ...(mayOperate() ? [{ id: "new", label: to("new"), open: formPage }, { id: "edit", label: to("edit"), untabbed: true, open: formPage }] : []),
    { id: "operation", label: to("one"), untabbed: true, open: onePage },
  ]);
}
