import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Mask } from '#cli/mask/mask-stream.ts'

/** One stream of output on its way through a mask. */
export type Pump = {
  /** Resolves when the source is at its end, and all of it has been handed to the sink. */
  ended: Promise<void>
  /** How many bytes came out of the source so far. */
  received(): number
  /** Whether it waits for the sink, which has enough for now. */
  isStalled(): boolean
  /** Reads no further. What was held back is shown. */
  stop(): void
}

/**
 * Begins to show what comes from `source` on `sink`, through a mask, which is made when there is something to mask.
 * A sink that is closed closes the source.
 */
export const pump = (source: Readable, sink: Writable, newMask: () => Mask): Pump => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  let mask: Mask | undefined
  let received = 0
  let isStalled = false
  const goOn = () => {
    isStalled = false
    source.resume()
  }
  // Whoever writes into the source then learns it as from any pipe that nobody reads: by SIGPIPE or EPIPE.
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
  // A pseudo-terminal ends in an EIO, when no program has it any more.
  source.on('error', () => undefined)
  sink.on('error', close)
  source.on('close', () => {
    sink.off('drain', goOn)
    sink.write(mask?.flush() ?? '', () => end())
  })
  return { ended, received: () => received, isStalled: () => isStalled, stop: close }
}

/** How long nothing has to come, and how long it may come at most, after a program’s end. In milliseconds. */
const quiet = 250
const longest = 2000

/**
 * Waits, after a program's end, for what is left of its output. Programs that it started may still hold its pipes, and
 * keep them for ever: so only until nothing comes for a while, or until it has come for long. Time in which the sink
 * does not take anything does not count.
 */
export const settle = async (pumps: readonly Pump[]): Promise<void> => {
  let isOver = false
  const all = Promise.all(pumps.map(({ ended }) => ended)).then(() => {
    isOver = true
  })
  const received = () => pumps.reduce((sum, each) => sum + each.received(), 0)
  for (let waited = 0; waited < longest; ) {
    const before = received()
    const cancel = new AbortController()
    await Promise.race([all, sleep(quiet, undefined, { signal: cancel.signal }).catch(() => undefined)])
    cancel.abort()
    if (isOver) return
    if (pumps.some(({ isStalled }) => isStalled())) continue
    if (received() === before) break
    waited += quiet
  }
  for (const { stop } of pumps) stop()
  await all
}
