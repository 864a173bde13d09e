import { describe, expect, it } from "vitest";
import { serverEvents, type ServerEvent } from "./sse";

async function read(...chunks: string[]): Promise<ServerEvent[]> {
  const bytes = new TextEncoder();
  const events: ServerEvent[] = [];
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytes.encode(chunk));
      controller.close();
    },
  });
  for await (const event of serverEvents(stream)) events.push(event);
  return events;
}

describe("serverEvents", () => {
  it("reads events wherever the network cuts them", async () => {
    expect(await read("event: pro", 'gress\ndata: {"do', 'ne":1}\n', "\nevent: result\r\ndata: a\r\ndata: b\r\n\r\n")).toEqual([
      { event: "progress", data: '{"done":1}' },
      { event: "result", data: "a\nb" },
    ]);
  });

  it("passes over comments, and takes what stands before a sudden end", async () => {
    expect(await read(": still here\n\n", "data: last")).toEqual([{ event: "message", data: "last" }]);
  });
});
