import { describe, expect, it } from "vitest";
import { minutesLeft, passwordFaults, readRefusal, stageOf, withoutRefusal } from "./session";

describe("stageOf", () => {
  const state = { signed_in: true, motive_required: false, password_change_required: false };
  it("asks who, then for a password of one's own, then why", () => {
    expect(stageOf({ ...state, signed_in: false, motive_required: true })).toBe("credentials");
    expect(stageOf({ ...state, motive_required: true, password_change_required: true })).toBe("password");
    expect(stageOf({ ...state, motive_required: true })).toBe("motive");
    expect(stageOf(state)).toBe("open");
  });
});

describe("a refusal in the address", () => {
  it("is known, other or absent", () => {
    expect(readRefusal("?point=13-K7QF")).toBeNull();
    expect(readRefusal("?refus=habilitation")).toBe("habilitation");
    expect(readRefusal("?refus=<script>")).toBe("other");
  });
  it("is said once; the rest of the address stays as it was written", () => {
    expect(withoutRefusal("?refus=x")).toBe("");
    expect(withoutRefusal("?status=active,disrupted&refus=x&territory=dep:13")).toBe("?status=active,disrupted&territory=dep:13");
  });
});

describe("minutesLeft", () => {
  const now = new Date("2026-11-23T10:00:00Z");
  it("rounds up and stops at zero", () => {
    expect(minutesLeft(new Date("2026-11-23T10:00:01Z"), now)).toBe(1);
    expect(minutesLeft(new Date("2026-11-23T12:30:00Z"), now)).toBe(150);
    expect(minutesLeft(new Date("2026-11-23T09:00:00Z"), now)).toBe(0);
  });
});

describe("passwordFaults", () => {
  it("names each field that is wrong", () => {
    expect(passwordFaults("", "court", "courte")).toEqual({ old: "old", next: "short", again: "differs" });
    expect(passwordFaults("un mot de passe", "un mot de passe", "un mot de passe")).toEqual({ next: "same" });
    expect(passwordFaults("demonstration", "douze points", "douze points")).toEqual({});
  });
  it("counts characters, not UTF-16 units", () => expect(passwordFaults("x", "😀😀😀😀😀😀", "😀😀😀😀😀😀")).toEqual({ next: "short" }));
});
