/** What a program has said so far. */
export type Said = {
  text(): string
  bytes(): Buffer
  /** Resolves when it has said what matches, after `from` characters; rejects when it ends without, or says nothing of it for long. */
  until(what: RegExp | string, from?: number): Promise<string>
}

/** How long, in milliseconds, to wait for what a program does not say: less than a test may take. */
const patience = 45_000

/** Anything that gives bytes to a listener. */
type Source = { on(event: 'data', listener: (chunk: Uint8Array) => void): unknown }

/** Writes down what comes from a source. `over` resolves with a sentence when nothing more can come. */
export const transcript = (source: Source, over: Promise<string>): Said => {
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
        setTimeout(giveUp, patience, 'It goes on.').unref()
      }),
  }
}
