import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/conformance/**/*.test.ts"],
    env: { WRANGLER_LOG: "warn", WRANGLER_SEND_METRICS: "false" },
    fileParallelism: false,
    // The whole of a suite (`npm run conformance`) has millions of cases, and its program may have to be compiled first.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
