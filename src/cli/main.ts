import { reportError } from '#cli/output/report-error.ts'
import { exitCodes } from './exit.ts'
import { processIo } from './process-io.ts'
import { runProgram } from './run-program.ts'

const io = processIo()

// The reader of stdout may close it early, as `head` does: drop the rest of the output.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  io.note(`What was to be printed cannot be written: ${error.code}.`)
  process.exit(exitCodes.failed)
})
process.stderr.on('error', () => undefined)
process.on('uncaughtException', (error) => process.exit(reportError(error, io)))

runProgram(process.argv.slice(2), io).then((code) => {
  process.exitCode = code
})
