import { median } from '../load.ts'
import { perSecond, type Row } from '../report.ts'
import { type Asked, bareHandler, driverAlone } from './beside.ts'
import { type Cell, measureCell, type Served } from './cells.ts'
import { loadFully, type Measured } from './full-load.ts'
import type { Installation } from './installation.ts'
import { type Operation, operations } from './loads.ts'
import { poolSize } from './nodes.ts'
import type { Plan } from './plan.ts'
import { loadSteadily } from './steady-load.ts'

type Given = { served: Served; installation: Installation; url: string; bareUrl: string; plan: Plan; size: number }

const connections = 16
const driverWork = { list: 'list', resolve: 'resolve', set: 'insert' } as const
const least = { list: 0.5, resolve: 0.4, set: 0.4 }
const besideWords = {
  list: 'SELECT of the same 101 rows',
  resolve: 'SELECT of the rows of its names',
  set: 'bare insert in a transaction',
}

/** One node on PostgreSQL held against the driver alone, over as many connections, in turns. */
export const measureBesideDriver = async ({
  served,
  installation,
  url,
  bareUrl,
  plan,
  size,
}: Given): Promise<Row[]> => {
  const rows: Row[] = []
  for (const operation of operations) {
    const what = driverWork[operation]
    const asked: Asked = {
      url: what === 'insert' ? bareUrl : url,
      what,
      installation,
      connections,
      pool: poolSize,
      seconds: plan.round,
      warmUp: plan.warmUp,
    }
    const ours: number[] = []
    const driver: number[] = []
    const bare: number[] = []
    for (let round = 0; round < plan.rounds; round++) {
      ours.push((await measureCell(served, { count: 1, size, operation, connections }, plan)).rate)
      driver.push((await driverAlone(asked)).rate)
      if (what !== 'insert') bare.push((await bareHandler(asked)).rate)
    }
    const ratioTo = (others: readonly number[]) =>
      median(ours.map((rate, round) => rate / (others[round] ?? Number.NaN)))
    const ratio = ratioTo(driver)
    const measured = perSecond(median(ours))
    rows.push({
      what: `${operation}, ${connections} connections, by API key over HTTP`,
      measured,
      beside: `${perSecond(median(driver))} ${besideWords[operation]}, driver alone`,
      ratio,
      target: `≥ ${least[operation].toFixed(2)}`,
      met: ratio >= least[operation],
    })
    if (bare.length > 0) {
      rows.push({
        what: 'the same, beside a bare handler',
        measured,
        beside: `${perSecond(median(bare))} ${besideWords[operation]}, bare handler over HTTP`,
        ratio: ratioTo(bare),
        target: 'shown',
        met: true,
      })
    }
  }
  return rows
}

/** At half of what a node can do, most answers take about as long as the slowest. */
export const measureHalfLoad = async ({ served, plan }: Given): Promise<{ row: Row; measured: Measured }> => {
  const [address = ''] = served.nodes.addresses
  const full = await loadFully([address], served.sent.list, { connections, seconds: plan.round, warmUp: plan.warmUp })
  await loadSteadily(address, served.sent.list, { rate: full.rate / 2, seconds: plan.warmUp })
  const measured = await loadSteadily(address, served.sent.list, { rate: full.rate / 2, seconds: plan.steady })
  const times = measured.p99 / measured.p50
  const row = {
    what: 'list at half load: p99 beside p50',
    measured: `${measured.p99.toFixed(2)} ms at ${perSecond(measured.rate)}`,
    beside: `${measured.p50.toFixed(2)} ms`,
    ratio: times,
    target: '< 5.00 times',
    met: times < 5,
  }
  return { row, measured }
}

/** Processor time of the nodes a request, by operation and number of nodes, in microseconds. */
export type TimePerRequest = Record<Operation, { nodes: number; nodeTime: number; databaseTime: number }[]>

/** Each node gets as many connections, as a fleet does that grows with what is asked of it; numbers of nodes take turns. */
export const measureNodes = async ({ served, plan, size }: Given): Promise<{ rows: Row[]; times: TimePerRequest }> => {
  const found: Cell[] = []
  for (let round = 0; round < plan.rounds; round++) {
    for (const operation of operations) {
      for (const count of plan.nodes) {
        found.push(await measureCell(served, { count, size, operation, connections: connections * count }, plan))
      }
    }
  }
  const rows: Row[] = []
  const times: TimePerRequest = { list: [], set: [], resolve: [] }
  for (const operation of operations) {
    for (const count of plan.nodes) {
      const cells = found.filter((cell) => cell.operation === operation && cell.nodes === count)
      const nodeTime = median(cells.map((cell) => cell.nodeTime))
      const databaseTime = median(cells.map((cell) => cell.databaseTime ?? 0))
      times[operation].push({ nodes: count, nodeTime, databaseTime })
    }
    const [one, ...more] = times[operation]
    for (const { nodes, nodeTime } of more) {
      const ratio = nodeTime / (one?.nodeTime ?? Number.NaN)
      rows.push({
        what: `${operation} on ${nodes} nodes: processor time a request`,
        measured: `${Math.round(nodeTime)} µs`,
        beside: `${Math.round(one?.nodeTime ?? 0)} µs on one`,
        ratio,
        target: nodes === 2 ? '≤ 1.10 times' : 'shown',
        met: nodes !== 2 || ratio <= 1.1,
      })
    }
  }
  return { rows, times }
}
