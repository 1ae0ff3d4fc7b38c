import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import autocannon from 'autocannon'
import type { RequestLoop } from './loads.ts'

/** Answered requests per second, with percentiles of the latency in milliseconds. */
export type Measured = { rate: number; requests: number; p50: number; p90: number; p99: number }

const microseconds = 1000

type How = { connections: number; seconds: number; warmUp: number; atBegin?: () => void }

/**
 * Loads servers as fast as they answer, with this many connections in total. Nothing counts until the warm-up is over;
 * `atBegin` is called then. Any failed request is an error.
 */
export const loadFully = async (
  addresses: readonly string[],
  { path, requests }: RequestLoop,
  { connections, seconds, warmUp, atBegin }: How,
): Promise<Measured> => {
  const times = createHistogram()
  let began = performance.now()
  const begin = setTimeout(() => {
    times.reset()
    began = performance.now()
    atBegin?.()
  }, warmUp * 1000)
  const each = addresses.map((_, index) => share(connections, addresses.length, index))
  await Promise.all(
    addresses.map((address, index) =>
      loadOne(`${address}${path}`, requests, each[index] ?? 0, seconds + warmUp, times),
    ),
  )
  clearTimeout(begin)
  const took = (performance.now() - began) / 1000
  return { rate: times.count / took, requests: times.count, ...percentilesOf(times) }
}

/** Returns a part's share of the connections. Shares differ by at most one and add up to all connections. */
const share = (connections: number, parts: number, index: number): number =>
  Math.floor((connections + parts - 1 - index) / parts)

let made = 0

const loadOne = async (
  url: string,
  requests: RequestLoop['requests'],
  connections: number,
  duration: number,
  times: RecordableHistogram,
): Promise<void> => {
  if (connections === 0) return
  const result = await new Promise<autocannon.Result>((done, fail) => {
    const setupClient = (client: autocannon.Client) => client.setRequests(requests(made++))
    const running = autocannon({ url, connections, duration, setupClient }, (error, found) =>
      error ? fail(error) : done(found),
    )
    // The tool's own percentiles are in whole milliseconds, and most answers take less.
    running.on('response', (_client, _status, _bytes, milliseconds) => {
      times.record(Math.max(1, Math.round(milliseconds * microseconds)))
    })
  })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${failed} of ${result.requests.total} requests to ${url} failed.`)
}

export const percentilesOf = (times: RecordableHistogram): Pick<Measured, 'p50' | 'p90' | 'p99'> => {
  const at = (percentile: number) => times.percentile(percentile) / microseconds
  return { p50: at(50), p90: at(90), p99: at(99) }
}
