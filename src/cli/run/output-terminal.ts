import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import type { Io } from '#cli/io.ts'
import { loadNativePty } from './native-pty.ts'

/** The size of the terminal that is there, in characters. */
export const sizeOf = ({ stdout, stderr }: Io): [columns: number, rows: number] => {
  const { columns = 0, rows = 0 } = (stdout.isTTY ? stdout : stderr) as Io['stdout']
  return [columns, rows]
}

/** Lets line feeds through as they are: the terminal that shows them makes CRLF of them itself. */
export const leaveLineFeeds = (terminal: number): void => {
  // Without the command, lines end in CR CR LF, which looks the same.
  spawnSync('stty', ['-opost'], { stdio: [terminal, 'ignore', 'ignore'], env: { PATH: process.env.PATH } })
}

/**
 * Opens a terminal for output only. The program that writes to it keeps the terminal that this one has, with its keys
 * and its interrupts; only what it prints goes another way.
 */
export const openOutputTerminal = (io: Io) => {
  const { native } = loadNativePty()
  const { master, slave, pty } = native.open(...sizeOf(io))
  // Opened once more, since programs inherit the first one under any number.
  const end = openSync(pty, constants.O_RDWR | constants.O_NOCTTY)
  closeSync(slave)
  leaveLineFeeds(end)
  return {
    end,
    source: () => new ReadStream(master),
    leaking: master,
    resize: () => native.resize(master, ...sizeOf(io)),
    release: () => closeSync(end),
  }
}
