import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium } from './chromium.ts'

// Runs the parts of `npm test`, or with --long those of `npm run test:long`, one after the other; with names, only the
// named parts. All parts run, also after a failure. A table at the end shows how long each part took.

const root = join(import.meta.dirname, '..')
const reports = join(root, '.cache/reports')
const times = join(root, '.cache/test-times.json')

type Part = { about: string; command: string; env?: Record<string, string>; runner?: 'vitest' | 'playwright' }

/** Test files with random cases. They try as many as the variable `PROPERTY_RUNS` says. */
const propertyFiles = globSync('src/**/*.ts', { cwd: root }).filter((file) =>
  readFileSync(join(root, file), 'utf8').includes('/testing/property-runs.ts'),
)

const quick: Record<string, Part> = {
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

const long: Record<string, Part> = {
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

/** Reads a runner's report. A part without a report counts as one test. */
const readCounts = (file: string, ok: boolean): { passed: number; failed: number } => {
  if (!existsSync(file)) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
  const { stats, numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8'))
  const [passed, failed] = stats ? [stats.expected, stats.unexpected + stats.flaky] : [numPassedTests, numFailedTests]
  // Only the exit code tells of a failure outside of the tests.
  return { passed, failed: ok ? failed : Math.max(failed, 1) }
}

const runPart = (part: string, { about, command, env, runner }: Part) => {
  console.log(`\n== ${part}: ${about}`)
  const report = join(reports, `${part}.json`)
  const reporters = {
    vitest: ` --reporter default --reporter json --outputFile.json ${report}`,
    playwright: ' --reporter line,json',
  }
  const began = performance.now()
  const { status } = spawnSync(command + (runner ? reporters[runner] : ''), {
    cwd: root,
    env: { ...process.env, ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    shell: true,
    stdio: 'inherit',
  })
  const seconds = Math.round((performance.now() - began) / 1000)
  return { part, about, seconds, ...readCounts(report, status === 0) }
}

const [suite, parts] = process.argv.includes('--long') ? (['test:long', long] as const) : (['test', quick] as const)
const named = process.argv.slice(2).filter((argument) => argument !== '--long')
const chosen = Object.entries(parts).filter(([part]) => named.length === 0 || named.includes(part))
try {
  if (chosen.some(([, { runner }]) => runner === 'playwright')) ensureChromium()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

const results = chosen.map(([part, how]) => runPart(part, how))

console.log('\npart       | seconds | result')
for (const { part, seconds, failed } of results)
  console.log(`${part.padEnd(10)} | ${String(seconds).padStart(7)} | ${failed === 0 ? 'passed' : 'FAILED'}`)
const sum = (of: (result: (typeof results)[number]) => number) =>
  results.reduce((total, result) => total + of(result), 0)
console.log(`${'all'.padEnd(10)} | ${String(sum(({ seconds }) => seconds)).padStart(7)} |`)
if (named.length === 0) {
  const before = existsSync(times) ? JSON.parse(readFileSync(times, 'utf8')) : {}
  writeFileSync(times, JSON.stringify({ ...before, [suite]: results }, null, 2))
}
console.log(`\n${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`)
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0
