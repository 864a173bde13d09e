import { defineConfig } from "vitest/config";

/** Unit tests live beside what they test; the folder e2e is Playwright's. Style sheets are empty to them, save where they are read as text. */
export default defineConfig({ test: { css: { include: [/\?raw$/] }, include: ["**/*.test.ts"], exclude: ["node_modules/**", "e2e/**"] } });
