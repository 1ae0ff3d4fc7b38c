import pg from 'pg'
import { describe, expect, inject, it, vi } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { batched } from './postgres-batch.ts'

const connected = async () => {
  const client = new pg.Client(inject('postgres'))
  await client.connect()
  cleanUp(() => client.end())
  await client.query('create temporary table kept (id integer primary key, note text)')
  const run = batched(client, { types: pg.types, answerLimit: 1000, waitsForNext: (text) => text.startsWith('begin') })
  /** Runs a statement. Every text with “named” in it has a name. */
  const query = (text: string, values: unknown[] = [], asLists = false) =>
    run({ text, values, asLists, name: text.includes('named') ? `of ${text}` : undefined })
  const rows = async () => (await client.query('select * from kept order by id')).rows
  return { client, query, rows }
}
const insert = 'insert into kept values ($1, $2)'
const outcomes = async (asked: Promise<unknown>[]) => (await Promise.allSettled(asked)).map(({ status }) => status)

describe('a batch of statements', () => {
  it('answers each with its own rows, in order', async () => {
    const { query, rows } = await connected()
    const [one, two, none] = await Promise.all([
      query('select 1 as one'),
      query('select id, $1::text as two from generate_series(1, 2) as id', ['x']),
      query(insert, [1, 'a']),
    ])
    expect(one.rows).toEqual([{ one: 1 }])
    expect(two.rows).toEqual([
      { id: 1, two: 'x' },
      { id: 2, two: 'x' },
    ])
    expect(none).toEqual({ rows: [], rowCount: 1, command: 'INSERT' })
    expect(await rows()).toHaveLength(1)
  })

  it('answers with rows as lists of their cells', async () => {
    const { query } = await connected()
    const { rows } = await query(`select 1 as a, null as b, 'x' as a`, [], true)
    expect(rows).toEqual([[1, null, 'x']])
  })

  it('passes numbers, truth values, bytes and dates as PostgreSQL reads them', async () => {
    const { query } = await connected()
    const at = new Date('2026-02-03T04:05:06.789Z')
    const values = [7, true, null, Uint8Array.from([0, 255]), at, 'it’s']
    const text =
      'select $1::integer as a, $2::boolean as b, $3::text as c, $4::bytea as d, $5::timestamptz as e, $6 as f'
    const { rows } = await query(text, values, true)
    expect(rows).toEqual([[7, true, null, Buffer.from([0, 255]), at, 'it’s']])
  })

  it('passes lists of numbers, texts and bytes', async () => {
    const { query } = await connected()
    const lists = [[1, null], ['a "quoted" \\ text, {braces}', '', 'null'], [Uint8Array.from([0, 92, 255])]]
    const { rows } = await query('select $1::integer[] as a, $2::text[] as b, $3::bytea[] as c', lists, true)
    expect(rows).toEqual([[lists[0], lists[1], [Buffer.from([0, 92, 255])]]])
  })

  it('rolls back and rejects all of its statements when one fails, and the connection stays usable', async () => {
    const { query, rows } = await connected()
    const asked = [query(insert, [1, 'a']), query(insert, [1, 'again']), query(insert, [2, 'b'])]
    expect(await outcomes(asked)).toEqual(['rejected', 'rejected', 'rejected'])
    await expect(asked[2]).rejects.toMatchObject({ code: '23505' })
    await query(insert, [3, 'c'])
    expect(await rows()).toEqual([{ id: 3, note: 'c' }])
  })

  it('holds a begin back until the next statement, which does not run when the begin fails', async () => {
    const { query, rows } = await connected()
    const begun = query('begin isolation level that there is none of')
    await new Promise((resume) => setTimeout(resume, 10))
    expect(await outcomes([begun, query(insert, [1, 'a'])])).toEqual(['rejected', 'rejected'])
    expect(await rows()).toEqual([])
  })

  it('gathers statements while another batch is under way', async () => {
    const { client, query } = await connected()
    const sent = vi.spyOn(client, 'query')
    const first = query('select pg_sleep(0.05)')
    await new Promise(setImmediate)
    const second = query('select 2 as two')
    await new Promise(setImmediate)
    const third = query('select 3 as three')
    await Promise.all([first, second, third])
    expect((await third).rows).toEqual([{ three: 3 }])
    expect(sent).toHaveBeenCalledTimes(2)
  })

  it('rejects a value that PostgreSQL cannot read without sending it', async () => {
    const { query, rows } = await connected()
    const asked = [query(insert, [1, 'a']), query(insert, [2, { toString: () => 'b' }]), query(insert, [3, 'c'])]
    expect(await outcomes(asked)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await rows()).map(({ id }) => id)).toEqual([1, 3])
  })

  it('prepares a named statement that followed a failed one', async () => {
    const { query } = await connected()
    const named = `select 'named' as text`
    expect(await outcomes([query('select 1 / 0'), query(named)])).toEqual(['rejected', 'rejected'])
    expect((await query(named)).rows).toEqual([{ text: 'named' }])
    expect((await query(named)).rows).toEqual([{ text: 'named' }])
  })

  it('prepares a named statement again that was prepared in a failed batch', async () => {
    const { query } = await connected()
    const named = (divisor: number) => query(`select 1 / $1::integer as named`, [divisor])
    await expect(named(0)).rejects.toMatchObject({ code: '22012' })
    expect((await named(1)).rows).toEqual([{ named: 1 }])
    expect(await outcomes([named(1), named(0)])).toEqual(['rejected', 'rejected'])
    expect((await named(1)).rows).toEqual([{ named: 1 }])
  })

  it('closes the connection when no answer comes in time', async () => {
    const { client, query } = await connected()
    const closed = new Promise((resolve) => client.once('error', resolve))
    await expect(query('select pg_sleep(30)')).rejects.toThrow('Query read timeout')
    await closed
    await expect(query('select 1')).rejects.toThrow('not queryable')
  })
})

