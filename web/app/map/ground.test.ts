import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Ground } from "./ground";
import { writeTile } from "./mvt.fixture";
import type { Frame } from "./overlay";
import type { Theme } from "./theme";
import { TILE_SIZE, parseTile, tileWorldBox } from "./tilemath";
import type { WorldBox } from "./tilemath";

/** A picture, by the order in which they were made. */
interface Made {
  n: number;
  width: number;
  closed: boolean;
  close(): void;
}

/** What takes every call and says nothing. */
const deaf = (): unknown => new Proxy({}, { get: () => () => undefined, set: () => true });

const land = writeTile({ basemap: [{ rings: [[[0, 0], [4096, 0], [4096, 4096], [0, 4096]]], area: true, tags: { kind: "land" } }] });

let made: Made[];
let answers: (url: string) => Response;
let asked: string[];
let changes: WorldBox[];
let pending: number;
let ground: Ground;

const colours = { sea: "sea" };
const theme = (name: string): Theme => ({ colours: { ...colours, sea: name } }) as Theme;

beforeEach(() => {
  made = [];
  asked = [];
  changes = [];
  answers = () => new Response(land);
  vi.stubGlobal("window", { devicePixelRatio: 1 });
  vi.stubGlobal(
    "OffscreenCanvas",
    class {
      width = 1;
      height = 1;
      getContext = deaf;
      transferToImageBitmap(): Made {
        const picture: Made = { n: made.length, width: this.width, closed: false, close: () => (picture.closed = true) };
        made.push(picture);
        return picture;
      }
    },
  );
  ground = new Ground(
    { theme: theme("sea"), emphasis: false },
    {
      onPending: (n) => (pending = n),
      onError: () => undefined,
      onChange: (part) => changes.push(part),
      ask: async (url) => {
        asked.push(url);
        return answers(url);
      },
    },
  );
});

afterEach(() => {
  ground.destroy();
  vi.unstubAllGlobals();
});

const settle = async (): Promise<void> => vi.waitFor(() => expect(pending).toBe(0));

/** The world box of the middle of a tile. */
function inside(name: string): WorldBox {
  const { minX, maxX, minY, maxY } = tileWorldBox(parseTile(name) ?? { z: 0, x: 0, y: 0 });
  const [dx, dy] = [(maxX - minX) / 4, (maxY - minY) / 4];
  return { minX: minX + dx, maxX: maxX - dx, minY: minY + dy, maxY: maxY - dy };
}

/** Looks at the middle of a tile. */
const look = (name: string): void => ground.view(inside(name), Number(name.split("/")[0]));

/** Paints a canvas that holds one tile, and as much of others as its size says; gives the numbers of the pictures on it with all that was said of where. */
function painted(name: string, { ratio = 1, zoom = Number(name.split("/")[0]), size = TILE_SIZE - 0.1 } = {}): number[][] {
  const { z, x, y } = parseTile(name) ?? { z: 0, x: 0, y: 0 };
  const worldPixels = TILE_SIZE * 2 ** zoom;
  const side = worldPixels / 2 ** z;
  const frame: Frame = { zoom, left: x * side, top: y * side, width: size, height: size, ratio, worldPixels };
  const drawn: number[][] = [];
  const ctx = { save() {}, restore() {}, setTransform() {}, fillRect() {}, drawImage: (picture: Made, ...at: number[]) => (expect(picture.closed).toBe(false), drawn.push([picture.n, ...at])) };
  ground.paint(ctx as unknown as CanvasRenderingContext2D, frame);
  return drawn;
}

test("a tile becomes a picture as it comes, once", async () => {
  look("9/263/182");
  expect(painted("9/263/182")).toEqual([]);
  await settle();
  expect(asked).toEqual(["/tiles/basemap,territories/9/263/182.mvt"]);
  expect(changes).toEqual([tileWorldBox({ z: 9, x: 263, y: 182 })]);
  expect(made.length).toBe(1);
  expect(painted("9/263/182")).toEqual([[0, 0, 0, 256, 256]]);
  expect(painted("9/263/182")).toEqual([[0, 0, 0, 256, 256]]);
  expect(made.length).toBe(1);
});

