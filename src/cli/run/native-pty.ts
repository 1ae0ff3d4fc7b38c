import { createRequire } from 'node:module'
import { CommandError, exitCodes } from '#cli/exit.ts'

/** The native part of node-pty. File descriptors are numbers, and children inherit those that it opens. */
type NativePty = {
  /** Starts a program on a new terminal. `env` is a list of `NAME=value`. */
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
 * Loads the native module for pseudo-terminals on first use. Bypasses the JavaScript of node-pty, which adds variables
 * to the environment and closes the terminal 200 ms after the program ends, even with unread output.
 * Throws {@link CommandError} when the package is not installed, as on unsupported systems.
 */
export const loadNativePty = (): { native: NativePty; helper: string } => {
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('@lydell/node-pty'))
    const binaries = `@lydell/node-pty-${process.platform}-${process.arch}`
    return {
      native: require(`${binaries}/pty.node`) as NativePty,
      // Only macOS needs a helper to start programs.
      helper: process.platform === 'darwin' ? require.resolve(`${binaries}/spawn-helper`) : '',
    }
  } catch (cause) {
    const message = 'Masking on a terminal needs “@lydell/node-pty”, which is not installed for this system.'
    throw new CommandError(exitCodes.internalError, message, { cause, hint: 'Install it, or add “--no-mask”.' })
  }
}
