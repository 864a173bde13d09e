/**
 * Coordinates as people type them: decimal degrees with point or comma, or degrees, minutes and seconds with French or
 * English letters (N S E O W). WGS 84. Latitude comes first unless letters say otherwise.
 */
export interface Position {
  lat: number;
  lon: number;
}

export type CoordsError = "empty" | "unreadable" | "latitude" | "longitude" | "swapped" | "minutes";
export type CoordsResult = { ok: true; position: Position } | { ok: false; error: CoordsError };

interface Angle {
  value: number;
  axis: "lat" | "lon" | null;
}

const token = /\s*(?:([NSEOW])|([-+−]?\d+(?:[.,]\d+)?)\s*(°|º|D)?|(['’′"”″]+|M(?:IN)?|[,;/]))\s*/gy;

/** Reads a pair of coordinates; the error says what is wrong, never guesses. */
export function parseCoords(text: string): CoordsResult {
  const clean = text.replace(/\s+/g, " ").trim().replace(/^\(|\)$/g, "").toUpperCase();
  if (clean === "") return { ok: false, error: "empty" };
  const angles = readDecimalPair(clean) ?? readSexagesimalPair(clean);
  if (angles === null) return { ok: false, error: "unreadable" };
  if (angles === "minutes") return { ok: false, error: "minutes" };
  let [first, second] = angles;
  if (first.axis === "lon" || second.axis === "lat") [first, second] = [second, first];
  if (first.axis === "lon" || second.axis === "lat") return { ok: false, error: "unreadable" };
  const lettered = first.axis !== null || second.axis !== null;
  return check(first.value, second.value, lettered);
}

/** Checks two decimal values, as from two separate fields. */
export function checkPosition(lat: number, lon: number): CoordsResult {
  return check(lat, lon, false);
}

function check(lat: number, lon: number, lettered: boolean): CoordsResult {
  if (!Number.isFinite(lat) || !Number.isFinite(lon)) return { ok: false, error: "unreadable" };
  if (!lettered && looksSwapped(lat, lon)) return { ok: false, error: "swapped" };
  if (Math.abs(lat) > 90) return { ok: false, error: "latitude" };
  if (Math.abs(lon) > 180) return { ok: false, error: "longitude" };
  return { ok: true, position: { lat: round(lat), lon: round(lon) } };
}

/** Mainland France typed as lon, lat would lie off Somalia: no French territory is there. */
function looksSwapped(lat: number, lon: number): boolean {
  return lat > -6 && lat < 10.5 && lon > 41 && lon < 51.5;
}

const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

/** "43.2965, 5.3698", "43,2965 5,3698", "43,2965; 5,3698": two numbers and nothing else. */
function readDecimalPair(text: string): [Angle, Angle] | null {
  const parts = /^([-+−]?\d+(?:\.\d+)?)\s*[,;/ ]\s*([-+−]?\d+(?:\.\d+)?)$/.exec(text)
    ?? /^([-+−]?\d+(?:,\d+)?)\s*(?:[;/]|,?\s)\s*([-+−]?\d+(?:,\d+)?)$/.exec(text);
  if (!parts) return null;
  const read = (part: string | undefined): Angle => ({ value: Number((part ?? "").replace(",", ".").replace("−", "-")), axis: null });
  return [read(parts[1]), read(parts[2])];
}

function readSexagesimalPair(text: string): [Angle, Angle] | "minutes" | null {
  const groups = groupByAngle(text);
  const [first, second] = (groups ?? []).map(readAngle);
  if (groups?.length !== 2 || !first || !second) return null;
  return first === "minutes" || second === "minutes" ? "minutes" : [first, second];
}

interface Group {
  letter: string;
  numbers: string[];
}

/** A letter before or after its numbers, or a degree sign, tells where an angle starts. */
function groupByAngle(text: string): Group[] | null {
  const groups: Group[] = [];
  const lettersFirst = /^[NSEOW]/.test(text);
  let open: Group | undefined;
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (!match) return null;
    const [, letter, value, degreeSign] = match;
    if (letter !== undefined && lettersFirst) {
      groups.push((open = { letter, numbers: [] }));
    } else if (letter !== undefined) {
      if (!open) return null;
      open.letter = letter;
      open = undefined;
    } else if (value !== undefined) {
      const starts = !open || (degreeSign !== undefined && open.numbers.length > 0);
      if (starts && !lettersFirst) groups.push((open = { letter: "", numbers: [] }));
      if (!open) return null;
      open.numbers.push(value);
    }
  }
  return groups;
}

function readAngle({ letter, numbers }: Group): Angle | "minutes" | null {
  const [degrees, minutes = "0", seconds = "0", ...more] = numbers;
  if (degrees === undefined || more.length > 0) return null;
  const [d, m, s] = [degrees, minutes, seconds].map((n) => Number(n.replace(",", ".").replace("−", "-"))) as [number, number, number];
  if (m < 0 || s < 0) return null;
  if (m >= 60 || s >= 60) return "minutes";
  const negative = /^[-−]/.test(degrees) || /[SOW]/.test(letter);
  const value = (Math.abs(d) + m / 60 + s / 3600) * (negative ? -1 : 1);
  return { value, axis: letter === "" ? null : /[NS]/.test(letter) ? "lat" : "lon" };
}

/** Writes decimal degrees, six decimals (about 10 cm), point as separator so that it can be pasted anywhere. */
export function formatDecimal({ lat, lon }: Position): string {
  return `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
}

/** Writes degrees, minutes and seconds with French letters (O for west). */
export function formatDms({ lat, lon }: Position): string {
  return `${angle(lat, "N", "S")} ${angle(lon, "E", "O")}`;
}

function angle(value: number, positive: string, negative: string): string {
  const tenths = Math.round(Math.abs(value) * 36000);
  const degrees = Math.floor(tenths / 36000);
  const minutes = Math.floor((tenths % 36000) / 600);
  const seconds = ((tenths % 600) / 10).toFixed(1).replace(".", ",");
  return `${degrees}°\u00a0${String(minutes).padStart(2, "0")}′\u00a0${seconds.padStart(4, "0")}″\u00a0${value < 0 ? negative : positive}`;
}
