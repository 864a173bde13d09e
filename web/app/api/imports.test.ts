import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "./client";
import { uploadList, type Import } from "./imports";

/** Stands in for the browser's request: the test says what the server does. */
class FakeRequest {
  static last: FakeRequest;
  upload: { onprogress?: (event: { loaded: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = "";
  opened: string[] = [];
  headers: Record<string, string> = {};
  sent: unknown;
  constructor() {
    FakeRequest.last = this;
  }
  open(method: string, address: string): void {
    this.opened = [method, address];
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  send(body: unknown): void {
    this.sent = body;
  }
  abort(): void {
    this.onabort?.();
  }
  answer(status: number, body: string): void {
    [this.status, this.responseText] = [status, body];
    this.onload?.();
  }
}

function begin(): { sent: number[]; stop: AbortController; done: Promise<Import>; file: Blob & { name: string } } {
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  const file = Object.assign(new Blob(["0123456789"]), { name: "points & été.csv" });
  const sent: number[] = [];
  const stop = new AbortController();
  return { sent, stop, file, done: uploadList(file, (bytes) => sent.push(bytes), stop.signal) };
}
afterEach(() => vi.unstubAllGlobals());

describe("uploadList", () => {
  it("sends the file as it is and tells how much has gone", async () => {
    const { sent, done, file } = begin();
    const request = FakeRequest.last;
    expect(request.opened).toEqual(["POST", "/api/v1/imports?name=points%20%26%20%C3%A9t%C3%A9.csv"]);
    expect(request.headers["Content-Type"]).toBe("application/octet-stream");
    expect(request.sent).toBe(file);
    request.upload.onprogress?.({ loaded: 4 });
    request.upload.onprogress?.({ loaded: 12 });
    expect(sent).toEqual([4, 10]);
    request.answer(201, '{"id":"i1"}');
    await expect(done).resolves.toEqual({ id: "i1" });
  });
  it("gives the server's sentence when it refuses", async () => {
    const { done } = begin();
    FakeRequest.last.answer(413, '{"type":"urn:dealmap:problem:too-large","title":"Trop grand","status":413,"detail":"Le fichier dépasse 200 Mo."}');
    await expect(done).rejects.toMatchObject({ status: 413, message: "Le fichier dépasse 200 Mo." });
  });
  it.each(["<html>", ""])("refuses an answer that is none: « %s »", async (body) => {
    const { done } = begin();
    FakeRequest.last.answer(201, body);
    await expect(done).rejects.toBeInstanceOf(ApiError);
  });
  it("tells a lost connection from one that was given up", async () => {
    const lost = begin();
    FakeRequest.last.onerror?.();
    await expect(lost.done).rejects.toMatchObject({ status: 0 });
    const given = begin();
    given.stop.abort();
    await expect(given.done).rejects.toMatchObject({ name: "AbortError" });
  });
});
