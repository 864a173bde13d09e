import { openDesk } from "../desk/desk";
import { listPage } from "./list";
import { onePage } from "./one";
import { profilesPage } from "./profiles";
import { ti } from "./words";

/** The import assistant: lists on their way onto the map, each with its steps, and the mappings that the service keeps. */
export function openImports(content: HTMLElement): { destroy(): void } {
  return openDesk(content, ti("title"), [
    { id: "list", label: ti("list"), open: listPage },
    { id: "profiles", label: ti("profiles"), open: profilesPage },
    { id: "import", label: ti("one"), untabbed: true, open: onePage },
  ]);
}
