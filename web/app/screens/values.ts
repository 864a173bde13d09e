import type { DealPointProperties } from "../api/client";
import { formatDay } from "../core/format";
import { isObject, type Json } from "../core/json";
import { isOneOf, linkKinds } from "../core/vocabulary";
import { t } from "../i18n";
import { gradingScheme, word } from "../ui/words";
import { formatDecimal } from "../core/coords";

const joined = (value: Json | undefined, say: (item: string) => string = (item) => item): string => (Array.isArray(value) ? value.map((item) => say(String(item))).join(", ") : "");

const day = (value: Json | undefined): string => (typeof value === "string" && value !== "" ? formatDay(value) : "");

const yesNo = (value: Json | undefined): string => (typeof value === "boolean" ? t(value ? "common.yes" : "common.notSeen") : "");

/** A value of the record in words, "" when there is none; the one way in which sheet, history and conflict say values. */
export function valueText(field: string, value: Json | undefined): string {
  if (value === null || value === undefined || value === "") return "";
  switch (field) {
    case "status":
      return statusText(String(value));
    case "kind":
      // A link has a kind, too.
      return word(isOneOf(linkKinds, String(value)) ? "link_kinds" : "kinds", String(value));
    case "means":
      return word("link_means", String(value));
    case "accuracy":
      return word("accuracies", String(value));
    case "products":
      return joined(value, (item) => word("products", item));
    case "intensity":
      return word("intensities", String(value));
    case "lookouts":
    case "obstacles":
    case "cameras":
      return yesNo(value);
    case "since":
    case "until":
    case "first_seen":
    case "last_confirmed":
    case "next_review":
    case "handling.embargo_until":
    case "closing.date":
      return day(value);
    case "handling.reach":
      return word("reaches", String(value));
    case "handling.code":
      return word("handling_codes", String(value));
    case "handling.blurred":
      return t(value === true ? "blurred.yes" : "blurred.no");
    case "closing.reason":
      return word("closing_reasons", String(value));
    case "grading":
      return gradingText(value);
    case "handling":
      return isObject(value) ? partsText(field, value) : String(value);
    case "closing":
      return isObject(value) ? partsText(field, value) : String(value);
    case "owner":
      return isObject(value) ? ownerText(value as unknown as DealPointProperties["owner"]) : String(value);
    case "co_owners":
      return Array.isArray(value) ? value.map((owner) => ownerText(owner as unknown as DealPointProperties["owner"])).join(", ") : "";
    case "geometry":
    case "position":
      return positionText(value);
  }
  if (Array.isArray(value)) return joined(value);
  if (isObject(value)) return partsText(field, value);
  return String(value);
}

/** Places and networks have statuses of their own. */
function statusText(value: string): string {
  const known = word("statuses", value);
  return known === value ? word("network_statuses", value) : known;
}

function partsText(field: string, parts: { readonly [name: string]: Json | undefined }): string {
  return Object.entries(parts)
    .map(([name, value]) => valueText(`${field}.${name}`, value))
    .filter((text) => text !== "")
    .join(" · ");
}

function positionText(value: Json): string {
  const at = isObject(value) ? value["coordinates"] : value;
  if (!Array.isArray(at) || typeof at[0] !== "number" || typeof at[1] !== "number") return "";
  return formatDecimal({ lon: at[0], lat: at[1] });
}

/** "Source A · Information 2", with what each means where the scheme says so. */
function gradingText(value: Json): string {
  if (!isObject(value) || !value["scheme"]) return "";
  const scheme = gradingScheme(String(value["scheme"]));
  const source = String(value["source"] ?? "");
  const information = String(value["information"] ?? "");
  const say = (terms: { value: string; label: string }[] | undefined, code: string): string => {
    const label = terms?.find((term) => term.value === code)?.label ?? "";
    return label.startsWith(code) ? label : [code, label].filter(Boolean).join(" · ");
  };
  return `${say(scheme?.sources, source)} ; ${say(scheme?.information, information)}`;
}

export function ownerText(owner: DealPointProperties["owner"] | undefined): string {
  return owner ? [word("services", owner.service), owner.unit].filter(Boolean).join(" · ") : "";
}
