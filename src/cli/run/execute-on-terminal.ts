import { ReadStream } from 'node:tty'
import type { Io } from '#cli/io.ts'
import type { Mask } from '#cli/mask/mask-stream.ts'
import type { Program } from './execute-piped.ts'
import { loadNativePty } from './native-pty.ts'
import { pump, settle } from './output-pump.ts'
import { leaveLineFeeds, sizeOf } from './output-terminal.ts'
import { exitCodeOf, forwardSignals, sendTo } from './signals.ts'

/**
 * Runs a program on a terminal of its own, of which this one shows what it prints, and which gets every key as it is
 * pressed: also those that would interrupt, which that terminal then does. Returns its exit code.
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
    leaveLineFeeds(0)
    const { fd, pid } = native.fork(command, args, list, cwd, ...sizeOf(io), -1, -1, true, helper, (code, signal) =>
      ended.resolve(exitCodeOf(code, signal)),
    )
    const stopForwarding = forwardSignals(sendTo(pid), { interrupts: false })
    const terminal = new ReadStream(fd)
    const output = pump(terminal, stdout, newMask)
    const type = (keys: Uint8Array) => {
      if (terminal.write(keys)) return
      stdin.pause()
      terminal.once('drain', () => stdin.resume())
    }
    const resize = () => native.resize(fd, ...sizeOf(io))
    stdin.on('data', type)
    // The terminal may go away; the program is told so by SIGHUP.
    stdin.on('error', () => undefined)
    stdout.on('resize', resize)
    try {
      const code = await ended.promise
      stopForwarding()
      await settle([output])
      return code
    } finally {
      stdout.off('resize', resize)
      stdin.off('data', type)
      stdin.pause()
    }
  } finally {
    // As it was found, line feeds included.
    stdin.setRawMode?.(false)
  }
}
