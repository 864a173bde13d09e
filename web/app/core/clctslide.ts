/** Where a key takes the handle of a slider of `n` steps; null for a key that is not the slider's. */
export function slide(key: string, at: number, n: number): number | null {
  const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, PageDown: at - 12, PageUp: at + 12, Home: 0, End: n - 1 }[key];
  return to === undefined ? null : Math.min(n - 1, Math.max(0, to));
}

/** The step under the pointer, `x` pixels into a slider `width` wide. */
export function stepAt(x: number, width: number, n: number): number {
  if (!(width > 0) || n < 1) return 0;
  return Math.min(n - 1, Math.max(0, Math.floor((x / width) * n)));
}

/** Where playing begins: from the handle, or from the first step when it already stands at the end. */
export const playFrom = (at: number, n: number): number => (at >= n - 1 ? 0 : at);
