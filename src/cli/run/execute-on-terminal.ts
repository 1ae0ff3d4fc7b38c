import { ReadStream } from 'node:tty'
import type { Io } from '#cli/io.ts'
import type { Mask } from '#cli/mask/mask-stream.ts'
import type { Program } from './execute-piped.ts'
import { loadNativePty } from './native-pty.ts'
import { drainOutput, pumpOutput } from './output-pump.ts'
import { disableLineFeedTranslation, terminalSize } from './output-terminal.ts'
import { exitCodeOf, forwardSignals, sendTo } from './signals.ts'

/**
 * Runs a program on a new pseudo-terminal. Its output is shown on the current terminal, and every key goes to it,
 * including interrupts. Returns its exit code.
 */
export const executeOnTerminal = async (
  io: Io,
  { command, args, env, cwd }: Program,
  newMask: () => Mask,
): Promise<number> => {
  const { stdin, stdout } = io
  const { native, helper } = loadNativePty()
  const ended = Promise.withResolvers<number>()
  const list = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  stdin.setRawMode?.(true)
  try {
    disableLineFeedTranslation(0)
    const { fd, pid } = native.fork(
      command,
      args,
      list,
      cwd,
      ...terminalSize(io),
      -1,
      -1,
      true,
      helper,
      (code, signal) => ended.resolve(exitCodeOf(code, signal)),
    )
    const stopForwarding = forwardSignals(sendTo(pid), { interrupts: false })
    const terminal = new ReadStream(fd)
    const output = pumpOutput(terminal, stdout, newMask)
    const type = (keys: Uint8Array) => {
      if (terminal.write(keys)) return
      stdin.pause()
      terminal.once('drain', () => stdin.resume())
    }
    const resize = () => native.resize(fd, ...terminalSize(io))
    stdin.on('data', type)
    // The current terminal may be closed; the program then gets SIGHUP.
    stdin.on('error', () => undefined)
    stdout.on('resize', resize)
    try {
      const code = await ended.promise
      stopForwarding()
      await drainOutput([output])
      return code
    } finally {
      stdout.off('resize', resize)
      stdin.off('data', type)
      stdin.pause()
    }
  } finally {
    // Restores the initial mode, including line feed translation.
    stdin.setRawMode?.(false)
  }
}
