/** The words of the record, in the order in which screens list them. Labels are in i18n. */
export const statuses = ["active", "disrupted", "reported", "dormant", "closed"] as const;
export const kinds = ["street", "four", "drive", "delivery"] as const;
/** The kinds of support site: what the trade keeps, grows, brings in and passes through. */
export const siteKinds = ["stash_flat", "warehouse", "entry_point", "growing_site", "growshop", "business"] as const;
export const products = ["cannabis", "cocaine", "crack", "heroin", "mdma", "ketamine", "nps", "other"] as const;
export const accuracies = ["door", "building", "estate", "street", "commune"] as const;
export const services = ["PN", "PP", "GN", "DGDDI", "CROSS", "OFAST"] as const;
export const reaches = ["service", "departement", "zone", "national", "group"] as const;
export const handlingCodes = ["H0", "H1", "H2", "H3"] as const;
export const linkKinds = ["supplies", "stores_for", "displaced_to", "same_network", "rival"] as const;
export const linkMeans = ["road", "sea", "air", "rail", "post", "foot"] as const;
export const closingReasons = ["dismantled", "displaced", "faded", "duplicate", "error"] as const;

export type Status = (typeof statuses)[number];
export type Kind = (typeof kinds)[number] | (typeof siteKinds)[number];
export type LinkKind = (typeof linkKinds)[number];
export type Means = (typeof linkMeans)[number];
export type Product = (typeof products)[number];

/** Whether a kind is that of a support site; every other one, known here or not, is that of a deal point. */
export const isSiteKind = (kind: string): boolean => isOneOf(siteKinds, kind);

/** What the map opens on: everything that is not closed. */
export const openStatuses: readonly Status[] = ["active", "disrupted", "reported", "dormant"];

export const isOneOf = <T extends string>(words: readonly T[], word: string): word is T => (words as readonly string[]).includes(word);
