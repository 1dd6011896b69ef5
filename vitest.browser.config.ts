import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/browser/**/*.test.ts"],
    env: { WRANGLER_LOG: "warn", WRANGLER_SEND_METRICS: "false" },
    // Each file starts a Workers runtime and a browser of its own: two of them suit two cores.
    maxWorkers: 2,
    // Some go through every page.
    testTimeout: 180_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
});
