import { communityColour, kindShape, tieColour, tieDash, tieSign, tieWidth } from "../../map/linkstyle";
import { DEFAULT_COLOURS } from "../../map/theme";
import { signAt, tieCurve } from "../../map/tiecurve";
import { placeLabels } from "./labels";
import type { Look } from "./look";
import type { ChartModel } from "./model";
import type { Positions } from "./spread";

interface SvgTexts {
  title: string;
  /** What the drawing shows, for whoever does not see it. */
  description: string;
  /** Stands above and below the drawing: who may have it. */
  mention: string;
  /** Below: on what day, and by what. */
  footer: string;
  kinds: readonly { value: string; label: string }[];
  statuses: readonly { value: string; label: string }[];
  /** That which is not known has an empty value. */
  means: readonly { value: string; label: string }[];
  linkKinds: readonly { value: string; label: string }[];
}

const xml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
const n = (value: number): string => String(Math.round(value * 10) / 10);
const colours = DEFAULT_COLOURS.light;
const room = 60;
const font = "font-family=\"Inter, 'Segoe UI', Roboto, Arial, sans-serif\"";

/** The chart as a drawing of lines and shapes, on white, with its legend, its mention and its day: for a report. */
export function svgFile(model: ChartModel, { x, y }: Positions, radii: Float64Array, look: Pick<Look, "closed" | "cutOff" | "communities" | "analysis" | "byId">, texts: SvgTexts): string {
  let [minX, maxX, minY, maxY] = [0, 600, 0, 200];
  if (x.length > 0) [minX, maxX, minY, maxY] = [x.reduce((a, b) => Math.min(a, b)), x.reduce((a, b) => Math.max(a, b)), y.reduce((a, b) => Math.min(a, b)), y.reduce((a, b) => Math.max(a, b))];
  const legend = legendOf(model, texts);
  const width = Math.max(760, maxX - minX + 2 * room);
  const head = 84;
  const [shiftX, shiftY] = [(width - (maxX - minX)) / 2 - minX, head + room - minY];
  const bottom = head + maxY - minY + 2 * room;
  const rows = Math.ceil(legend.length / Math.max(1, Math.floor((width - 48) / 190)));
  const height = bottom + rows * 22 + 84;
  const at = (i: number): [number, number] => [(x[i] ?? 0) + shiftX, (y[i] ?? 0) + shiftY];

  const lines: string[] = [];
  for (const tie of model.ties) {
    const [[ax, ay], [bx, by]] = [at(tie.from), at(tie.to)];
    const curve = tieCurve(ax, ay, bx, by, (radii[tie.from] ?? 0) + 2, (radii[tie.to] ?? 0) + 2, tie.bend);
    if (!curve) continue;
    const [from, to] = [model.nodes[tie.from], model.nodes[tie.to]];
    const faint = look.closed.has(from?.id ?? "") || look.closed.has(to?.id ?? "");
    const label = texts.linkKinds.find(({ value }) => value === tie.kind)?.label ?? tie.kind;
    lines.push(`<g${faint ? ' opacity="0.25"' : ""}><title>${xml(`${from?.reference ?? ""} – ${to?.reference ?? ""} : ${label}`)}</title>${tieLine(curve, tie.kind, tie.means, tie.strength, tie.directed)}</g>`);
  }
  const cut = new Set(look.analysis?.articulations);
  const places = model.nodes.map((node, i) => {
    const [cx, cy] = at(i);
    const r = radii[i] ?? 8;
    const measured = look.byId.get(node.id);
    const colour = look.communities && measured ? communityColour(measured.community, "light") : (colours[node.status as keyof typeof colours] ?? colours.reported);
    const hollow = node.status === "closed" || look.closed.has(node.id);
    const shape = placeShape(node.kind, cx, cy, r, hollow ? `fill="#fff" stroke="${colour}" stroke-width="2.5"` : `fill="${colour}" stroke="#fff" stroke-width="1.5"`);
    const ring = cut.has(node.id) ? `<circle cx="${n(cx)}" cy="${n(cy)}" r="${n(r * 1.3 + 3.5)}" fill="none" stroke="${colours.label}" stroke-width="1.6"/>` : "";
    const cross = look.closed.has(node.id) ? `<path d="M${n(cx - r * 0.7)} ${n(cy - r * 0.7)}L${n(cx + r * 0.7)} ${n(cy + r * 0.7)}M${n(cx + r * 0.7)} ${n(cy - r * 0.7)}L${n(cx - r * 0.7)} ${n(cy + r * 0.7)}" stroke="#171a26" stroke-width="2.5" fill="none"/>` : "";
    return `<g${look.cutOff.has(node.id) ? ' opacity="0.35"' : ""}><title>${xml([node.reference, node.name].filter(Boolean).join(" · "))}</title>${shape}${ring}${cross}</g>`;
  });
  const symbols = model.nodes.map((_, i) => ({ x: at(i)[0], y: at(i)[1], radius: radii[i] ?? 8 }));
  const labels = placeLabels(model.nodes.map(({ reference }, i) => ({ i, text: reference, ...(symbols[i] ?? { x: 0, y: 0, radius: 8 }), weight: radii[i] ?? 0 })), symbols, (text) => text.length * 6.6, 13, Infinity).map(({ text, x: lx, y: ly }) => `<text x="${n(lx)}" y="${n(ly + 4)}">${xml(text)}</text>`);
  const columns = Math.max(1, Math.floor((width - 48) / 190));
  const key = legend.map(({ drawn, label }, i) => `<g transform="translate(${24 + (i % columns) * 190} ${n(bottom + Math.floor(i / columns) * 22)})">${drawn}<text x="44" y="4">${xml(label)}</text></g>`);
  const mention = (top: number): string => `<text x="${n(width / 2)}" y="${n(top)}" text-anchor="middle" font-size="15" font-weight="700" fill="#b3261e">${xml(texts.mention)}</text>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" role="img" aria-labelledby="title desc" ${font}>
<title id="title">${xml(texts.title)}</title>
<desc id="desc">${xml(texts.description)}</desc>
<rect width="100%" height="100%" fill="#fff"/>
${mention(28)}
<text x="24" y="60" font-size="18" font-weight="700" fill="#171a26">${xml(texts.title)}</text>
<g id="ties">${lines.join("\n")}</g>
<g id="places">${places.join("\n")}</g>
<g id="names" font-size="11" font-weight="600" text-anchor="middle" fill="#171a26" stroke="#fff" stroke-width="3" paint-order="stroke">${labels.join("\n")}</g>
<g id="legend" font-size="12" fill="#50556a">${key.join("\n")}</g>
<text x="24" y="${n(height - 46)}" font-size="12" fill="#50556a">${xml(texts.footer)}</text>
${mention(height - 20)}
</svg>
`;
}

