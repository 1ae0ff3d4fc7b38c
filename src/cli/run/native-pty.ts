import { createRequire } from 'node:module'
import { CommandError, exits } from '#cli/exit.ts'

/** The native part of node-pty. File descriptors are numbers; what it opens, children inherit. */
export type NativePty = {
  /** Starts a program that has a new terminal as its own. `env` is a list of `NAME=value`. */
  fork(
    file: string,
    args: readonly string[],
    env: readonly string[],
    cwd: string,
    columns: number,
    rows: number,
    uid: number,
    gid: number,
    isUtf8: boolean,
    helper: string,
    onExit: (code: number, signal: number) => void,
  ): { fd: number; pid: number }
  open(columns: number, rows: number): { master: number; slave: number; pty: string }
  resize(master: number, columns: number, rows: number): void
}

/**
 * Loads what makes pseudo-terminals, only when one is needed. Not through node-pty's own JavaScript: that one adds
 * variables to the program's environment, and closes the terminal 200 ms after its end, read or not.
 * Throws a {@link CommandError} where it is not installed, as on systems that it is not made for.
 */
export const loadNativePty = (): { native: NativePty; helper: string } => {
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('@lydell/node-pty'))
    const binaries = `@lydell/node-pty-${process.platform}-${process.arch}`
    return {
      native: require(`${binaries}/pty.node`) as NativePty,
      // Elsewhere than on macOS, programs are started without a helper.
      helper: process.platform === 'darwin' ? require.resolve(`${binaries}/spawn-helper`) : '',
    }
  } catch (cause) {
    const message = 'Masking on a terminal needs “@lydell/node-pty”, which is not installed for this system.'
    throw new CommandError(exits.fault, message, { cause, hint: 'Install it, or add “--no-mask”.' })
  }
}
