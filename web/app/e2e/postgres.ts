import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { appendFile, chown, mkdir } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A real PostgreSQL of a test's own, Debian's, on a free port. Everybody on this machine may connect as the user postgres. */
export interface Postgres {
  port: number;
  /** Runs one statement; what it returns is not asked for. */
  sql(statement: string): Promise<void>;
  /** Ends the server and its children at once, as a power cut would. */
  kill(): Promise<void>;
}

/** The address of a database on several servers, of which the one that takes writes is meant. */
export const dsn = (...servers: Postgres[]): string =>
  `postgres://postgres@${servers.map((one) => `127.0.0.1:${one.port}`).join(",")}/postgres?sslmode=disable&target_session_attrs=read-write`;

/** Makes a cluster in a new folder and starts it. */
export async function primary(data: string): Promise<Postgres> {
  await own(data);
  await run(...as("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"), { cwd: tmpdir() });
  return begin(data);
}

/** Makes and starts a server that follows another one, which from then on acknowledges nothing that this one has not. */
export async function synchronousStandby(data: string, of: Postgres): Promise<Postgres> {
  await own(data);
  const from = `host=127.0.0.1 port=${of.port} user=postgres application_name=standby`;
  await run(...as("pg_basebackup", "-D", data, "-R", "-X", "stream", "--no-sync", "-c", "fast", "-d", from), { cwd: tmpdir() });
  const server = await begin(data);
  await of.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
  await of.sql("SELECT pg_reload_conf()");
  return server;
}

/** Makes a standby the one that takes writes, and waits until it does. */
export const promote = (standby: Postgres): Promise<void> => standby.sql("SELECT pg_promote(true, 60)");

async function begin(data: string): Promise<Postgres> {
  const port = await freePort();
  const settings = [`port = ${port}`, "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "shared_buffers = 32MB", "max_connections = 60"];
  await appendFile(path.join(data, "postgresql.conf"), `${settings.join("\n")}\n`);
  let said = "";
  const child = spawn(...as("postgres", "-D", data), { cwd: data, stdio: ["ignore", "ignore", "pipe"] });
  child.stderr?.on("data", (text) => (said += text));
  const ended = once(child, "exit");
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const kill = async (): Promise<void> => {
    if (!running() || child.pid === undefined) return;
    for (const pid of [child.pid, ...childrenOf(child.pid)]) signal(pid, "SIGKILL");
    await ended;
  };
  const client = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres"];
  for (const deadline = Date.now() + 60_000; ; ) {
    // A standby that does not take questions yet has begun all the same, and is not ready.
    if (await run(program("pg_isready"), ["-q", ...client]).then(() => true, () => false)) break;
    if (!running() || Date.now() > deadline) {
      await kill();
      throw new Error(`PostgreSQL does not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { port, kill, sql: async (statement) => void (await run(program("psql"), ["-X", "-q", "-v", "ON_ERROR_STOP=1", ...client, "-d", "postgres", "-c", statement])) };
}

const isRoot = process.getuid?.() === 0;

/** What runs a program as somebody PostgreSQL accepts, which is never root; it ends when the test's process does, however that ends. */
function as(name: string, ...options: string[]): [string, string[]] {
  const user = isRoot ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
  return ["setpriv", [...user, "--pdeathsig=QUIT", program(name), ...options]];
}

/** Finds a program of the newest PostgreSQL on this machine. */
function program(name: string): string {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql").sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => `/usr/lib/postgresql/${version}/bin/${name}`).find((file) => existsSync(file));
  if (!found) throw new Error(`${name} is not on this machine: make postgresql installs Debian's PostgreSQL`);
  return found;
}

async function own(data: string): Promise<void> {
  await mkdir(data, { mode: 0o700 });
  if (!isRoot) return;
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (what) => Number((await run("id", [what, "postgres"])).stdout)));
  await chown(data, uid ?? 0, gid ?? 0);
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // it ended by itself
  }
}

function signal(pid: number, which: NodeJS.Signals): void {
  try {
    process.kill(pid, which);
  } catch {
    // It ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
