import { join } from 'node:path'
import { type Load, median, rateOf } from './load.ts'
import { start, withFolder } from './processes.ts'
import { perSecond, type Row } from './report.ts'

const rounds = 3
const project = '/v1/projects/prbench00001/secrets'

/** The rates of one server, each the median of rounds in which every kind of load has its turn. */
type Rates = { bare: number; list: number; session: number; insert: number; set: number; plain: number }

const measure = (
  secrets: number,
  others: number,
): Promise<{ rates: Rates; ratios: Record<'list' | 'session' | 'set' | 'loop', number> }> =>
  withFolder(async (folder) => {
    const server = await start(
      join(import.meta.dirname, 'api-server.ts'),
      [join(folder, 'secrets.db'), `${secrets}`, `${others}`],
      { ready: /^\d+$/ },
    )
    const address = `http://127.0.0.1:${server.line}`
    const cookie = await signIn(address)
    const list = `${project}?limit=100`
    const write = {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"value":"s3cr3t-0123456789"}',
    } as const
    const loads: Record<Exclude<keyof Rates, 'plain'>, Load> = {
      bare: { url: `${address}/bare` },
      list: { url: `${address}${list}` },
      session: { url: `${address}/session${list}`, headers: { cookie } },
      insert: { url: `${address}/plain-insert`, ...write },
      set: { url: `${address}${project}/SECRET_0000010`, ...write },
    }
    const results: Record<keyof Rates, number[]> = { bare: [], list: [], session: [], insert: [], set: [], plain: [] }
    for (const load of Object.values(loads)) await rateOf(load, 2)
    for (let round = 0; round < rounds; round++) {
      for (const [name, load] of Object.entries(loads) as [keyof typeof loads, Load][])
        results[name].push(await rateOf(load))
      results.plain.push(await plainInserts(address))
    }
    await server.stop()
    const ratio = (one: keyof Rates, other: keyof Rates) =>
      median(results[one].map((value, round) => value / (results[other][round] ?? Number.NaN)))
    return {
      rates: Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)])) as Rates,
      ratios: {
        list: ratio('list', 'bare'),
        session: ratio('session', 'bare'),
        set: ratio('set', 'insert'),
        loop: ratio('set', 'plain'),
      },
    }
  })

const signIn = async (address: string): Promise<string> => {
  const response = await fetch(`${address}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'correct horse battery' }),
  })
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0]
  if (!response.ok || !cookie) throw new Error('The benchmark could not sign in.')
  return cookie
}

const plainInserts = async (address: string): Promise<number> => {
  const response = await fetch(`${address}/plain-inserts`)
  const { perSecond } = (await response.json()) as { perSecond: number }
  return perSecond
}

/** List and set on SQLite, beside the least that a server and a file could do, and in a database of a million. */
export const benchApi = async (): Promise<Row[]> => {
  const small = await measure(1000, 0)
  const large = await measure(1000, 999_000)
  const slower = (name: 'list' | 'set') => small.rates[name] / large.rates[name]
  return [
    {
      what: 'list of 100 names, 16 connections',
      measured: perSecond(small.rates.list),
      beside: `${perSecond(small.rates.bare)} bare handler`,
      ratio: small.ratios.list,
      target: '≥ 0.50',
      met: small.ratios.list >= 0.5,
    },
    {
      what: 'the same, signed in by session cookie',
      measured: perSecond(small.rates.session),
      beside: `${perSecond(small.rates.bare)} bare handler`,
      ratio: small.ratios.session,
      target: 'shown',
      met: true,
    },
    {
      what: 'set, each a durable transaction',
      measured: perSecond(small.rates.set),
      beside: `${perSecond(small.rates.insert)} handler with one plain insert`,
      ratio: small.ratios.set,
      target: '≥ 0.50',
      met: small.ratios.set >= 0.5,
    },
    {
      what: 'the same, beside a loop without a server',
      measured: perSecond(small.rates.set),
      beside: `${perSecond(small.rates.plain)} plain inserts in a loop`,
      ratio: small.ratios.loop,
      target: 'shown',
      met: true,
    },
    {
      what: 'list with 1,000,000 secrets in the database',
      measured: perSecond(large.rates.list),
      beside: `${perSecond(small.rates.list)} with 1,000`,
      ratio: slower('list'),
      target: '≤ 1.30 times',
      met: slower('list') <= 1.3,
    },
    {
      what: 'set with 1,000,000 secrets in the database',
      measured: perSecond(large.rates.set),
      beside: `${perSecond(small.rates.set)} with 1,000`,
      ratio: slower('set'),
      target: '≤ 1.30 times',
      met: slower('set') <= 1.3,
    },
  ]
}
