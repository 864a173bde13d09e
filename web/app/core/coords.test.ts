import { describe, expect, it } from "vitest";
import { formatDecimal, formatDms, parseCoords } from "./coords";

const at = (text: string): [number, number] | string => {
  const result = parseCoords(text);
  return result.ok ? [result.position.lat, result.position.lon] : result.error;
};

describe("parseCoords", () => {
  it.each([
    ["43.2965, 5.3698", [43.2965, 5.3698]],
    ["43.2965 5.3698", [43.2965, 5.3698]],
    ["43,2965 5,3698", [43.2965, 5.3698]],
    ["43,2965; 5,3698", [43.2965, 5.3698]],
    ["43,2965, 5,3698", [43.2965, 5.3698]],
    ["(43.2965;5.3698)", [43.2965, 5.3698]],
    ["43, 5", [43, 5]],
    ["-20.8789, 55.4481", [-20.8789, 55.4481]],
    ["14.6161 −61.0588", [14.6161, -61.0588]],
    ["43°17'47\"N 5°22'11\"E", [43.296389, 5.369722]],
    ["43° 17′ 47″ N, 5° 22′ 11″ E", [43.296389, 5.369722]],
    ["5°22'11\"E 43°17'47\"N", [43.296389, 5.369722]],
    ["N 43 17 47 E 5 22 11", [43.296389, 5.369722]],
    ["48°23,4' N 4°29,2' O", [48.39, -4.486667]],
    ["48.39N 4.486667W", [48.39, -4.486667]],
    ["n43.5 e5.5", [43.5, 5.5]],
  ])("reads %s", (text, want) => expect(at(text)).toEqual(want));

  it.each([
    ["", "empty"],
    ["   ", "empty"],
    ["Marseille", "unreadable"],
    ["43.2965", "unreadable"],
    ["43.2965, 5.3698, 12", "unreadable"],
    ["43.2.5, 5.3", "unreadable"],
    ["5.3698, 43.2965", "swapped"],
    ["91, 5", "latitude"],
    ["43, 181", "longitude"],
    ["43°60'00\"N 5°22'11\"E", "minutes"],
    ["43°N 5°N", "unreadable"],
  ])("refuses %j as %s", (text, want) => expect(at(text)).toBe(want));

  it("keeps letters above the guess about swapped axes", () => {
    expect(at("5.3698E 43.2965N")).toEqual([43.2965, 5.3698]);
  });
});

describe("writing coordinates", () => {
  it("reads back what it writes", () => {
    const position = { lat: -20.878912, lon: 55.448123 };
    expect(at(formatDecimal(position))).toEqual([position.lat, position.lon]);
    const back = parseCoords(formatDms(position));
    expect(back.ok && Math.abs(back.position.lat - position.lat) < 2e-5 && Math.abs(back.position.lon - position.lon) < 2e-5).toBe(true);
  });

  it("carries seconds that round up to a whole minute", () => {
    expect(formatDms({ lat: 43.99999, lon: -0.5 })).toBe("44°\u00a000′\u00a000,0″\u00a0N 0°\u00a030′\u00a000,0″\u00a0O");
  });
});
