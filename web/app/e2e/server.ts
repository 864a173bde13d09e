import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The binary that the tests are of. */
export const binary = process.env["DEALMAP_BIN"] ?? "../../bin/dealmap";

/** A dealmap of a test's own, which it may kill. */
export interface Server {
  url: string;
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
  /** Asks the process to end and waits for it. */
  stop(): Promise<void>;
}

/** Starts the demonstration over a data folder; port 0 takes any free one. */
export const serve = (data: string, port = 0): Promise<Server> => start("--demo", "--data", data, "--listen", `localhost:${port}`);

/** Starts a server and waits until it takes requests. */
export async function start(...options: string[]): Promise<Server> {
  const child = spawn(binary, ["serve", "--quiet", "--log-level", "warn", "--metrics", "", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => child.kill("SIGKILL")); // a test that takes too long ends before its servers
  const url = await address(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return { url, kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
}

async function address(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("the server has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /dealmap sert la carte à (\S+)/.exec(line)?.[1];
    if (found) return found;
  }
  throw new Error("the server ended before it said where it listens");
}
