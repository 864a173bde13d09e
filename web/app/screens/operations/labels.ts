import type { OperationType, ResultName } from "../../core/operations";
import { currentLanguage } from "../../i18n";
import { store } from "../../state";
import { to } from "./words";

type Terms = readonly { value: string; label: string }[];

/** French labels are the server's own where it has them. */
function label(list: string, value: string, own: string): string {
  if (currentLanguage() !== "fr") return own;
  const terms = (store.get().vocabulary as unknown as Record<string, Terms | undefined>)[list];
  return terms?.find((term) => term.value === value)?.label ?? own;
}

export const typeLabel = (type: OperationType): string => label("operation_types", type, to(`type.${type}`));
export const resultLabel = (name: ResultName): string => label("operation_results", name, to(`result.${name}`));
