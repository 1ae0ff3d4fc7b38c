import { Worker } from 'node:worker_threads'
import { perSecond, type Row } from '../report.ts'
import { withBareHandler } from './driver-process.ts'
import { loadFully, type Measured } from './full-load.ts'
import type { RequestLoop } from './loads.ts'
import { poolSize } from './nodes.ts'
import type { Plan } from './plan.ts'
import { loadSteadily } from './steady-load.ts'
import { connections, type NodeUnderTest } from './targets.ts'

/**
 * Measures latency at half of a node's maximum rate, where p99 should be close to p50. For comparison, it measures a
 * bare handler at half of its maximum, and the delay of a timer in an idle thread, which shows what the machine itself
 * withholds.
 */
export const measureHalfLoad = async ({ served, installation, url, plan }: NodeUnderTest): Promise<Row[]> => {
  const [address = ''] = served.nodes.addresses
  const lateness = watchTimer()
  const ours = await atHalfLoad(address, served.sent.list, plan)
  const late = await lateness.stop()
  const task = { url, what: 'list' as const, installation, connections, pool: poolSize, seconds: 0, warmUp: 0 }
  const bare = await withBareHandler(task, (address, sent) => atHalfLoad(address, sent, plan))
  const row = (what: string, measured: Measured) => ({
    what,
    measured: `${measured.p99.toFixed(2)} ms at ${perSecond(measured.rate)}`,
    baseline: `${measured.p50.toFixed(2)} ms`,
    ratio: measured.p99 / measured.p50,
  })
  const own = row('list at half load: p99 compared with p50', ours)
  return [
    { ...own, target: '< 5.00 times', met: own.ratio < 5 },
    { ...row('the same of a bare handler, at half of its load', bare), target: 'shown', met: true },
    {
      what: 'delay of a timer in an idle thread at the same time, p99 compared with p50',
      measured: `${late.p99.toFixed(2)} ms, at most ${late.max.toFixed(0)} ms`,
      baseline: `${late.p50.toFixed(2)} ms`,
      ratio: late.p99 / late.p50,
      target: 'shown',
      met: true,
    },
  ]
}

const atHalfLoad = async (address: string, sent: RequestLoop, { round, warmUp, steady }: Plan): Promise<Measured> => {
  const full = await loadFully([address], sent, { connections, seconds: round, warmUp })
  await loadSteadily(address, sent, { rate: full.rate / 2, seconds: warmUp })
  return loadSteadily(address, sent, { rate: full.rate / 2, seconds: steady })
}

type Lateness = { p50: number; p99: number; max: number }

/** Measures in a separate thread how long a timer of one millisecond takes. Times are in milliseconds. */
const watchTimer = (): { stop(): Promise<Lateness> } => {
  const source = `
    const { parentPort } = require('node:worker_threads')
    const times = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 1 })
    times.enable()
    parentPort.once('message', () => {
      const [p50, p99, max] = [times.percentile(50), times.percentile(99), times.max].map((time) => time / 1e6)
      parentPort.postMessage({ p50, p99, max })
    })`
  const worker = new Worker(source, { eval: true })
  return {
    stop: () =>
      new Promise((resolve, reject) => {
        worker.once('message', resolve)
        worker.once('error', reject)
        worker.postMessage('stop')
      }),
  }
}
