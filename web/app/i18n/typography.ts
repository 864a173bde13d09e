/** French typographic spaces and apostrophes, so that the dictionaries can be typed with plain ones. */
export function frenchTypography(text: string): string {
  return text
    .replace(/'/g, "’")
    .replace(/ ([;!?])/g, "\u202f$1")
    .replace(/ ([:»%])/g, "\u00a0$1")
    .replace(/« /g, "«\u00a0")
    .replace(/n° /g, "n°\u00a0");
}
