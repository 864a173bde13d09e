import { getPoint } from "../../api/calls";
import { ApiError, type DealPoint } from "../../api/client";
import { settlePair, splitPoint, type DuplicatePair } from "../../api/merging";
import type { Done } from "../../core/pairqueue";
import { maybeMoved, readAnew } from "./anew";
import { tg } from "./words";

export interface TakenBack {
  /** The pair as it now stands, null when the verdict could not be taken back. */
  pair: DuplicatePair | null;
  text: string;
  /** Where to go on, when it could not. */
  open?: string;
}

/** Takes a verdict back: a merge by parting the records, another by opening the pair again. */
export async function takeBack(done: Done): Promise<TakenBack> {
  const { pair } = done;
  const names = { a: pair.a.properties.reference, b: pair.b.properties.reference };
  if (done.verdict === "later") return { pair, text: tg("undone.later", names) };
  try {
    if (done.verdict === "merge") return await part(done);
    await settlePair(pair.a.id, pair.b.id, "open");
    return renewed(pair, tg("undone.verdict", names));
  } catch (error) {
    if (maybeMoved(error)) return { pair: null, text: tg("undo.gone") };
    throw error;
  }
}

async function part({ pair, into, from }: Extract<Done, { verdict: "merge" }>): Promise<TakenBack> {
  const names = { into: into.properties.reference, from: from.properties.reference };
  try {
    await split(into, from.id);
  } catch (error) {
    // What people changed since has to be given to one of both, which is asked where the point is shown.
    if (!(error instanceof ApiError) || !(error.problem?.errors ?? []).some(({ field }) => field.startsWith("assign."))) throw error;
    return { pair: null, text: tg("undo.changed", names), open: names.into };
  }
  return renewed(pair, tg("undone.merge", names));
}

/** Another pair may have been merged into the same point since: its revision is then read again, once. */
async function split(into: DealPoint, member: string): Promise<void> {
  try {
    await splitPoint(into, member, {});
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    await splitPoint(await getPoint(into.id), member, {});
  }
}

async function renewed(pair: DuplicatePair, text: string): Promise<TakenBack> {
  const now = await readAnew(pair);
  return typeof now === "string" ? { pair: null, text: now } : { pair: now, text };
}
