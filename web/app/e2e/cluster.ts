import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { dsn, primary, synchronousStandby, type Postgres } from "./postgres";
import { binary, start, type Server } from "./server";

/** Two nodes of one map, on a journal that two machines keep: nothing is acknowledged that the second has not. */
export interface Cluster {
  a: Server;
  b: Server;
  primary: Postgres;
  standby: Postgres;
}

/** Starts a cluster with the demonstration, lets it be used, and ends all of it, whatever happens. */
export async function withCluster(use: (cluster: Cluster) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "dealmap-nodes-"));
  chmodSync(folder, 0o711); // PostgreSQL may be another user
  const at = (name: string): string => path.join(folder, name);
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const ending = <T extends { kill(): Promise<void> }>(one: T): T => {
    ends.push(() => one.kill());
    return one;
  };
  try {
    const first = ending(await primary(at("primary")));
    const standby = ending(await synchronousStandby(at("standby"), first));
    // Nodes warn of an engine that is away, which it is here on purpose.
    const node = (name: string, ...more: string[]): Promise<Server> =>
      start("--log-level", "error", "--data", at(name), "--listen", "localhost:0", "--journal", dsn(first, standby), "--node", name, ...more);
    const a = ending(await node("lyon", "--demo", "--places", "800"));
    await promisify(execFile)(binary, ["node", "key", "--out", at("key"), "--data", at("lyon"), "--journal", dsn(first, standby)]);
    const b = ending(await node("marseille", "--join", at("key")));
    await use({ a, b, primary: first, standby });
  } finally {
    // One that does not end keeps nothing else from ending.
    const failed: unknown[] = [];
    for (const end of ends.reverse()) await end().catch((error: unknown) => failed.push(error));
    if (failed.length > 0) console.error("what was started did not all end:", ...failed);
  }
}
