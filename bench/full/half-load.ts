import { Worker } from 'node:worker_threads'
import { perSecond, type Row } from '../report.ts'
import { withBareHandler } from './beside.ts'
import { loadFully, type Measured } from './full-load.ts'
import type { Sent } from './loads.ts'
import { poolSize } from './nodes.ts'
import type { Plan } from './plan.ts'
import { loadSteadily } from './steady-load.ts'
import { connections, type Given } from './targets.ts'

/**
 * At half of what a node can do, most answers take about as long as the slowest. Beside it stand a bare handler at half of
 * what that can do, and how late a timer is meanwhile in a thread that has nothing else to do: what the machine withholds.
 */
export const measureHalfLoad = async ({ served, installation, url, plan }: Given): Promise<Row[]> => {
  const [address = ''] = served.nodes.addresses
  const lateness = watchTimer()
  const ours = await atHalfLoad(address, served.sent.list, plan)
  const late = await lateness.stop()
  const asked = { url, what: 'list' as const, installation, connections, pool: poolSize, seconds: 0, warmUp: 0 }
  const bare = await withBareHandler(asked, (address, sent) => atHalfLoad(address, sent, plan))
  const row = (what: string, measured: Measured) => ({
    what,
    measured: `${measured.p99.toFixed(2)} ms at ${perSecond(measured.rate)}`,
    beside: `${measured.p50.toFixed(2)} ms`,
    ratio: measured.p99 / measured.p50,
  })
  const own = row('list at half load: p99 beside p50', ours)
  return [
    { ...own, target: '< 5.00 times', met: own.ratio < 5 },
    { ...row('the same of a bare handler, at half of its load', bare), target: 'shown', met: true },
    {
      what: 'a timer in an idle thread meanwhile: late by, p99 beside p50',
      measured: `${late.p99.toFixed(2)} ms, at most ${late.max.toFixed(0)} ms`,
      beside: `${late.p50.toFixed(2)} ms`,
      ratio: late.p99 / late.p50,
      target: 'shown',
      met: true,
    },
  ]
}

const atHalfLoad = async (address: string, sent: Sent, { round, warmUp, steady }: Plan): Promise<Measured> => {
  const full = await loadFully([address], sent, { connections, seconds: round, warmUp })
  await loadSteadily(address, sent, { rate: full.rate / 2, seconds: warmUp })
  return loadSteadily(address, sent, { rate: full.rate / 2, seconds: steady })
}

type Lateness = { p50: number; p99: number; max: number }

/** Measures in a thread of its own how long a timer of a millisecond takes. Times are in milliseconds. */
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
