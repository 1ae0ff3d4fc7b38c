import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../gradient.cjs', import.meta.url))

/** The command line as people start it, to be followed by its arguments. */
export const program: readonly [string, ...string[]] = [process.execPath, file]

/** The surroundings that it is started in: none of the developer's but where programs are found. */
export const plainEnv = (more: Record<string, string | undefined> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ PATH: process.env.PATH, HOME: '/nonexistent', ...more }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  )
