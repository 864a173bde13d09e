import { expect, test } from "vitest";
import { Emitter, Traffic } from "./events";

test("listeners hear until they stop", () => {
  const emitter = new Emitter();
  const heard: number[] = [];
  const stop = emitter.on("loading", (e) => heard.push(e.pending));
  emitter.emit("loading", { pending: 1 });
  stop();
  emitter.emit("loading", { pending: 2 });
  expect(heard).toEqual([1]);
});

test("a listener may stop itself while it is called", () => {
  const emitter = new Emitter();
  const heard: string[] = [];
  const stop = emitter.on("error", () => {
    heard.push("first");
    stop();
  });
  emitter.on("error", () => heard.push("second"));
  emitter.emit("error", { status: 401 });
  emitter.emit("error", { status: 401 });
  expect(heard).toEqual(["first", "second", "second"]);
});

test("requests of several stores are added up, and told when the sum changes", () => {
  const emitter = new Emitter();
  const heard: number[] = [];
  emitter.on("loading", (e) => heard.push(e.pending));
  const traffic = new Traffic(emitter);
  const [a, b] = [traffic.meter(), traffic.meter()];
  a(2);
  b(1);
  b(1);
  a(0);
  b(0);
  expect(heard).toEqual([2, 3, 1, 0]);
});

test("a refusal is told once until something succeeds", () => {
  const emitter = new Emitter();
  const heard: number[] = [];
  emitter.on("error", (e) => heard.push(e.status));
  const traffic = new Traffic(emitter);
  traffic.failed(401);
  traffic.failed(401);
  traffic.failed(0);
  traffic.succeeded();
  traffic.failed(401);
  expect(heard).toEqual([401, 0, 401]);
});
