/** Minimum time between two redraws, in milliseconds. */
const redrawInterval = 100
const width = 30

/**
 * Draws a progress bar in one line of a terminal, which `end` erases. Does nothing when the output is not a terminal.
 */
export const progressBar = (
  output: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
): { progress: Progress; end(): void } => {
  if (!output.isTTY) return { progress: () => undefined, end: () => undefined }
  let drawnAt = 0
  let drawnStep = ''
  return {
    progress: (step, done, of) => {
      const now = performance.now()
      if (step === drawnStep && now - drawnAt < redrawInterval) return
      drawnAt = now
      drawnStep = step
      output.write(`\r\u001b[K${lineOf(step, done, of)}`)
    },
    end: () => {
      if (drawnStep) output.write('\r\u001b[K')
    },
  }
}

const lineOf = (step: string, done: number, of: number | undefined): string => {
  const name = step.padEnd('Verifying'.length)
  if (of === undefined) return `${name} ${formatCount(done)} rows`
  const part = of === 0 ? 1 : Math.min(done / of, 1)
  const filled = Math.round(part * width)
  const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
  return `${name} ${bar} ${`${Math.floor(part * 100)}`.padStart(3)} %  ${formatCount(done)} of ${formatCount(of)}`
}

export const formatCount = (count: number): string => count.toLocaleString('en-US')

/** A callback for the progress of a long step. `of` is missing when the total is unknown. */
export type Progress = (step: string, done: number, of?: number) => void
