import { defineConfig } from "vitest/config";

/** Unit tests live beside what they test; the folder e2e is Playwright's. */
export default defineConfig({ test: { include: ["**/*.test.ts"], exclude: ["node_modules/**", "e2e/**"] } });
