import { territoryField as anyTerritory, type TerritoryField } from "../desk/territoryfield";
import { tg } from "./words";

/** One territory by its name or code; empty stands for all those that the person works in. */
export const territoryField = (help: string | undefined, changed: (code: string) => void): TerritoryField =>
  anyTerritory({ label: tg("territory"), placeholder: tg("territory.mine"), clear: tg("territory.clear"), name: "territory", changed, ...(help ? { help } : {}) });
