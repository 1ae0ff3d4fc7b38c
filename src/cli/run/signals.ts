import { constants } from 'node:os'

const forwarded = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/**
 * Forwards signals to a program, and keeps this process alive until the returned function is called. SIGINT is
 * forwarded only if `interrupts` is true: a terminal already sent it to the program.
 */
export const forwardSignals = (send: (signal: NodeJS.Signals) => void, { interrupts }: { interrupts: boolean }) => {
  const handlers: [NodeJS.Signals, () => void][] = [
    ...forwarded.map((signal): [NodeJS.Signals, () => void] => [signal, () => send(signal)]),
    ['SIGINT', interrupts ? () => send('SIGINT') : () => undefined],
  ]
  for (const [signal, handler] of handlers) process.on(signal, handler)
  return (): void => {
    for (const [signal, handler] of handlers) process.off(signal, handler)
  }
}

/** Sends a signal to a process, if it still exists. */
export const sendTo =
  (pid: number) =>
  (signal: NodeJS.Signals): void => {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

/** Shells report a program that was ended by a signal as 128 plus its number. */
const signalled = 128

/** Returns the exit code for the end of a program: its own, or 128 plus the signal. */
export const exitCodeOf = (code: number | null, signal: NodeJS.Signals | number | null): number => {
  if (signal === null || signal === 0) return code ?? 1
  return signalled + (typeof signal === 'number' ? signal : constants.signals[signal])
}
