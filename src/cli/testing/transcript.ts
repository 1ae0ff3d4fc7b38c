/** Output of a program so far. */
export type Transcript = {
  text(): string
  bytes(): Buffer
  /**
   * Resolves when the output after `from` characters matches. Rejects when the program ends or a timeout expires first.
   */
  until(what: RegExp | string, from?: number): Promise<string>
}

/** Timeout in milliseconds, less than that of a test. */
const timeout = 45_000

/** An emitter of bytes. */
type Source = { on(event: 'data', listener: (chunk: Uint8Array) => void): unknown }

/** Records a source. `over` resolves with a sentence when no more output can come. */
export const transcript = (source: Source, over: Promise<string>): Transcript => {
  let bytes = Buffer.alloc(0)
  const waiting = new Set<() => void>()
  source.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
    for (const look of waiting) look()
  })
  const text = () => bytes.toString()
  return {
    text,
    bytes: () => bytes,
    until: (what, from = 0) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const said = text().slice(from)
          if (typeof what === 'string' ? !said.includes(what) : !what.test(said)) return false
          waiting.delete(look)
          resolve(said)
          return true
        }
        if (look()) return
        waiting.add(look)
        const giveUp = (how: string) => {
          if (!look()) reject(new Error(`${how} It never said ${what}, but: ${JSON.stringify(text())}`))
        }
        over.then(giveUp)
        setTimeout(giveUp, timeout, 'It goes on.').unref()
      }),
  }
}
