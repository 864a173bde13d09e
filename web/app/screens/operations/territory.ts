import { territoryField as anyTerritory, type TerritoryField } from "../desk/territoryfield";
import { to } from "./words";

/** One territory by its name or code. */
export const territoryField = (asked: { label: string; placeholder?: string; required?: boolean; changed?(code: string): void }): TerritoryField =>
  anyTerritory({ placeholder: to("territory.placeholder"), clear: to("territory.clear"), ...asked });
