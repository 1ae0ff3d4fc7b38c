import { runPiped } from './piped.ts'
import { startOnTerminal } from './terminal.ts'

/** A run as the user sees it: all output, with LF. */
export type CliResult = { where: string; code: number | NodeJS.Signals; shown: string }

type Options = { env: Record<string, string | undefined>; cwd?: string }

/** The two ways to run `gradient` that must behave the same. */
export const surroundings: ((args: readonly string[], options: Options) => Promise<CliResult>)[] = [
  async (args, options) => {
    const { code, stdout, stderr } = await runPiped(args, options)
    return { where: 'through pipes', code, shown: stderr + stdout }
  },
  async (args, options) => {
    const { ended, screen } = startOnTerminal(args, options)
    const code = await ended
    return { where: 'on a terminal', code, shown: screen.text().replaceAll('\r\n', '\n') }
  },
]
