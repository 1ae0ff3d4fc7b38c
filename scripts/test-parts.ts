import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

// The parts of both test suites. `run-tests.ts` runs them in this order.

const root = join(import.meta.dirname, '..')

export type Part = { about: string; command: string; env?: Record<string, string>; runner?: 'vitest' | 'playwright' }

/** Test files with random cases, which try as many as `PROPERTY_RUNS` says; for a contract, the folder with its test. */
const propertyFiles = globSync('src/**/*.ts', { cwd: root })
  .filter((file) => readFileSync(join(root, file), 'utf8').includes('/testing/property-runs.ts'))
  .map((file) => (file.endsWith('.test.ts') ? file : dirname(file)))

export const quick: Record<string, Part> = {
  types: { about: 'TypeScript', command: 'tsc -b' },
  lint: { about: 'Biome', command: 'biome ci .' },
  arrows: { about: 'imports between rooms', command: 'node scripts/arrows.ts' },
  build: { about: 'the console, and the server compiled ahead', command: 'node scripts/prepare.ts' },
  budget: { about: 'the size of each page', command: 'node scripts/budget.ts' },
  unit: {
    about: 'unit and contract tests on SQLite and PostgreSQL',
    command: "vitest run --project '!long'",
    runner: 'vitest',
  },
  journeys: {
    about: 'one end-to-end journey per feature',
    command: 'playwright test --grep @journey',
    runner: 'playwright',
  },
}

export const long: Record<string, Part> = {
  worlds: {
    about: 'property tests with 100,000 cases',
    command: `vitest run --testTimeout 600000 ${propertyFiles.join(' ')}`,
    env: { PROPERTY_RUNS: '100000' },
    runner: 'vitest',
  },
  processes: {
    about: 'kills, rotations, backups, key services, several nodes, canaries',
    command: 'vitest run --project long',
    runner: 'vitest',
  },
  faults: { about: 'a few of each fault', command: 'node scripts/prepare.ts && node faults/main.ts --short' },
  'end-to-end': {
    about: 'the other end-to-end tests, and every screen state',
    command: 'playwright test --grep-invert @journey',
    runner: 'playwright',
  },
}
