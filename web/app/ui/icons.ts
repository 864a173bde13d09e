import { isSiteKind, type Status } from "../core/vocabulary";
import { kindShape } from "../map/kindshape";

const svgNamespace = "http://www.w3.org/2000/svg";

/** Strokes on a 24 × 24 grid. */
const strokes = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l4.5 4.5",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  filter: "M4 6h16M7 12h10M10 18h4",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  user: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  chevron: "M6 9l6 6 6-6",
  back: "M15 5l-7 7 7 7",
  check: "M5 12.500l4.5 4.500L19 7.5",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  unlock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 5.8-1",
  steps: "M4 17h5v-5h5V7h6",
  target: "M12 3v4M12 17v4M3 12h4M17 12h4M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  print: "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5M12 8h.01",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2",
  shield: "M12 3l8 3v6c0 4.5-3.2 7.7-8 9-4.8-1.3-8-4.5-8-9V6z",
  map: "M9 5L3 7v12l6-2 6 2 6-2V5l-6 2zM9 5v12M15 7v12",
  eye: "M2 12s3.5-6.5 10-6.500S22 12 22 12s-3.5 6.5-10 6.500S2 12 2 12M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  key: "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 12.500L20 4M16.500 7.500l3 3",
  download: "M12 4v11M7.500 10.500L12 15l4.500-4.500M5 20h14",
  upload: "M12 15V4M7.500 8.500L12 4l4.500 4.500M5 20h14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  inbox: "M4 5h16v14H4zM4 13h5l1.5 2.500h3L15 13h5",
  pair: "M9 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12",
  swap: "M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.500a2.2 2.2 0 0 0 4 0",
  apart: "M12 4v16M8 8l-4 4 4 4M4 12h5M16 8l4 4-4 4M20 12h-5",
  undo: "M8 5L4 9l4 4M4 9h9a6 6 0 0 1 0 12H9",
  chart: "M5 20V11M12 20V5M19 20v-6M3 20h18",
  network: "M12 3.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M5.500 15.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M18.500 15.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M10.800 8.300L6.700 15.700M13.200 8.300l4.100 7.400M8 18h8",
  keyboard: "M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M8 15h8",
} as const;

export type Icon = keyof typeof strokes;

function svg(size: number, viewBox: number, className: string): SVGSVGElement {
  const root = document.createElementNS(svgNamespace, "svg");
  root.setAttribute("viewBox", `0 0 ${viewBox} ${viewBox}`);
  root.setAttribute("width", String(size));
  root.setAttribute("height", String(size));
  root.setAttribute("class", className);
  root.setAttribute("aria-hidden", "true");
  root.setAttribute("focusable", "false");
  return root;
}

function path(d: string, className?: string): SVGPathElement {
  const element = document.createElementNS(svgNamespace, "path");
  element.setAttribute("d", d);
  if (className) element.setAttribute("class", className);
  return element;
}

/** A decorative icon: what it stands for is always said in text or in a label beside it. */
export function icon(name: Icon, size = 20): SVGSVGElement {
  const root = svg(size, 24, "icon");
  root.appendChild(path(strokes[name]));
  return root;
}

/** One shape for each status, the same as on the map, so that colour is never alone in telling. */
const shapes: Record<Status, string> = {
  active: "M8 2.200a5.8 5.8 0 1 0 0 11.600A5.8 5.8 0 1 0 8 2.200z",
  disrupted: "M3 3h10v10H3z",
  reported: "M8 2.400L13.6 8 8 13.6 2.4 8z",
  dormant: "M8 1.900L14.6 13.400H1.400z",
  closed: "M3.8 3.800l8.4 8.400M12.2 3.800l-8.4 8.4",
};

export function statusShape(status: Status, size = 16): SVGSVGElement {
  const root = svg(size, 16, `shape shape-${status}`);
  root.appendChild(path(shapes[status]));
  return root;
}

/** The symbol of a place, the same as on the map: a point is the shape of its status, a site the outline of its kind around it. */
export function placeShape(kind: string, status: Status, size = 18): SVGSVGElement {
  const corners = isSiteKind(kind) ? kindShape(kind) : null;
  if (!corners) return statusShape(status, size);
  const root = svg(size + 4, 20, `shape shape-site shape-${status}`);
  root.appendChild(path(`M${corners.map(([x, y]) => `${(10 + x * 6.6).toFixed(2)} ${(10 + y * 6.6).toFixed(2)}`).join("L")}z`, "shape-frame"));
  const inner = path(shapes[status], "shape-inner");
  inner.setAttribute("transform", "translate(5.9 5.9) scale(0.512)");
  root.appendChild(inner);
  return root;
}
