import type { ConsultationLine } from "../../api/desk";
import { filterParts, tileCentre, tileWidth } from "../../core/audit";
import type { Position } from "../../core/coords";
import { formatDay } from "../../core/format";
import { isKey, t, locale } from "../../i18n";
import { word } from "../../ui/words";
import { isAuditKey, tu, type AuditKey } from "./words";

/** What kind of output a line is of. */
export function whatLabel(what: string | undefined, label?: string): string {
  const key = `what.${what ?? ""}`;
  return isAuditKey(key) ? tu(key) : (label ?? what ?? "");
}

/** What a line showed, in words: the tile and where it lies, the recipients of an export, what was searched for. */
export function sentence(line: ConsultationLine): string {
  const { what, tile = "", query = "", recipients = [], detail = "" } = line;
  switch (what) {
    case "tile":
      return tileSentence(tile, line.layers ?? "") || whatLabel(what, line.what_label);
    case "export":
      return recipients.length > 0 ? tu("say.export", { recipients: recipients.join(", ") }) : whatLabel(what);
    case "graph_file":
      return [whatLabel(what, line.what_label), recipients.length > 0 ? tu("say.export", { recipients: recipients.join(", ") }) : "", detail].filter(Boolean).join(" · ");
    case "search":
      return [whatLabel(what), query === "" ? "" : tu("say.searched", { text: new URLSearchParams(query).get("q") ?? query })].filter(Boolean).join(" · ");
    default:
      return [whatLabel(what, line.what_label), detail].filter(Boolean).join(" · ");
  }
}

function tileSentence(tile: string, layers: string): string {
  const where = tileCentre(tile);
  if (!where) return "";
  const km = tileWidth(where);
  const named = layers.split(",").map((layer) => {
    const key = `layer.${layer}`;
    return isAuditKey(key) ? tu(key) : layer;
  });
  return tu("say.tile", { z: String(where.zoom), at: around(where.at, where.zoom), km: km.toLocaleString(locale(), { maximumSignificantDigits: 2 }), layers: named.join(", ") });
}

/** As fine as the tile is. */
function around({ lat, lon }: Position, zoom: number): string {
  const digits = zoom >= 12 ? 3 : zoom >= 8 ? 2 : 1;
  const say = (degrees: number, positive: string, negative: string): string => `${Math.abs(degrees).toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits })}°\u00a0${degrees < 0 ? negative : positive}`;
  return `${say(lat, "N", "S")} ${say(lon, "E", tu("west"))}`;
}

/** Filters by place: a box and a circle are said by their centre. */
function corner(name: string, value: string): string {
  const numbers = value.split(",").map(Number);
  const [a = NaN, b = NaN, c = NaN, d = NaN] = numbers;
  if (numbers.some(Number.isNaN)) return "";
  if (name === "bbox" && numbers.length === 4) return tu("filter.bbox", { at: around({ lon: (a + c) / 2, lat: (b + d) / 2 }, 12) });
  if (name === "near" && numbers.length === 2) return tu("filter.near", { at: around({ lon: a, lat: b }, 12) });
  return name === "radius" ? tu("filter.radius", { n: a }) : "";
}

const dates: Readonly<Record<string, AuditKey>> = { confirmed_after: "filter.confirmedAfter", confirmed_before: "filter.confirmedBefore" };

const lists = { status: "statuses", kind: "kinds", product: "products", service: "services" } as const;

/** A filter's query in words: "État : Actif, Fermé · Produit : Cannabis". */
export function filterText(query: string): string {
  return filterParts(query)
    .filter(([name]) => name !== "limit" && name !== "cursor")
    .map(([name, values]) => {
      const where = corner(name, values[0] ?? "");
      if (where !== "") return where;
      if (name === "as_of") return tu("as_of", { day: formatDay(values[0] ?? "") });
      const date = dates[name];
      if (date) return tu(date, { day: formatDay(values[0] ?? "") });
      const list = lists[name as keyof typeof lists] as (typeof lists)[keyof typeof lists] | undefined;
      const key = `filters.${name}`;
      const label = isKey(key) ? t(key) : name;
      return `${label}\u00a0: ${values.map((value) => (list ? word(list, value) : value)).join(", ")}`;
    })
    .join(" · ");
}
