import { median } from '../load.ts'
import { perSecond, type Row } from '../report.ts'
import { type Asked, bareHandler, driverAlone } from './beside.ts'
import type { Served } from './cells.ts'
import { loadFully } from './full-load.ts'
import type { Installation } from './installation.ts'
import { type Operation, operations } from './loads.ts'
import { poolSize } from './nodes.ts'
import type { Plan } from './plan.ts'
import { loadSteadily } from './steady-load.ts'

export type Given = { served: Served; installation: Installation; url: string; bareUrl: string; plan: Plan }

/** Over which most is measured. */
export const connections = 16
/** What is held against the driver alone, and over how many connections. */
const comparisons: { load: keyof Served['sent']; connections: number; least?: number }[] = [
  { load: 'list', connections, least: 0.5 },
  { load: 'resolve', connections, least: 0.4 },
  { load: 'set', connections: 1, least: 0.4 },
  { load: 'set', connections },
  { load: 'setInOneTeam', connections },
]

const works = { list: 'list', resolve: 'resolve', set: 'insert', setInOneTeam: 'insert' } as const
const besideWords = {
  list: 'SELECT of the same 101 rows',
  resolve: 'SELECT of the rows of its names',
  insert: 'bare insert in a transaction',
}
const loadWords = {
  list: 'list',
  resolve: 'resolve',
  set: 'set, each connection in a team of its own',
  setInOneTeam: 'set, all in one team, whose records are a chain',
}

/** One node on PostgreSQL held against the driver alone, over as many connections, in turns. */
export const measureBesideDriver = async (given: Given): Promise<Row[]> => {
  const rows: Row[] = []
  for (const comparison of comparisons) rows.push(...(await compare(given, comparison)))
  return rows
}

const compare = async (
  { served, installation, url, bareUrl, plan }: Given,
  { load, connections, least }: (typeof comparisons)[number],
): Promise<Row[]> => {
  const what = works[load]
  const asked: Asked = {
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
    rates.driver.push((await driverAlone(asked)).rate)
    if (what !== 'insert') rates.bare.push((await bareHandler(asked)).rate)
  }
  const ratioTo = (others: readonly number[]) =>
    median(rates.ours.map((rate, round) => rate / (others[round] ?? Number.NaN)))
  const measured = perSecond(median(rates.ours))
  const ratio = ratioTo(rates.driver)
  const over = connections === 1 ? 'one connection' : `${connections} connections`
  const row: Row = {
    what: `${connections === 1 ? 'set' : loadWords[load]}, ${over}, by API key over HTTP`,
    measured,
    beside: `${perSecond(median(rates.driver))} ${besideWords[what]}, driver alone`,
    ratio,
    target: least === undefined ? 'shown' : `≥ ${least.toFixed(2)}`,
    met: least === undefined || ratio >= least,
  }
  if (rates.bare.length === 0) return [row]
  const beside = `${perSecond(median(rates.bare))} ${besideWords[what]}, bare handler over HTTP`
  const shown = { measured, beside, ratio: ratioTo(rates.bare), target: 'shown', met: true }
  return [row, { what: 'the same, beside a bare handler', ...shown }]
}

/** Processor time of the nodes a request, by operation and number of nodes, in microseconds. */
export type TimePerRequest = Record<Operation, { nodes: number; nodeTime: number; databaseTime: number }[]>

/**
 * Each node is asked as much, as in a fleet that grows with what is asked of it, and all of them together half of what
 * one can do: a request costs more where processors are short, and less where many are answered at once. Numbers of
 * nodes take turns.
 */
export const measureNodes = async ({ served, plan }: Given): Promise<{ rows: Row[]; times: TimePerRequest }> => {
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

/** Processor time a request, in microseconds, of so many nodes that are each asked at a rate. */
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