test("edges lie between pixels of the screen, whatever its ratio", async () => {
  look("9/263/182");
  await settle();
  expect(painted("9/263/182", { ratio: 1.1 })).toEqual([[0, 0, 0, 282, 282]]);
});

test("what has not come shows its part of a coarser picture, and finer ones over it", async () => {
  look("9/263/182");
  await settle();
  look("10/527/364");
  expect(painted("10/527/364")).toEqual([[0, 128, 0, 128, 128, 0, 0, 256, 256]]);
  await settle();
  look("8/131/91");
  expect(painted("8/131/91")).toEqual([
    [0, 128, 0, 128, 128],
    [1, 192, 0, 64, 64],
  ]);
  await settle();
  expect(painted("8/131/91")).toEqual([[2, 0, 0, 256, 256]]);
});

test("closer than the closest tile, each tile of the screen has its picture of a part of it", async () => {
  look("16/33712/23345");
  await settle();
  expect(asked).toEqual(["/tiles/basemap,territories/14/8428/5836.mvt"]);
  expect(changes).toEqual([tileWorldBox({ z: 14, x: 8428, y: 5836 })]);
  expect(painted("16/33712/23345")).toEqual([[0, 0, 0, 256, 256]]);
  expect(painted("16/33713/23345")).toEqual([[1, 0, 0, 256, 256]]);
  expect(asked.length).toBe(1);
});

test("a tile that cannot be loaded, or whose right has ended, is sea, and never what it or another zoom showed", async () => {
  look("9/263/182");
  await settle();
  answers = () => new Response(null, { status: 400 });
  look("10/527/364");
  await settle();
  expect(painted("10/527/364")).toEqual([]);
  answers = () => new Response(null, { status: 403 });
  look("9/263/182");
  ground.refresh();
  await settle();
  expect(made[0]?.closed).toBe(true);
  expect(ground.outlines("9/263/182")).toBeUndefined();
  expect(painted("9/263/182")).toEqual([]);
  // It is there again once it can be loaded.
  answers = () => new Response(land);
  ground.refresh();
  await settle();
  expect(painted("9/263/182")).toEqual([[made.length - 1, 0, 0, 256, 256]]);
});

test("where nothing is, sea needs no picture, and no other zoom is asked what it shows", async () => {
  look("9/263/182");
  await settle();
  answers = () => new Response(new ArrayBuffer(0));
  look("10/527/364");
  await settle();
  expect([painted("10/527/364"), made.length]).toEqual([[], 1]);
});

test("another style makes every picture anew, and few are kept", async () => {
  look("9/263/182");
  await settle();
  ground.restyle({ theme: theme("night"), emphasis: true });
  expect(made[0]?.closed).toBe(true);
  expect(painted("9/263/182")).toEqual([[1, 0, 0, 256, 256]]);
  const { minX, minY } = tileWorldBox({ z: 12, x: 2000, y: 1400 });
  const side = 2 ** -12;
  ground.view({ minX, minY, maxX: minX + 11.5 * side, maxY: minY + 9.5 * side }, 12);
  await settle();
  expect(asked.length).toBe(121);
  expect(made.filter(({ closed }) => !closed).length).toBe(96);
  expect(made[1]?.closed).toBe(true);
});

test("in the middle of a pinch nothing is asked for, and what is known is painted at its size", async () => {
  look("9/263/182");
  await settle();
  ground.view(inside("9/263/182"), 9.4);
  expect(asked.length).toBe(1);
  expect(painted("9/263/182", { zoom: 9.4, size: 300 })).toEqual([[0, 0, 0, 338, 338]]);
});
