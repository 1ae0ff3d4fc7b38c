import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommandError } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'

/** Exit codes of shells for a missing command, and for one that cannot be started. */
export const startExitCodes = { missing: 127, refused: 126 } as const

/** Search path without `PATH`. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin'

/**
 * Throws {@link CommandError} for a command that cannot be started, before anything else happens: with code 127 when it
 * does not exist, 126 when it cannot be executed. Searches as the system does.
 */
export const requireCommand = (command: string, { cwd, path = defaultPath }: { cwd: string; path?: string }): void => {
  const shown = printable(command)
  if (command === '') throw new CommandError(startExitCodes.missing, 'The command to run is empty.')
  const places = command.includes('/')
    ? [resolve(cwd, command)]
    : path.split(':').map((folder) => resolve(cwd, folder, command))
  const states = places.map(stateOf)
  const place = places[states.indexOf('runs')]
  if (place === undefined) {
    if (states.includes('folder')) throw new CommandError(startExitCodes.refused, `“${shown}” is a folder.`)
    if (states.includes('refused')) {
      throw new CommandError(startExitCodes.refused, `“${shown}” may not be executed.`, { hint: 'Run: chmod +x FILE' })
    }
    throw new CommandError(startExitCodes.missing, `There is no command “${shown}”.`)
  }
  const interpreter = interpreterOf(place)
  if (interpreter !== undefined && stateOf(resolve(cwd, interpreter)) !== 'runs') {
    const message = `“${shown}” is a script for “${printable(interpreter)}”, which is not there.`
    throw new CommandError(startExitCodes.refused, message)
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

/** Returns the interpreter in the first line of a script, or `undefined` for other and unreadable files. */
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
