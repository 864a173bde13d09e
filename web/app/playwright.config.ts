import { defineConfig } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Browser tests against the real binary with an empty data folder and the demonstration map. DEALMAP_URL names a server
 * that already runs; DEALMAP_BIN another binary; CHROMIUM another browser than Debian's.
 */
const given = process.env["DEALMAP_URL"];
// Workers read this file again: the port that was found first goes with the environment.
const port = (process.env["DEALMAP_E2E_PORT"] ??= given ? "0" : freePort());
const baseURL = given ?? `http://localhost:${port}`;
const data = given ? "" : mkdtempSync(path.join(tmpdir(), "dealmap-e2e-"));

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env["CI"],
  // A shared machine may stall a browser for seconds; what passes only the second time is reported as flaky.
  retries: process.env["CI"] ? 1 : 0,
  reporter: [["list"]],
  use: {
    baseURL,
    locale: "fr-FR",
    timezoneId: "Europe/Paris",
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
  },
  ...(given
    ? {}
    : {
        webServer: {
          command: `${process.env["DEALMAP_BIN"] ?? "../../bin/dealmap"} serve --demo --quiet --log-level warn --data ${data} --listen localhost:${port} --metrics ""`,
          url: `${baseURL}/readyz`,
          timeout: 60_000,
          gracefulShutdown: { signal: "SIGTERM" as const, timeout: 5_000 },
        },
      }),
});

function freePort(): string {
  const script = 'const s=require("net").createServer().listen(0,"localhost",()=>{console.log(s.address().port);s.close()})';
  return execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }).trim();
}
