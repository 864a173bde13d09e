import { isObject, type JsonObject } from "./json";
import type { KeptKey, Keyring } from "./keyring";
import { applyPatch, mergePatch } from "./patch";

/** What was typed in a form and did not reach the server: how it differs from what the form began with. */
interface Draft {
  typed: JsonObject;
  /** The request that may have been carried out although its answer never came. */
  key?: KeptKey;
}

/** The browser's store of this tab, as far as it is needed. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Drafts of one person, by the form that they were typed in. */
export interface Drafts {
  get(subject: string, form: string): Draft | null;
  put(subject: string, form: string, draft: Draft): void;
  drop(subject: string, form: string): void;
  /** Forgets everything, whose ever it is. */
  clear(): void;
}

/** Under what name the browser keeps them. */
export const draftsName = "dealmap.drafts";

/** Forms that are kept at most; the oldest goes first. */
const most = 20;

/**
 * Keeps drafts in memory and on a shelf, so that they outlive a reload of the tab. They are one person's: whoever else asks gets nothing,
 * and nothing of them stays. A shelf that is full, or refused, leaves them in memory.
 */
export function createDrafts(shelf: () => Shelf): Drafts {
  let owner = "";
  let kept: Map<string, Draft> | null = null;
  const onShelf = (use: (shelf: Shelf) => void): void => {
    try {
      use(shelf());
    } catch {
      // Memory has them still.
    }
  };
  const save = (): void =>
    onShelf((shelf) => {
      shelf.removeItem(draftsName);
      if (kept && kept.size > 0) shelf.setItem(draftsName, JSON.stringify({ subject: owner, forms: [...kept] }));
    });
  const clear = (): void => {
    owner = "";
    kept = new Map();
    save();
  };
  const read = (): void => {
    kept = new Map();
    onShelf((shelf) => {
      const value: unknown = JSON.parse(shelf.getItem(draftsName) ?? "null");
      if (!isObject(value) || typeof value["subject"] !== "string" || !Array.isArray(value["forms"])) return;
      owner = value["subject"];
      kept = new Map((value["forms"] as unknown[]).filter(isEntry));
    });
  };
  /** The drafts of a person; somebody else's are dropped. */
  const of = (subject: string): Map<string, Draft> => {
    if (!kept) read();
    if (owner !== subject) {
      clear();
      owner = subject;
    }
    return kept ?? new Map();
  };
  return {
    get: (subject, form) => of(subject).get(form) ?? null,
    put(subject, form, draft) {
      const forms = of(subject);
      forms.delete(form);
      forms.set(form, draft);
      for (const oldest of forms.keys()) if (forms.size > most) forms.delete(oldest);
      save();
    },
    drop(subject, form) {
      if (of(subject).delete(form)) save();
    },
    clear,
  };
}

function isEntry(value: unknown): value is [string, Draft] {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== "string" || !isObject(value[1]) || !isObject(value[1]["typed"])) return false;
  const key = value[1]["key"];
  return key === undefined || (Array.isArray(key) && key.length === 2 && key.every((part) => typeof part === "string"));
}

/** What a form holds, in whatever shape it writes it back. */
export interface Typed {
  read(): JsonObject;
  write(values: JsonObject): void;
}

/** The draft of one form while it is open. */
export interface OpenDraft {
  /** Whether what was typed before is in the form again. */
  readonly restored: boolean;
  readonly dirty: boolean;
  /** Keeps what differs from what the form began with. */
  keep(): void;
  /** A call failed: keeps what was typed, and from then on what is typed, when the server was not reached. Says whether it did. */
  failed(status: number): boolean;
  /** Something was typed: once a call has failed, it is kept too. */
  changed(): void;
  /** Sent, or given up: nothing is kept, and nothing will be. */
  done(): void;
  /** Gives up what was put back, and the form is as it would have been. */
  startOver(): void;
}

/** The server was not reached, or cannot write now: what was typed is as good as before. 0 is no answer at all. */
export const isUnsent = (status: number): boolean => [0, 502, 503, 504].includes(status);

/** Puts back what was typed in a form before. To be called once the form holds what it begins with. */
export function openDraft(drafts: Drafts, subject: string, form: string, { read, write }: Typed, keys?: Keyring): OpenDraft {
  const pristine = read();
  const before = drafts.get(subject, form);
  if (before) {
    write(applyPatch(pristine, before.typed));
    if (before.key) keys?.goOn(before.key);
  }
  let following = before !== null;
  let over = false;
  const differs = (): JsonObject => mergePatch(pristine, read());
  const keep = (): void => {
    if (over) return;
    const typed = differs();
    const key = keys?.kept();
    if (Object.keys(typed).length === 0) drafts.drop(subject, form);
    else drafts.put(subject, form, key ? { typed, key } : { typed });
  };
  const drop = (): void => drafts.drop(subject, form);
  return {
    restored: before !== null,
    get dirty() {
      return Object.keys(differs()).length > 0;
    },
    keep,
    failed(status) {
      if (!isUnsent(status)) return false;
      following = true;
      keep();
      return true;
    },
    changed: () => following && keep(),
    done() {
      over = true;
      drop();
    },
    startOver() {
      following = false;
      drop();
      write(pristine);
    },
  };
}
