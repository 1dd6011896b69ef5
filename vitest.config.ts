import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["worker", "cloud", "bench", "audit"].map((folder) => `tests/${folder}/**/*.test.ts`),
    // What wrangler has to say of the settings it read is no news here.
    env: { WRANGLER_LOG: "warn", WRANGLER_SEND_METRICS: "false" },
    // Each file starts a Workers runtime of its own, and waits for it most of the time: two of them suit two cores.
    maxWorkers: 2,
    // Retries and alarms happen in real time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
});
