/** What a tile says of one link. */
export const LINK_TAGS: Record<string, string | number> = { id: "l1", kind: "supplies", means: "sea", network: "R-13-7KQ", strength: 3, from: "13-A", to: "13-B", from_id: "a", to_id: "b", directed: 1, head: 1 };
