import { defineConfig } from 'vitest/config'

/** Tests of functions and of the API, which leave the process that they are in as it was. */
const together = [
  'src/{shared,client}/**/*.test.ts',
  'src/server/{audit,crypto,http,identity,live,routes,services,store}/**/*.test.ts',
]

export default defineConfig({
  test: {
    // Many tests wait for processes that they start: with one worker for each core but one, a small machine would wait too.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'faults/**/*.test.ts'],
          exclude: together,
          globalSetup: ['src/server/testing/postgres/postgres-global-setup.ts', 'src/cli/testing/fresh-bundle.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'together',
          include: together,
          // What they load is loaded once for many of them: that takes longer than most of them do.
          isolate: false,
          globalSetup: ['src/server/testing/postgres/postgres-global-setup.ts'],
        },
      },
    ],
  },
})
