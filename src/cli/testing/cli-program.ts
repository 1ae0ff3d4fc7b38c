import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../gradient.cjs', import.meta.url))

/** The command of the command line, without arguments. */
export const program: readonly [string, ...string[]] = [process.execPath, file]

/** Returns a clean environment: `PATH` of the developer, and these variables. */
export const cleanEnvironment = (more: Record<string, string | undefined> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ PATH: process.env.PATH, HOME: '/nonexistent', ...more }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  )
