import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'faults/**/*.test.ts'],
    globalSetup: ['src/server/testing/postgres-server.ts', 'src/cli/testing/fresh-bundle.ts'],
    // Many tests wait for processes that they start: with one worker for each core but one, a small machine would wait too.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
