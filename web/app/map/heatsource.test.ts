import { expect, it, vi } from "vitest";
import { HeatSource, heatSteps, toneOfCount } from "./heatsource";
import { writeTile, type FixtureFeature } from "./mvt.fixture";
import { boxToWorld } from "./tilemath";

const square = (x: number, y: number, size: number): [number, number][] => [[x, y], [x + size, y], [x + size, y + size], [x, y + size]];
const hexagon = (id: number, at: [number, number][], count: number): FixtureFeature => ({ id, rings: [at], area: true, tags: { count, weight: count, width: 4000 } });

/** A source whose server answers with these bytes for every tile. */
function sourceOf(bytes: () => ArrayBuffer): { source: HeatSource; asked: string[]; changed: () => Promise<void> } {
  const asked: string[] = [];
  let changes = 0;
  const source = new HeatSource("kind=four", {
    onPending: () => {},
    onError: () => {},
    onSuccess: () => {},
    onChange: () => changes++,
    ask: (url) => (asked.push(url), Promise.resolve(new Response(bytes()))),
  });
  return { source, asked, changed: () => vi.waitFor(() => expect(changes).toBeGreaterThan(1)) };
}

it("classes begin at round numbers, one tone each, the last within reach of the highest count", () => {
  for (const most of [0, 1, 60, 99, 100, 180, 999, 5000, 1_000_000]) {
    const steps = heatSteps(most);
    expect(steps.map((step) => toneOfCount(step, steps))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    if (most >= 100) expect(steps.at(-1)).toBeLessThanOrEqual(most);
    expect(most / (steps.at(-1) ?? 1)).toBeLessThan(2.51);
  }
  expect(heatSteps(180)).toEqual([1, 2, 5, 10, 20, 50, 100]);
  expect(toneOfCount(0, heatSteps(0))).toBe(-1);
});

it("finds the hexagon under a position, tells its width, and asks with the filter", async () => {
  const { source, asked, changed } = sourceOf(() => writeTile({ heat: [hexagon(1, square(0, 0, 2048), 12), hexagon(2, square(2048, 2048, 1000), 1)] }));
  source.view(boxToWorld([1, 1, 2, 2]), 0);
  await changed();
  expect(asked).toEqual(["/tiles/heat/0/0/0.mvt?kind=four&status=reported,active,disrupted,dormant,closed"]);
  expect(source.at(0.1, 0.1)?.count).toBe(12);
  expect(source.at(0.6, 0.6)).toMatchObject({ count: 1 });
  expect(source.at(0.9, 0.1)).toBeNull();
  expect(source.width).toBe(4000);
  source.view(null, 0);
  expect([source.at(0.1, 0.1), source.width]).toEqual([null, null]);
});

it("asks again with another filter", async () => {
  const { source, asked, changed } = sourceOf(() => writeTile({ heat: [hexagon(1, square(0, 0, 4096), 2)] }));
  source.view(boxToWorld([1, 1, 2, 2]), 0);
  await changed();
  source.setFilter("status=active&territory=dep:13");
  expect(asked.at(-1)).toBe("/tiles/heat/0/0/0.mvt?status=active&territory=dep:13");
});

it("lets what a live change asked for come, and asks once more after it", async () => {
  const answers: ((response: Response) => void)[] = [];
  const signals: AbortSignal[] = [];
  const source = new HeatSource("", {
    onPending: () => {},
    onError: () => {},
    onChange: () => {},
    ask: (_, signal) => (signals.push(signal), new Promise((resolve) => answers.push(resolve))),
  });
  source.view(boxToWorld([1, 1, 2, 2]), 0);
  for (let n = 0; n < 4; n++) source.refresh(["14/8192/8192"]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  answers[0]?.(new Response(writeTile({ heat: [hexagon(1, square(0, 0, 4096), 2)] })));
  await vi.waitFor(() => expect(answers.length).toBe(2));
  expect(source.at(0.1, 0.1)?.count).toBe(2);
  source.setFilter("status=active");
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, false]);
  source.destroy();
});

it("is empty where the server has nothing", async () => {
  const { source, changed } = sourceOf(() => new ArrayBuffer(0));
  source.view(boxToWorld([1, 1, 2, 2]), 0);
  await changed();
  expect([source.at(0.5, 0.5), source.width]).toEqual([null, null]);
});