function tieLine(curve: NonNullable<ReturnType<typeof tieCurve>>, kind: string, means: string | undefined, strength: number, directed: boolean): string {
  const colour = tieColour(kind, "light");
  const width = tieWidth(strength);
  const dash = tieDash(means).map((part) => part * Math.max(1, width / 2));
  const d = curve.bent ? `M${n(curve.x0)} ${n(curve.y0)}Q${n(curve.cx)} ${n(curve.cy)} ${n(curve.x1)} ${n(curve.y1)}` : `M${n(curve.x0)} ${n(curve.y0)}L${n(curve.x1)} ${n(curve.y1)}`;
  const line = `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${n(width)}"${dash.length > 0 ? ` stroke-dasharray="${dash.map(n).join(" ")}"` : ""}/>`;
  const sign = tieSign(kind, directed);
  if (sign === "none") return line;
  const { points, closed } = signAt(curve, sign, 6 + width * 1.6);
  const to = (i: number): string => `${n(points[i]?.[0] ?? 0)} ${n(points[i]?.[1] ?? 0)}`;
  const path = sign === "bar" ? `M${to(0)}L${to(1)}M${to(2)}L${to(3)}` : `M${to(0)}L${to(1)}L${to(2)}${closed ? "Z" : ""}`;
  return `${line}<path d="${path}" fill="${sign === "arrow" ? colour : sign === "hollow" ? "#fff" : "none"}" stroke="${colour}" stroke-width="1.5"/>`;
}

function placeShape(kind: string, cx: number, cy: number, r: number, paint: string): string {
  const corners = kindShape(kind);
  if (!corners) return `<circle cx="${n(cx)}" cy="${n(cy)}" r="${n(r)}" ${paint}/>`;
  return `<path d="M${corners.map(([dx, dy]) => `${n(cx + dx * r)} ${n(cy + dy * r)}`).join("L")}Z" ${paint}/>`;
}

function legendOf(model: ChartModel, { kinds, statuses, means, linkKinds }: SvgTexts): { drawn: string; label: string }[] {
  const used = (list: readonly { value: string; label: string }[], values: ReadonlySet<string | undefined>): { value: string; label: string }[] => list.filter(({ value }) => values.has(value));
  const line = { x0: 0, y0: 0, cx: 18, cy: 0, x1: 36, y1: 0, bent: false };
  return [
    ...used(kinds, new Set(model.nodes.map(({ kind }) => kind))).map(({ value, label }) => ({ drawn: placeShape(value, 18, 0, 7, `fill="#50556a"`), label })),
    ...used(statuses, new Set(model.nodes.map(({ status }) => status))).map(({ value, label }) => ({ drawn: `<circle cx="18" cy="0" r="6" ${value === "closed" ? `fill="#fff" stroke="${colours.closed}" stroke-width="2.5"` : `fill="${colours[value as keyof typeof colours] ?? colours.reported}"`}/>`, label })),
    ...used(linkKinds, new Set(model.ties.map(({ kind }) => kind))).map(({ value, label }) => ({ drawn: tieLine(line, value, undefined, 2, value !== "same_network" && value !== "rival"), label })),
    ...used(means, new Set(model.ties.map((tie) => tie.means ?? ""))).map(({ value, label }) => ({ drawn: tieLine(line, "same_network", value, 2, false), label })),
  ];
}