/** Opens an app on an empty database, and a separate connection to the database. */
const served = async () => {
  const url = await newPostgresDatabase()
  const api = await openTestApp({ location: { kind: 'postgres', url } })
  const team = await api.newTeam()
  const { secrets } = await team.scope('project', 'web')
  const database = new pg.Client(url)
  await database.connect()
  cleanUp(() => database.end())
  const set = async (name: string, value: string) => (await team.request('PUT', `${secrets}/${name}`, { value })).status
  const list = async () => (await team.request<{ items: unknown[] }>('GET', secrets)).json.items
  return { url, team: team.id, api, database, set, list }
}

describe('requests on PostgreSQL', () => {
  it('set a value in two round trips after the one for the key, and plan each statement once', async () => {
    const url = await newPostgresDatabase()
    const api = await openTestApp({ location: { kind: 'postgres', url, poolSize: 1 } })
    const team = await api.newTeam()
    const { secrets } = await team.scope('project', 'web')
    const key = await team.key({ access: ['manage'] })
    const set = async (value: string) => {
      const { status } = await key.request('PUT', `${secrets}/TOKEN`, { value })
      expect(status).toBe(200)
    }
    await key.request('PUT', `${secrets}/TOKEN`, { value: 'first' })
    for (const value of ['second', 'third']) await set(value)

    const trips = vi.spyOn(pg.Connection.prototype, 'sync')
    const parsed = vi.spyOn(pg.Connection.prototype, 'parse')
    cleanUp(() => vi.restoreAllMocks())
    await set('fourth')
    expect(trips).toHaveBeenCalledTimes(3)
    for (const value of ['fifth', 'sixth']) await set(value)
    expect(trips).toHaveBeenCalledTimes(9)
    expect(parsed).not.toHaveBeenCalled()
  })

  it('fail with the error of an earlier command, and change nothing', async () => {
    const { api, database, set, list } = await served()
    await database.query('alter table secret_version add constraint refused check (version < 2)')
    expect(await set('TOKEN', 'first')).toBe(201)
    expect(await set('TOKEN', 'second')).toBe(500)
    expect(api.log.errors).toMatchObject([{ code: '23514', constraint: 'refused' }])
    expect(await list()).toMatchObject([{ name: 'TOKEN', version: 1 }])
    expect(await set('OTHER', 'first')).toBe(201)
  })

  it('change nothing when the audit record cannot be written', async () => {
    const { database, set, list } = await served()
    expect(await set('TOKEN', 'first')).toBe(201)
    await database.query('delete from audit_head')
    expect(await set('TOKEN', 'second')).toBe(500)
    expect(await list()).toMatchObject([{ name: 'TOKEN', version: 1 }])
  })

  it('change nothing when the checkpoint cannot be signed, also after records of another process', async () => {
    const { url, team, api, database, set, list } = await served()
    const other = await openTestApp({ location: { kind: 'postgres', url } })
    const heads = async (table: string) =>
      (await database.query(`select seq::integer as seq from ${table} where team_id = $1`, [team])).rows
    expect(await set('TOKEN', 'first')).toBe(201)
    for (let [{ seq }] = await heads('audit_head'); seq < 99; seq++) {
      await other.deps.store.record(team, { by: null, at: Date.now() }, { action: 'session.start' })
    }
    await database.query('alter table audit_checkpoint add constraint refused check (false) not valid')
    expect(await set('TOKEN', 'second')).toBe(500)
    expect(api.log.errors).toMatchObject([{ code: '23514', constraint: 'refused' }])
    expect(await list()).toMatchObject([{ name: 'TOKEN', version: 1 }])

    await database.query('alter table audit_checkpoint drop constraint refused')
    expect(await set('TOKEN', 'second')).toBe(200)
    expect(await heads('audit_checkpoint')).toEqual([{ seq: 100 }])
  })
})
