import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests that start processes again and again, or have much to do otherwise. `npm run test:long` runs them. */
const long = '**/*.long.test.ts'

/** Tests of functions and of the API. They leave the process that runs them as it was. */
const together = [
  'src/{shared,client,console}/**/*.test.ts',
  'src/server/{audit,crypto,http,identity,live,routes,services,store}/**/*.test.ts',
]

const postgres = 'src/server/testing/postgres/postgres-global-setup.ts'
const commandLine = 'src/cli/testing/fresh-bundle.ts'

export default defineConfig({
  test: {
    // Not one fewer than the cores, which is the default: many tests wait for processes that they start.
    maxWorkers: availableParallelism(),
    // Long enough for a machine that is busy with other work.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 45_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'faults/**/*.test.ts'],
          exclude: [...together, long],
          globalSetup: [postgres, commandLine],
        },
      },
      {
        extends: true,
        test: {
          name: 'together',
          include: together,
          exclude: [long],
          // One worker loads the modules once for all its files. Loading takes longer than most of these tests.
          isolate: false,
          globalSetup: [postgres],
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: [`src/${long}`, `scripts/${long}`, `faults/${long}`],
          globalSetup: [postgres, commandLine],
        },
      },
    ],
  },
})
