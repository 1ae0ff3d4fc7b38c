import { constants } from 'node:os'

const forwarded = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/**
 * Hands signals on to a program, and keeps this process from dying of them before it: until the function that is
 * returned is called. SIGINT is handed on only if `interrupts`: a terminal has sent it to the program already.
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

/** Sends a signal to a process, if it is still there. */
export const sendTo =
  (pid: number) =>
  (signal: NodeJS.Signals): void => {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

/** What a shell says of a program that a signal ended: 128 and the signal's number. */
const signalled = 128

/** The exit code that tells how a program ended: its own, or 128 and the number of the signal. */
export const exitCodeOf = (code: number | null, signal: NodeJS.Signals | number | null): number => {
  if (signal === null || signal === 0) return code ?? 1
  return signalled + (typeof signal === 'number' ? signal : constants.signals[signal])
}
