import { describe, expect, it } from "vitest";
import { consistency, inclusion, key, note } from "./merkle.fixture";
import { consistent, included, leafHash, readNote, signedBy, toBase64 } from "./merkle";

/** Another hash of the same length. */
const other = (hash: string): string => (hash.startsWith("A") ? "B" : "A") + hash.slice(1);

describe("a proof of inclusion", () => {
  it.each(inclusion)("holds for line $line of $size", async (proof) => {
    expect(await included(proof)).toBe(true);
    expect(toBase64(await leafHash(new TextEncoder().encode(`line ${proof.line}`)))).toBe(proof.leaf);
  });

  it.each(inclusion)("fails for line $line of $size as soon as anything differs", async (proof) => {
    expect(await included({ ...proof, leaf: other(proof.leaf) })).toBe(false);
    expect(await included({ ...proof, root: other(proof.root) })).toBe(false);
    expect(await included({ ...proof, hashes: [...proof.hashes, proof.root] })).toBe(false);
    for (const i of proof.hashes.keys()) {
      expect(await included({ ...proof, hashes: proof.hashes.map((hash, j) => (i === j ? other(hash) : hash)) })).toBe(false);
      expect(await included({ ...proof, hashes: proof.hashes.toSpliced(i, 1) })).toBe(false);
    }
    if (proof.size > 1) expect(await included({ ...proof, line: (proof.line % proof.size) + 1 })).toBe(false);
    expect(await included({ ...proof, line: proof.size + 1 })).toBe(false);
    expect(await included({ ...proof, line: 0 })).toBe(false);
  });
});

describe("a proof of consistency", () => {
  it.each(consistency)("holds from $old to $size", async (proof) => expect(await consistent(proof)).toBe(true));

  it.each(consistency)("fails from $old to $size as soon as anything differs", async (proof) => {
    expect(await consistent({ ...proof, old_root: other(proof.old_root) })).toBe(false);
    expect(await consistent({ ...proof, root: other(proof.root) })).toBe(false);
    for (const i of proof.hashes.keys()) expect(await consistent({ ...proof, hashes: proof.hashes.map((hash, j) => (i === j ? other(hash) : hash)) })).toBe(false);
    if (proof.hashes.length > 0) expect(await consistent({ ...proof, hashes: proof.hashes.slice(1) })).toBe(false);
    expect(await consistent({ ...proof, old: proof.size + 1 })).toBe(false);
  });
});

describe("a checkpoint's note", () => {
  it("is read", () => expect(readNote(note)).toEqual({ origin: "dealmap/journal", size: 13, root: consistency[0]?.root, time: "2026-11-23T18:00:00Z" }));

  it.each(["", "dealmap/journal\n13\n", "dealmap/journal\n-1\nAAAA\n\n", "a\n1\nnot base64\n\n— x y\n"])("is refused when it is none: %j", (text) => expect(readNote(text)).toBeNull());

  it("is verified with its key, and with no other and not when a letter differs", async () => {
    expect(await signedBy(note, key)).toBe(true);
    expect(await signedBy(note.replace("\n13\n", "\n14\n"), key)).toBe(false);
    expect(await signedBy(note, key.replace("dealmap", "another"))).toBe(false);
    expect(await signedBy("nothing", key)).toBe(false);
  });
});
