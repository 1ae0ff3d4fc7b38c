import { join } from 'node:path'
import type { StartedSession } from '#shared/people/session.ts'
import { type Load, median, rateOf } from './load.ts'
import { start, withFolder } from './processes.ts'
import { perSecond, type Row } from './report.ts'

const rounds = 3
const project = '/v1/projects/prbench00001/secrets'

/** A server with its kinds of load, on its own database. */
type Served = { loads: Record<LoadName, Load>; address: string; stop(): Promise<void> }
type LoadName =
  | 'bare'
  | 'barePost'
  | 'list'
  | 'key'
  | 'session'
  | 'insert'
  | 'set'
  | 'silentSet'
  | 'resolve'
  | 'resolveAll'
  | 'single'

const open = async (folder: string, secrets: number, elsewhere: number): Promise<Served> => {
  const script = join(import.meta.dirname, 'api-server.ts')
  const file = join(folder, `${secrets + elsewhere}.db`)
  const server = await start(script, [file, `${secrets}`, `${elsewhere}`], { ready: /^\{/ })
  const { open: address, ...others } = JSON.parse(server.line) as Record<'open' | 'session' | 'key' | 'silent', string>
  const session = await signIn(others.session)
  const key = await (await fetch(`${address}/api-key`)).text()
  const list = `${project}?limit=100`
  const json = { 'content-type': 'application/json' }
  const write = {
    method: 'PUT',
    headers: json,
    // A different value each time: an equal one creates no version.
    body: '{"value":"s3cr3t-[<id>]"}',
    idReplacement: true,
  } as const
  return {
    address,
    stop: server.stop,
    loads: {
      bare: { url: `${address}/bare` },
      barePost: { ...resolving(20), url: `${address}/bare`, headers: json },
      list: { url: `${address}${list}` },
      key: { url: `${others.key}${list}`, headers: { 'x-api-key': key } },
      session: { url: `${others.session}${list}`, headers: session },
      resolve: { ...resolving(20), url: `${others.key}/v1/workloads/resolve`, headers: { ...json, 'x-api-key': key } },
      resolveAll: {
        ...resolvingAll,
        url: `${others.key}/v1/workloads/resolve`,
        headers: { ...json, 'x-api-key': key },
      },
      single: { ...resolving(1), url: `${others.key}/v1/workloads/resolve`, headers: { ...json, 'x-api-key': key } },
      insert: { url: `${address}/plain-insert`, ...write },
      set: { url: `${address}${project}/SECRET_0000010`, ...write },
      silentSet: { url: `${others.silent}${project}/SECRET_0000010`, ...write },
    },
  }
}

/** Resolves this many names. Each scope of a project on a cluster wins a third of them. */
const resolving = (count: number) => {
  const names = Array.from({ length: count }, (_, index) => `RESOLVED_${index}`)
  const env = Object.fromEntries(names.map((name) => [name, `secret:${name}`]))
  return {
    method: 'POST' as const,
    body: JSON.stringify({ projectId: 'prbench00001', clusterId: 'clbench00001', env }),
  }
}

/** Resolves all names, as `gradient run` does by default: the same 20 names of a project on a cluster. */
const resolvingAll = {
  method: 'POST',
  body: JSON.stringify({ projectId: 'prbench00002', clusterId: 'clbench00001', all: true }),
} as const

type Measured = LoadName | 'loop' | 'listOfMillion' | 'setOfMillion' | 'resolveOfMillion' | 'resolveAllOfMillion'

/**
 * Measures a small and a large database in turns, so that other work of the machine affects both alike. Returns the
 * rates of every round.
 */
const measure = (): Promise<Record<Measured, number[]>> =>
  withFolder(async (folder) => {
    const small = await open(folder, 1000, 0)
    const large = await open(folder, 1000, 999_000)
    const { bare, barePost, list, key, session, insert, set, silentSet, resolve, resolveAll, single } = small.loads
    const turns: Record<Exclude<Measured, 'loop'>, Load> = {
      bare,
      barePost,
      list,
      listOfMillion: large.loads.list,
      key,
      session,
      insert,
      set,
      silentSet,
      setOfMillion: large.loads.set,
      resolve,
      resolveAll,
      single,
      resolveOfMillion: large.loads.resolve,
      resolveAllOfMillion: large.loads.resolveAll,
    }
    const rates: Record<Measured, number[]> = {
      bare: [],
      barePost: [],
      list: [],
      listOfMillion: [],
      key: [],
      session: [],
      insert: [],
      set: [],
      silentSet: [],
      resolve: [],
      resolveAll: [],
      single: [],
      resolveOfMillion: [],
      resolveAllOfMillion: [],
      setOfMillion: [],
      loop: [],
    }
    for (const load of Object.values(turns)) await rateOf(load, 1)
    for (let round = 0; round < rounds; round++) {
      for (const [name, load] of Object.entries(turns)) rates[name as Measured].push(await rateOf(load, 3))
      rates.loop.push(await plainInserts(small.address))
    }
    await small.stop()
    await large.stop()
    return rates
  })

const signIn = async (address: string): Promise<Record<string, string>> => {
  const response = await fetch(`${address}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'correct horse battery' }),
  })
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0]
  if (!response.ok || !cookie) throw new Error('The benchmark could not sign in.')
  const { proof } = (await response.json()) as StartedSession
  return { cookie, 'gradient-proof': proof }
}

const plainInserts = async (address: string): Promise<number> => {
  const response = await fetch(`${address}/plain-inserts`)
  const { perSecond } = (await response.json()) as { perSecond: number }
  return perSecond
}

/**
 * Measures list and set on SQLite, compared with the minimum for a server and a file, and in a database of a million
 * secrets.
 */
export const benchApi = async (): Promise<Row[]> => {
  const rates = await measure()
  /** Returns the median of the rounds' ratios. */
  const ratio = (one: Measured, other: Measured) =>
    median(rates[one].map((rate, round) => rate / (rates[other][round] ?? Number.NaN)))
  const rate = (name: Measured) => perSecond(median(rates[name]))
  const atLeast = (least: number, what: string, one: Measured, other: Measured, baseline: string): Row => {
    const found = ratio(one, other)
    return { what, measured: rate(one), baseline, ratio: found, target: `≥ ${least.toFixed(2)}`, met: found >= least }
  }
  const flat = (what: string, small: Measured, large: Measured): Row => {
    const times = ratio(small, large)
    const baseline = `${rate(small)} with 1,000`
    return { what, measured: rate(large), baseline, ratio: times, target: '≤ 1.30 times', met: times <= 1.3 }
  }
  /** Compares the duration of an operation with and without a feature. */
  const costs = (what: string, without: Measured, withIt: Measured, most: number, baseline: string): Row => {
    const times = ratio(without, withIt)
    const target = `≤ ${most.toFixed(2)} times`
    return {
      what,
      measured: rate(withIt),
      baseline: `${rate(without)} ${baseline}`,
      ratio: times,
      target,
      met: times <= most,
    }
  }
  const shown = (what: string, one: Measured, other: Measured, baseline: string): Row => ({
    what,
    measured: rate(one),
    baseline,
    ratio: ratio(one, other),
    target: 'shown',
    met: true,
  })
  return [
    atLeast(0.5, 'list of 100 names, 16 connections', 'list', 'bare', `${rate('bare')} bare handler`),
    costs('the same by API key, compared with no authentication', 'list', 'key', 1.25, 'without'),
    atLeast(0.4, 'the same by API key, compared with the bare handler', 'key', 'bare', `${rate('bare')} bare handler`),
    costs('the same by session, compared with the API key', 'key', 'session', 1.3, 'by API key'),
    atLeast(
      0.5,
      'set without its audit record, durable',
      'silentSet',
      'insert',
      `${rate('insert')} handler with one plain insert`,
    ),
    costs('set with its audit record, compared with no record', 'silentSet', 'set', 1.5, 'without'),
    shown(
      'the same, compared with one plain insert',
      'set',
      'insert',
      `${rate('insert')} handler with one plain insert`,
    ),
    shown('the same, compared with a loop without a server', 'set', 'loop', `${rate('loop')} plain inserts in a loop`),
    flat('list with 1,000,000 secrets in the database', 'list', 'listOfMillion'),
    flat('set with 1,000,000 secrets in the database', 'set', 'setOfMillion'),
    atLeast(
      0.35,
      'resolve of 20 names over three scopes by API key, on record',
      'resolve',
      'bare',
      `${rate('bare')} bare handler`,
    ),
    shown(
      'the same, compared with a bare handler that reads the same body',
      'resolve',
      'barePost',
      `${rate('barePost')} bare handler with a body`,
    ),
    shown(
      'the same, compared with one plain insert',
      'resolve',
      'insert',
      `${rate('insert')} handler with one plain insert`,
    ),
    {
      what: 'the same, compared with 20 single look-ups',
      measured: rate('resolve'),
      baseline: `${perSecond(median(rates.single) / 20)} times 20`,
      ratio: ratio('resolve', 'single') * 20,
      target: '≥ 3.00 times',
      met: ratio('resolve', 'single') * 20 >= 3,
    },
    flat('resolve with 1,000,000 secrets in the database', 'resolve', 'resolveOfMillion'),
    costs('resolve of all names, the same 20', 'resolve', 'resolveAll', 1.3, 'by their names'),
    flat('the same with 1,000,000 secrets in other projects of the team', 'resolveAll', 'resolveAllOfMillion'),
  ]
}
