import { cpus } from 'node:os'
import { benchApi } from './api.ts'
import { benchCli } from './cli.ts'
import { benchConsole } from './console.ts'
import { benchMask } from './mask.ts'
import { printRows } from './report.ts'
import { benchStartup } from './startup.ts'

// Without options, this measures the README's figures. `--full` is another run with its own report.

const args = process.argv.slice(2)
if (args[0] === '--against') {
  const revision = args[1]
  if (!revision || args.length > 2) throw new Error('Usage: npm run bench -- --against REVISION')
  const { benchAgainst } = await import('./against.ts')
  const rows = await benchAgainst(revision)
  printRows(`This checkout compared with ${revision}`, rows)
  process.exit(rows.every((row) => row.met) ? 0 : 1)
}
if (args.length > 0) {
  const [{ runFullBenchmark }, { optionsFrom }] = await Promise.all([
    import('./full/full-benchmark.ts'),
    import('./full/plan.ts'),
  ])
  process.exit((await runFullBenchmark(optionsFrom(args))) ? 0 : 1)
}

// Figures are ratios within one run where possible, because absolute times on a shared machine vary.

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
