import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'faults/**/*.test.ts'],
    globalSetup: ['src/server/testing/postgres-server.ts', 'src/cli/testing/fresh-bundle.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
