import { territoryField as anyTerritory, type TerritoryField } from "../desk/territoryfield";
import { tn } from "./words";

/** One territory by its name or code. */
export const territoryField = (options: { label: string; help?: string; required?: boolean; name?: string; changed?(code: string): void }): TerritoryField => anyTerritory({ ...options, placeholder: tn("territory.placeholder"), clear: tn("territory.clear") });
