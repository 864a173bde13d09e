import { defineConfig } from "@playwright/test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Browser tests against the real binary with an empty data folder and the demonstration map. DEALMAP_URL names a server
 * that already runs; CHROMIUM another browser than Debian's.
 */
const given = process.env["DEALMAP_URL"];
const baseURL = given ?? "http://localhost:8098";
const data = given ? "" : mkdtempSync(path.join(tmpdir(), "dealmap-e2e-"));

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env["CI"],
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
          command: `../../bin/dealmap serve --demo --quiet --data ${data} --listen localhost:8098 --metrics ""`,
          url: `${baseURL}/readyz`,
          timeout: 60_000,
          gracefulShutdown: { signal: "SIGTERM" as const, timeout: 5_000 },
        },
      }),
});
