import { median } from '../load.ts'
import { perSecond, type Row } from '../report.ts'
import type { Served } from './cells.ts'
import { type DriverTask, runBareHandler, runDriver } from './driver-process.ts'
import { loadFully } from './full-load.ts'
import type { Installation } from './installation.ts'
import { type Operation, operations } from './loads.ts'
import { poolSize } from './nodes.ts'
import type { Plan } from './plan.ts'
import { loadSteadily } from './steady-load.ts'

export type NodeUnderTest = { served: Served; installation: Installation; url: string; bareUrl: string; plan: Plan }

/** The number of connections for most measurements. */
export const connections = 16
/** The operations that are compared with the driver alone, and over how many connections. */
const comparisons: { load: keyof Served['sent']; connections: number; least?: number }[] = [
  { load: 'list', connections, least: 0.5 },
  { load: 'resolve', connections, least: 0.4 },
  { load: 'set', connections: 1, least: 0.4 },
  { load: 'set', connections },
  { load: 'setInOneTeam', connections },
]

const works = { list: 'list', resolve: 'resolve', set: 'insert', setInOneTeam: 'insert' } as const
const driverWords = {
  list: 'SELECT of the same 101 rows',
  resolve: 'SELECT of the rows of its names',
  insert: 'bare insert in a transaction',
}
const loadWords = {
  list: 'list',
  resolve: 'resolve',
  set: 'set, each connection in its own team',
  setInOneTeam: 'set, all in one team, whose audit records form a chain',
}

/** Compares one node on PostgreSQL with the driver alone, over the same number of connections, in turns. */
export const compareWithDriver = async (node: NodeUnderTest): Promise<Row[]> => {
  const rows: Row[] = []
  for (const comparison of comparisons) rows.push(...(await compare(node, comparison)))
  return rows
}

const compare = async (
  { served, installation, url, bareUrl, plan }: NodeUnderTest,
  { load, connections, least }: (typeof comparisons)[number],
): Promise<Row[]> => {
  const what = works[load]
  const task: DriverTask = {
    url: what === 'insert' ? bareUrl : url,
    what,
    installation,
    connections,
    pool: poolSize,
    seconds: plan.round,
    warmUp: plan.warmUp,
  }
  const [address = ''] = served.nodes.addresses
  const rates: Record<'ours' | 'driver' | 'bare', number[]> = { ours: [], driver: [], bare: [] }
  for (let round = 0; round < plan.rounds; round++) {
    const how = { connections, seconds: plan.round, warmUp: plan.warmUp }
    rates.ours.push((await loadFully([address], served.sent[load], how)).rate)
    rates.driver.push((await runDriver(task)).rate)
    if (what !== 'insert') rates.bare.push((await runBareHandler(task)).rate)
  }
  const ratioTo = (others: readonly number[]) =>
    median(rates.ours.map((rate, round) => rate / (others[round] ?? Number.NaN)))
  const measured = perSecond(median(rates.ours))
  const ratio = ratioTo(rates.driver)
  const over = connections === 1 ? 'one connection' : `${connections} connections`
  const row: Row = {
    what: `${connections === 1 ? 'set' : loadWords[load]}, ${over}, by API key over HTTP`,
    measured,
    baseline: `${perSecond(median(rates.driver))} ${driverWords[what]}, driver alone`,
    ratio,
    target: least === undefined ? 'shown' : `≥ ${least.toFixed(2)}`,
    met: least === undefined || ratio >= least,
  }
  if (rates.bare.length === 0) return [row]
  const baseline = `${perSecond(median(rates.bare))} ${driverWords[what]}, bare handler over HTTP`
  const shown = { measured, baseline, ratio: ratioTo(rates.bare), target: 'shown', met: true }
  return [row, { what: 'the same, compared with a bare handler', ...shown }]
}

/** Processor time of the nodes per request, by operation and number of nodes, in microseconds. */
export type TimePerRequest = Record<Operation, { nodes: number; nodeTime: number; databaseTime: number }[]>

/**
 * Measures the processor time per request on several nodes. Each node gets the same rate, as in a fleet that grows with
 * its load, and all of them together get half of one node's maximum: a request costs more where processors are scarce,
 * and less where many are answered at once. Numbers of nodes take turns.
 */
export const measureNodes = async ({
  served,
  plan,
}: NodeUnderTest): Promise<{ rows: Row[]; times: TimePerRequest }> => {
  const found: { operation: Operation; nodes: number; nodeTime: number; databaseTime: number }[] = []
  for (const operation of operations) {
    const [address = ''] = served.nodes.addresses
    const how = { connections, seconds: plan.round, warmUp: plan.warmUp }
    const full = await loadFully([address], served.sent[operation], how)
    const rate = full.rate / 2 / Math.max(...plan.nodes)
    for (let round = 0; round < plan.rounds; round++) {
      for (const count of plan.nodes) {
        found.push({ operation, nodes: count, ...(await timesAt(served, { operation, count, rate }, plan)) })
      }
    }
  }
  const rows: Row[] = []
  const times: TimePerRequest = { list: [], set: [], resolve: [] }
  for (const operation of operations) {
    for (const count of plan.nodes) {
      const rounds = found.filter((one) => one.operation === operation && one.nodes === count)
      const nodeTime = median(rounds.map((one) => one.nodeTime))
      const databaseTime = median(rounds.map((one) => one.databaseTime))
      times[operation].push({ nodes: count, nodeTime, databaseTime })
    }
    const [one, ...more] = times[operation]
    for (const { nodes, nodeTime } of more) {
      const ratio = nodeTime / (one?.nodeTime ?? Number.NaN)
      rows.push({
        what: `${operation} on ${nodes} nodes: processor time per request`,
        measured: `${Math.round(nodeTime)} µs`,
        baseline: `${Math.round(one?.nodeTime ?? 0)} µs on one`,
        ratio,
        target: nodes === 2 ? '≤ 1.10 times' : 'shown',
        met: nodes !== 2 || ratio <= 1.1,
      })
    }
  }
  return { rows, times }
}

/** Returns the processor time per request, in microseconds, of several nodes that each get the same rate. */
const timesAt = async (
  { nodes, sent, databaseSeconds }: Served,
  { operation, count, rate }: { operation: Operation; count: number; rate: number },
  { steady, warmUp }: Plan,
): Promise<{ nodeTime: number; databaseTime: number }> => {
  const loadAll = (seconds: number) =>
    Promise.all(
      nodes.addresses.slice(0, count).map((address) => loadSteadily(address, sent[operation], { rate, seconds })),
    )
  const used = () => ({ node: nodes.processorSeconds(), database: databaseSeconds?.() ?? 0 })
  await loadAll(warmUp)
  const before = used()
  const measured = await loadAll(steady / 2)
  const after = used()
  const requests = measured.reduce((sum, one) => sum + one.requests, 0)
  const each = (seconds: number) => (seconds * 1_000_000) / requests
  return { nodeTime: each(after.node - before.node), databaseTime: each(after.database - before.database) }
}
