import { report } from '#cli/output/report-failure.ts'
import { exits } from './exit.ts'
import { processIo } from './process-io.ts'
import { runProgram } from './run-program.ts'

const io = processIo()

// Whoever reads stdout may have seen enough, as `head` does: what is left is for nobody.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  io.note(`What was to be printed cannot be written: ${error.code}.`)
  process.exit(exits.failed)
})
process.stderr.on('error', () => undefined)
process.on('uncaughtException', (error) => process.exit(report(error, io)))

runProgram(process.argv.slice(2), io).then((code) => {
  process.exitCode = code
})
