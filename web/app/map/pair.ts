/** Draws two records that may be one place: each with the ground that its accuracy leaves open, and the line between them. */
import type { Frame } from "./overlay";
import type { Theme } from "./theme";
import { toWorld } from "./tilemath";
import type { PairPoint } from "./types";

const SIZE = 9;

/** Equator of the sphere of Web Mercator, in metres. */
const EQUATOR = 2 * Math.PI * 6_378_137;

export function paintPair(ctx: CanvasRenderingContext2D, frame: Frame, points: readonly PairPoint[], theme: Theme): void {
  const { colours } = theme;
  const placed = points.map((point) => {
    const [x, y] = toWorld(point.lngLat);
    const metre = frame.worldPixels / (EQUATOR * Math.cos((point.lngLat[1] * Math.PI) / 180));
    return { ...point, x: x * frame.worldPixels - frame.left, y: y * frame.worldPixels - frame.top, reach: point.radius * metre };
  });
  ctx.save();
  for (const { x, y, reach } of placed) {
    ctx.beginPath();
    ctx.arc(x, y, reach, 0, 2 * Math.PI);
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = colours.clusterFill;
    ctx.fill();
    ctx.globalAlpha = 0.7;
    ctx.strokeStyle = colours.clusterFill;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  const [a, b] = placed;
  if (a && b) {
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    ctx.setLineDash([6, 5]);
    ctx.strokeStyle = colours.select;
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.setLineDash([]);
  }
  ctx.lineWidth = 3;
  // Squares first: where both lie on one spot the disc shows inside the square.
  for (const { x, y, square } of [...placed].sort((p, q) => Number(q.square) - Number(p.square))) {
    ctx.beginPath();
    if (square) ctx.rect(x - SIZE - 1, y - SIZE - 1, 2 * SIZE + 2, 2 * SIZE + 2);
    else ctx.arc(x, y, SIZE - 1, 0, 2 * Math.PI);
    ctx.fillStyle = square ? colours.land : colours.clusterFill;
    ctx.strokeStyle = square ? colours.clusterFill : colours.casing;
    ctx.fill();
    ctx.stroke();
  }
  ctx.font = `650 13px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.lineJoin = "round";
  ctx.lineWidth = 4;
  ctx.strokeStyle = colours.labelHalo;
  ctx.fillStyle = colours.label;
  placed.forEach(({ x, y, label }, i) => {
    const above = placed.length < 2 || (i === 0) === (placed[0]!.y <= placed[1]!.y);
    ctx.textBaseline = above ? "bottom" : "top";
    const line = y + (above ? -1 : 1) * (SIZE + 7);
    ctx.strokeText(label, x, line);
    ctx.fillText(label, x, line);
  });
  ctx.restore();
}
