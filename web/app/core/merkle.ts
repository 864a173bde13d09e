/**
 * Merkle trees as RFC 6962 has them, and signed notes (C2SP): an auditor's browser computes again what a proof says,
 * instead of believing the server that it asks.
 */
type Bytes = Uint8Array<ArrayBuffer>;

const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

const sha256 = async (...parts: readonly Uint8Array[]): Promise<Bytes> => {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
};

const nodePrefix = Uint8Array.of(1);
const node = (left: Uint8Array, right: Uint8Array): Promise<Bytes> => sha256(nodePrefix, left, right);
const leafPrefix = Uint8Array.of(0);
export const leafHash = (record: Uint8Array): Promise<Bytes> => sha256(leafPrefix, record);

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
const half = (n: number): number => Math.floor(n / 2);
const odd = (n: number): boolean => n % 2 === 1;

/** What a proof of inclusion says; line counts from 1, hashes are base64. */
export interface Inclusion {
  line: number;
  size: number;
  leaf: string;
  root: string;
  hashes: readonly string[];
}

/** Whether the leaf at this line is in the tree of this size and root (RFC 9162, 2.1.3.2). */
export async function included({ line, size, leaf, root, hashes }: Inclusion): Promise<boolean> {
  if (line < 1 || line > size) return false;
  let [index, last] = [line - 1, size - 1];
  let hash = fromBase64(leaf);
  for (const text of hashes) {
    const other = fromBase64(text);
    if (last === 0) return false;
    if (odd(index) || index === last) {
      hash = await node(other, hash);
      while (!odd(index) && index !== 0) [index, last] = [half(index), half(last)];
    } else {
      hash = await node(hash, other);
    }
    [index, last] = [half(index), half(last)];
  }
  return last === 0 && equal(hash, fromBase64(root));
}

export interface Consistency {
  old: number;
  size: number;
  old_root: string;
  root: string;
  hashes: readonly string[];
}

/** Whether the tree of this size and root begins with the tree of the old size and root (RFC 9162, 2.1.4.2). */
export async function consistent({ old, size, old_root: oldRoot, root, hashes }: Consistency): Promise<boolean> {
  if (old < 1 || old > size) return false;
  if (old === size) return hashes.length === 0 && oldRoot === root;
  const path = hashes.map(fromBase64);
  if (Number.isInteger(Math.log2(old))) path.unshift(fromBase64(oldRoot));
  const first = path.shift();
  if (!first) return false;
  let [index, last] = [old - 1, size - 1];
  while (odd(index)) [index, last] = [half(index), half(last)];
  let [oldHash, newHash] = [first, first];
  for (const other of path) {
    if (last === 0) return false;
    if (odd(index) || index === last) {
      oldHash = await node(other, oldHash);
      newHash = await node(other, newHash);
      while (!odd(index) && index !== 0) [index, last] = [half(index), half(last)];
    } else {
      newHash = await node(newHash, other);
    }
    [index, last] = [half(index), half(last)];
  }
  return last === 0 && equal(oldHash, fromBase64(oldRoot)) && equal(newHash, fromBase64(root));
}

/** What a signed checkpoint says. */
export interface Note {
  origin: string;
  size: number;
  root: string;
  /** When it was signed, "" when it does not say. */
  time: string;
}

/** Reads a checkpoint's text; null when it is none. */
export function readNote(note: string): Note | null {
  const [text = ""] = note.replaceAll("\r\n", "\n").trimStart().split("\n\n");
  const [origin = "", size = "", root = "", ...more] = text.split("\n");
  if (origin === "" || !/^\d{1,15}$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) return null;
  const time = more.find((line) => line.startsWith("time="))?.slice(5) ?? "";
  return { origin, size: Number(size), root, time };
}

/** Whether a note's signature is that of a verifier key; null when this browser cannot tell. */
export async function signedBy(note: string, key: string): Promise<boolean | null> {
  const cut = note.lastIndexOf("\n\n");
  const [name, id, material] = splitKey(key);
  const line = note.slice(cut + 2).split("\n").find((one) => one.startsWith(`— ${name} `));
  if (cut < 0 || !line) return false;
  try {
    const sealed = fromBase64(line.slice(line.lastIndexOf(" ") + 1));
    const told = [...sealed.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const verifier = fromBase64(material);
    if (told !== id || verifier[0] !== 1) return false;
    const imported = await crypto.subtle.importKey("raw", verifier.slice(1), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, sealed.slice(4), new TextEncoder().encode(note.slice(0, cut + 1)));
  } catch {
    return null;
  }
}

/** Base64 may hold plus signs too: only the first two part the key. */
function splitKey(key: string): [string, string, string] {
  const first = key.indexOf("+");
  const second = key.indexOf("+", first + 1);
  return [key.slice(0, first), key.slice(first + 1, second), key.slice(second + 1)];
}
