import { afterEach, describe, expect, it } from "vitest";
import { setLanguage } from "../i18n";
import { change, figure, formatChange, formatRate, formatRelative, formatShare, inOrder, relative, share, sum } from "./clct";

afterEach(() => setLanguage("fr"));
const odd = [null, undefined, Number.NaN, Number.POSITIVE_INFINITY] as const;

describe("a number that may not be there", () => {
  it("is suppressed where small numbers are, and unknown elsewhere", () => {
    expect(figure(7, true)).toEqual({ is: "known", n: 7 });
    expect(figure(0, true)).toEqual({ is: "known", n: 0 });
    expect(figure(null, true)).toEqual({ is: "suppressed" });
    expect(figure(null, false)).toEqual({ is: "unknown" });
    expect(figure(undefined, true)).toEqual({ is: "unknown" });
  });

  it.each(odd)("never reaches the screen as such: %s", (n) => {
    expect(figure(n, false).is).toBe("unknown");
    expect(sum([1, n])).toBeNull();
    expect(share(n, 10)).toBeNull();
    expect(share(1, n)).toBeNull();
    expect(change(n, 1)).toBeNull();
    expect(change(1, n)).toBeNull();
    expect(relative(n, 1)).toBeNull();
  });

  it("is no share of nothing, nor a change from nothing", () => {
    expect(share(0, 0)).toBeNull();
    expect(relative(3, 0)).toBeNull();
    expect(share(3, 4)).toBe(0.75);
    expect(sum([])).toBe(0);
  });
});

describe("how numbers are written", () => {
  it("gives rates as many digits as tell territories apart", () => {
    expect(formatRate(0.6832)).toBe("0,68");
    expect(formatRate(12.345)).toBe("12,3");
    expect(formatRate(0)).toBe("0,0");
    setLanguage("en");
    expect(formatRate(0.6832)).toBe("0.68");
  });

  it("writes changes with the sign of mathematics and a space that does not break", () => {
    expect(formatChange(12)).toBe("+\u202f12");
    expect(formatChange(-3)).toBe("−\u202f3");
    expect(formatChange(0)).toBe("0");
    expect(formatRelative(-0.024)).toBe(`−\u202f${formatShare(0.02)}`);
    expect(formatRelative(0.001)).toBe(formatShare(0));
  });

  it("writes percents as the language does", () => {
    expect(formatShare(0.637)).toMatch(/^64[\u00a0\u202f]%$/);
    setLanguage("en");
    expect(formatShare(0.637)).toBe("64%");
  });
});

it("bars follow the vocabulary, then what it does not know; zeros are left out and suppressed numbers stay", () => {
  expect(inOrder({ zz: 1, closed: 4, active: null, dormant: 0 }, ["active", "dormant", "closed"])).toEqual([["active", null], ["closed", 4], ["zz", 1]]);
});
