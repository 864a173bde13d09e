/** Numbers as French readers write them, short enough for a disc on a map. */

const NARROW_SPACE = "\u202f";

/**
 * A count in at most four characters and a unit: 999, « 1,2 k », « 12 k », « 1,2 M ». Rounded down, so that a disc
 * never claims more places than there are.
 */
export function formatCount(n: number): string {
  if (n < 1000) return String(n);
  const [unit, size] = n < 1e6 ? ["k", 1e3] : ["M", 1e6];
  const tenths = Math.floor((n / size) * 10);
  const digits = tenths < 100 && tenths % 10 !== 0 ? `${Math.floor(tenths / 10)},${tenths % 10}` : String(Math.floor(tenths / 10));
  return `${digits}${NARROW_SPACE}${unit}`;
}

/** A coordinate with five decimals (about a metre) and a decimal comma. */
export function formatDegrees(value: number): string {
  return value.toFixed(5).replace("-", "−").replace(".", ",");
}
