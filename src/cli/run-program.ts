import { connectionOf } from '#cli/options/settings.ts'
import { reportError } from '#cli/output/report-error.ts'
import type { Context, SharedOptions } from './context.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'

/** Runs a command line and returns the exit code for the process. */
export const runProgram = async (args: readonly string[], io: Io): Promise<number> => {
  const context = createContext(io)
  try {
    const program = await createProgram(context, args)
    await program.parseAsync(args, { from: 'user' })
    return context.exitCode ?? 0
  } catch (error) {
    return reportError(error, io)
  }
}

const createContext = (io: Io): Context => {
  const sharedOptions: SharedOptions = {}
  return {
    io,
    sharedOptions,
    client: async () => {
      const { address, apiKey } = await connectionOf(io, sharedOptions)
      const { openClient } = await import('#cli/http/open-client.ts')
      return openClient(address, apiKey)
    },
  }
}
