import { expect, test } from "vitest";
import type { Me } from "../api/client";
import { scopeName } from "./scope";

const me = (sees_points: boolean, ...codes: string[]): Me => ({ sees_points, sees_aggregates: true, territories: codes.map((code) => ({ code, name: `nom de ${code}` })) }) as unknown as Me;

test("aggregates cover the viewer's territories, points the whole country", () => {
  expect(scopeName(me(false, "dep:13"), "France entière")).toBe("nom de dep:13");
  expect(scopeName(me(false, "dep:13", "dep:84"), "France entière")).toBe("nom de dep:13, nom de dep:84");
  expect(scopeName(me(false, "fr"), "France entière")).toBe("France entière");
  expect(scopeName(me(true, "dep:13"), "France entière")).toBe("France entière");
});
