import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium } from './chromium.ts'
import { long, type Part, quick } from './test-parts.ts'

// Runs the parts of `npm test`, or with --long those of `npm run test:long`, one after the other; with names, only the
// named parts. All parts run, also after a failure. A table at the end shows how long each part took.

const root = join(import.meta.dirname, '..')
const reports = join(root, '.cache/reports')
const times = join(root, '.cache/test-times.json')

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
  const counts = readCounts(report, status === 0)
  // A report describes failures, and may quote what a test typed.
  rmSync(report, { force: true })
  return { part, about, seconds, ...counts }
}

const [suite, parts] = process.argv.includes('--long')
  ? (['npm run test:long', long] as const)
  : (['npm test', quick] as const)
const named = process.argv.slice(2).filter((argument) => argument !== '--long')
const chosen = Object.entries(parts).filter(([part]) => named.length === 0 || named.includes(part))
try {
  const unknown = named.find((name) => !Object.hasOwn(parts, name))
  if (unknown) throw new Error(`${suite} has no part ${unknown}. It has ${Object.keys(parts).join(', ')}.`)
  if (chosen.some(([, { runner }]) => runner === 'playwright')) ensureChromium()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
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
