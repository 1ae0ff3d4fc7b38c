const width = 30

/** Keeps a bar on the terminal up to date, over itself, on stderr. Where that is no terminal, nothing is said. */
export const progressBar = (label: string, total: number): { at(done: number): void; end(): void } => {
  const { stderr } = process
  const write = (text: string) => {
    if (stderr.isTTY) stderr.write(text)
  }
  const begun = performance.now()
  return {
    at: (done) => {
      const part = Math.min(1, total === 0 ? 1 : done / total)
      const bar = '█'.repeat(Math.round(part * width)).padEnd(width, '░')
      const left = part > 0.01 ? `, ${Math.ceil(((performance.now() - begun) / 1000 / part) * (1 - part))} s left` : ''
      write(`\r\u001b[2K${bar} ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${label}${left}`)
    },
    end: () => write('\r\u001b[2K'),
  }
}
