import { CommanderError } from 'commander'
import { Failure } from '#shared/failure.ts'
import type { Context, Shared } from './context.ts'
import { CommandError, exitFor, exits } from './exit.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'
import { readSettings } from './settings.ts'

/** Runs a command line and returns what the process is to end with. */
export const runProgram = async (args: readonly string[], io: Io): Promise<number> => {
  const given: Shared = {}
  const settings = () => readSettings(io, given)
  const context: Context = {
    io,
    given,
    settings,
    client: async () => {
      const { address, apiKey } = await settings()
      if (!apiKey) throw new CommandError(exits.denied, 'There is no API key.', { hint: 'Run “gradient login”.' })
      const { createClient } = await import('#client/client.ts')
      return createClient({ baseUrl: address, apiKey })
    },
  }
  try {
    await createProgram(context).parseAsync(args, { from: 'user' })
    return context.exitCode ?? 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exits.usage
    if (error instanceof CommandError || error instanceof Failure) io.note(error.message)
    else io.note('Something went wrong inside gradient.')
    return exitFor(error)
  }
}
