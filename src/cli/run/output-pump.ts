import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Mask } from '#cli/mask/mask-stream.ts'

/** An output stream that is being masked. */
type Pump = {
  /** Resolves when the source has ended and the sink has received everything. */
  ended: Promise<void>
  /** Returns the number of bytes read so far. */
  received(): number
  /** Returns whether it waits for the sink to drain. */
  isStalled(): boolean
  /** Stops reading and writes the withheld bytes. */
  stop(): void
}

/**
 * Copies `source` to `sink` through a mask, which is created on the first output. When the sink closes, the source is
 * closed.
 */
export const pumpOutput = (source: Readable, sink: Writable, newMask: () => Mask): Pump => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  let mask: Mask | undefined
  let received = 0
  let isStalled = false
  const goOn = () => {
    isStalled = false
    source.resume()
  }
  // The program then gets SIGPIPE or EPIPE, as from any closed pipe.
  const close = () => source.destroy()
  source.on('data', (chunk: Uint8Array) => {
    received += chunk.byteLength
    mask ??= newMask()
    const shown = mask.write(chunk)
    if (shown.byteLength === 0 || sink.write(shown)) return
    isStalled = true
    source.pause()
    sink.once('drain', goOn)
  })
  // A pseudo-terminal ends with EIO after the last program closes it.
  source.on('error', () => undefined)
  sink.on('error', close)
  source.on('close', () => {
    sink.off('drain', goOn)
    sink.write(mask?.flush() ?? '', () => end())
  })
  return { ended, received: () => received, isStalled: () => isStalled, stop: close }
}

/** Idle time and maximum time to wait for output after the program ended, in milliseconds. */
const idleTime = 250
const maxTime = 2000

/**
 * Waits for the remaining output after a program ended. Its children may keep the pipes open for ever, so it stops when
 * no output arrives for a while, or after the maximum time. Time during which the sink is full does not count.
 */
export const drainOutput = async (pumps: readonly Pump[]): Promise<void> => {
  let isOver = false
  const all = Promise.all(pumps.map(({ ended }) => ended)).then(() => {
    isOver = true
  })
  const received = () => pumps.reduce((sum, each) => sum + each.received(), 0)
  for (let waited = 0; waited < maxTime; ) {
    const before = received()
    const cancel = new AbortController()
    await Promise.race([all, sleep(idleTime, undefined, { signal: cancel.signal }).catch(() => undefined)])
    cancel.abort()
    if (isOver) return
    if (pumps.some(({ isStalled }) => isStalled())) continue
    if (received() === before) break
    waited += idleTime
  }
  for (const { stop } of pumps) stop()
  await all
}
