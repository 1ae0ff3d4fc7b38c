import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommandError } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'

/** What shells end with when there is no such command, and when there is one that cannot be started. */
export const notStarted = { missing: 127, refused: 126 } as const

/** Where commands are looked for without a `PATH`. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin'

/**
 * Refuses a command that could not be started, in words and before anything else happens: looks for it where the
 * system will. Throws a {@link CommandError} that ends with 127 when there is none, and with 126 when it cannot be run.
 */
export const requireCommand = (command: string, { cwd, path = defaultPath }: { cwd: string; path?: string }): void => {
  const shown = printable(command)
  if (command === '') throw new CommandError(notStarted.missing, 'The command to run is empty.')
  const places = command.includes('/')
    ? [resolve(cwd, command)]
    : path.split(':').map((folder) => resolve(cwd, folder, command))
  const states = places.map(stateOf)
  const place = places[states.indexOf('runs')]
  if (place === undefined) {
    if (states.includes('folder')) throw new CommandError(notStarted.refused, `“${shown}” is a folder.`)
    if (states.includes('refused')) {
      throw new CommandError(notStarted.refused, `“${shown}” may not be executed.`, { hint: 'Run: chmod +x FILE' })
    }
    throw new CommandError(notStarted.missing, `There is no command “${shown}”.`)
  }
  const interpreter = interpreterOf(place)
  if (interpreter !== undefined && stateOf(resolve(cwd, interpreter)) !== 'runs') {
    const message = `“${shown}” is a script for “${printable(interpreter)}”, which is not there.`
    throw new CommandError(notStarted.refused, message)
  }
}

const stateOf = (place: string): 'runs' | 'refused' | 'folder' | 'missing' => {
  try {
    const found = statSync(place)
    if (found.isDirectory()) return 'folder'
    accessSync(place, constants.X_OK)
    return 'runs'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'refused' : 'missing'
  }
}

/** What the first line of a script says that it is for. A program that may not be read is none. */
const interpreterOf = (place: string): string | undefined => {
  const bytes = Buffer.alloc(256)
  try {
    const file = openSync(place, 'r')
    try {
      readSync(file, bytes)
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
  return /^#![ \t]*([^\s\0]+)/.exec(bytes.toString('latin1'))?.[1]
}
