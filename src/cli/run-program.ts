import { readSettings } from '#cli/options/settings.ts'
import { reportError } from '#cli/output/report-error.ts'
import type { Context, Settings, SharedOptions } from './context.ts'
import { CommandError, exitCodes } from './exit.ts'
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
  let found: Promise<Settings> | undefined
  const settings = () => {
    found ??= readSettings(io, sharedOptions)
    return found
  }
  return {
    io,
    sharedOptions,
    settings,
    client: async () => {
      const { address, apiKey } = await settings()
      if (!apiKey) {
        const hint = 'Run “gradient login”, or set PAPERSPACE_API_KEY to a key.'
        throw new CommandError(exitCodes.denied, 'There is no API key.', { hint })
      }
      const { openClient } = await import('#cli/http/open-client.ts')
      return openClient(address, apiKey)
    },
  }
}
