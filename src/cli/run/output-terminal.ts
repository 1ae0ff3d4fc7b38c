import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import type { Io } from '#cli/io.ts'
import { loadNativePty } from './native-pty.ts'

/** Returns the size of the current terminal in characters. */
export const terminalSize = ({ stdout, stderr }: Io): [columns: number, rows: number] => {
  const { columns = 0, rows = 0 } = (stdout.isTTY ? stdout : stderr) as Io['stdout']
  return [columns, rows]
}

/** Disables the translation of LF to CRLF: the current terminal translates already. */
export const disableLineFeedTranslation = (terminal: number): void => {
  // Without `stty`, lines end in CR CR LF, which looks the same.
  spawnSync('stty', ['-opost'], { stdio: [terminal, 'ignore', 'ignore'], env: { PATH: process.env.PATH } })
}

/** Opens a pseudo-terminal for output only. The program keeps the current terminal with its keys and interrupts. */
export const openOutputTerminal = (io: Io) => {
  const { native } = loadNativePty()
  const { master, slave, pty } = native.open(...terminalSize(io))
  // Open it a second time: `open` returns a descriptor that programs inherit under its own number.
  const end = openSync(pty, constants.O_RDWR | constants.O_NOCTTY)
  closeSync(slave)
  disableLineFeedTranslation(end)
  return {
    end,
    source: () => new ReadStream(master),
    leaking: master,
    resize: () => native.resize(master, ...terminalSize(io)),
    release: () => closeSync(end),
  }
}
