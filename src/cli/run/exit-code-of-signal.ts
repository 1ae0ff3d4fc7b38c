import { constants } from 'node:os'

/** What a shell says of a program that a signal ended: 128 and the signal's number. */
const signalled = 128

/** The exit code that tells how a program ended: its own, or 128 and the number of the signal. */
export const exitCodeOf = (code: number | null, signal: NodeJS.Signals | number | null): number => {
  if (signal === null || signal === 0) return code ?? 1
  return signalled + (typeof signal === 'number' ? signal : constants.signals[signal])
}
