/** Letters and digits that cannot be taken for one another when they are read aloud or copied by hand. */
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

/** A password to be used once: four groups of four, 79 bits. */
export function oneTimePassword(random: (bytes: Uint8Array<ArrayBuffer>) => void = (bytes) => void crypto.getRandomValues(bytes)): string {
  // Bytes past the last whole multiple would favour the first letters.
  const limit = 256 - (256 % alphabet.length);
  let letters = "";
  while (letters.length < 16) {
    const bytes = new Uint8Array(32);
    random(bytes);
    for (const byte of bytes) if (byte < limit) letters += alphabet[byte % alphabet.length];
  }
  return (letters.slice(0, 16).match(/.{4}/g) ?? []).join("-");
}
