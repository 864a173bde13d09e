interface Gestures {
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  over(x: number, y: number): void;
  out(): void;
  click(x: number, y: number): void;
}

/** Farther than this a press is a drag, in pixels. */
const slop = 4;

/** Mouse, pen, fingers and wheel over an element; positions are within it. Returns how to stop. */
export function pointers(element: HTMLElement, { pan, zoom, over, out, click }: Gestures): () => void {
  const down = new Map<number, { x: number; y: number }>();
  let dragged = false;
  const place = (event: MouseEvent): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    down.set(event.pointerId, place(event));
    if (down.size === 1) dragged = false;
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    const now = place(event);
    const before = down.get(event.pointerId);
    if (!before) return over(now.x, now.y);
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    if (!dragged && down.size === 1 && Math.hypot(dx, dy) < slop) return;
    dragged = true;
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const was = Math.hypot(before.x - other.x, before.y - other.y) || 1;
      zoom(Math.hypot(now.x - other.x, now.y - other.y) / was, (now.x + other.x) / 2, (now.y + other.y) / 2);
      pan(dx / 2, dy / 2);
    } else pan(dx, dy);
    down.set(event.pointerId, now);
  };
  const lift = (event: PointerEvent): void => {
    const at = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (at && !dragged && event.type === "pointerup") click(at.x, at.y);
  };
  const turn = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = place(event);
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 18 : event.deltaY;
    zoom(2 ** (-Math.max(-200, Math.min(200, pixels)) / 240), x, y);
  };
  element.addEventListener("pointerdown", press);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", lift);
  element.addEventListener("pointercancel", lift);
  element.addEventListener("pointerleave", out);
  element.addEventListener("wheel", turn, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", press);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", lift);
    element.removeEventListener("pointercancel", lift);
    element.removeEventListener("pointerleave", out);
    element.removeEventListener("wheel", turn);
  };
}
