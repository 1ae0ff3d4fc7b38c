import { cpus } from 'node:os'
import { benchApi } from './api.ts'
import { benchCli } from './cli.ts'
import { benchConsole } from './console.ts'
import { benchMask } from './mask.ts'
import { printRows } from './report.ts'
import { benchStartup } from './startup.ts'

// Without options: what the README's figures are measured with. `--full` is another run, with a report of its own.

const given = process.argv.slice(2)
if (given[0] === '--against') {
  const revision = given[1]
  if (!revision || given.length > 2) throw new Error('Usage: npm run bench -- --against REVISION')
  const { benchAgainst } = await import('./against.ts')
  const rows = await benchAgainst(revision)
  printRows(`This checkout beside ${revision}`, rows)
  process.exit(rows.every((row) => row.met) ? 0 : 1)
}
if (given.length > 0) {
  const [{ benchFully }, { optionsFrom }] = await Promise.all([
    import('./full/full-benchmark.ts'),
    import('./full/plan.ts'),
  ])
  process.exit((await benchFully(optionsFrom(given))) ? 0 : 1)
}

// Figures are ratios within one run wherever they can be: a machine that is shared tells little by its seconds.

const [cpu] = cpus()
const date = new Date().toISOString().slice(0, 10)
console.log(`${date}, Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? 'unknown CPU'}`)

const sections = [
  ['Start', benchStartup],
  ['API on SQLite, one process', benchApi],
  ['Console in Chromium', benchConsole],
  ['Masking', benchMask],
  ['Command line', benchCli],
] as const
let met = true
for (const [title, bench] of sections) {
  const rows = await bench()
  printRows(title, rows)
  met &&= rows.every((row) => row.met)
}
console.log(met ? '\nEvery target is met.' : '\nA target is missed.')
process.exitCode = met ? 0 : 1
