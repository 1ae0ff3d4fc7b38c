import { setTimeout } from 'node:timers/promises'
import { residentBytes } from '../processes.ts'
import { perSecond, type Row } from '../report.ts'
import type { Served } from './cells.ts'
import { loadFully, type Measured } from './full-load.ts'
import { garbageSignal } from './garbage-signal.ts'
import { linearGrowth } from './linear-growth.ts'
import { operations } from './loads.ts'
import type { Plan } from './plan.ts'
import { startSteadyLoad } from './steady-load.ts'
import { megabytes } from './usage.ts'

/**
 * Memory of one node over time, in bytes: a sample every {@link sampleEvery} seconds, each after a garbage collection,
 * and the largest value seen before a collection.
 */
export type SoakResult = { kind: Served['kind']; memory: number[]; largest: number; measured: Measured[] }

export const sampleEvery = 10
/** Time for a collection, and for the engine to release the memory. Milliseconds. */
const collecting = 1000
const shareOfFull = 0.25
/** Memory that changes by less than this share of its mean is flat. */
const flat = 0.05

/**
 * Sends all operations to nodes of both kinds of database, at a steady rate, for the planned time. The first third is a
 * warm-up: code is compiled and caches fill.
 */
export const soak = async (served: readonly Served[], plan: Plan): Promise<{ rows: Row[]; soaked: SoakResult[] }> => {
  const running = []
  for (const one of served) {
    const [address = ''] = one.nodes.addresses
    const loads = []
    for (const operation of operations) {
      const full = await loadFully([address], one.sent[operation], {
        connections: 16,
        seconds: plan.round,
        warmUp: plan.warmUp,
      })
      const rate = (full.rate * shareOfFull) / (operations.length * served.length)
      loads.push({ sent: one.sent[operation], rate, address })
    }
    running.push({ kind: one.kind, pid: one.nodes.pids[0] ?? 0, loads, memory: [] as number[], largest: 0 })
  }
  const begun = running.map((one) => ({
    ...one,
    steady: one.loads.map(({ sent, rate, address }) => startSteadyLoad(address, sent, { rate, connections: 8 })),
  }))
  const until = performance.now() + plan.soak * 1000
  while (performance.now() < until) {
    await setTimeout(sampleEvery * 1000 - collecting)
    for (const one of begun) {
      one.largest = Math.max(one.largest, residentBytes(one.pid))
      process.kill(one.pid, garbageSignal)
    }
    await setTimeout(collecting)
    for (const { pid, memory } of begun) memory.push(residentBytes(pid))
  }
  const soaked: SoakResult[] = []
  for (const { kind, memory, largest, steady } of begun) {
    soaked.push({ kind, memory, largest, measured: await Promise.all(steady.map((load) => load.stop())) })
  }
  return { rows: soaked.map((one) => rowOf(one, plan)), soaked }
}

const rowOf = ({ kind, memory, largest, measured }: SoakResult, plan: Plan): Row => {
  const later = memory.slice(Math.floor(memory.length / 3))
  const mean = later.reduce((sum, bytes) => sum + bytes, 0) / later.length
  const grew = linearGrowth(later)
  const rate = measured.reduce((sum, { rate }) => sum + rate, 0)
  return {
    what: `memory used by a node on ${kind} over ${Math.round(plan.soak / 60)} minutes at ${perSecond(rate)}`,
    measured: `${Math.round(megabytes(mean))} MB, with garbage at most ${Math.round(megabytes(largest))} MB`,
    baseline: `${megabytes(grew).toFixed(1)} MB more over the last two thirds`,
    ratio: 1 + grew / mean,
    target: '≤ 1.05 times',
    met: grew / mean <= flat,
  }
}
