import pg from 'pg'
import { describe, expect, inject, it, vi } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { batcher } from './postgres-batch.ts'

/** A connection whose statements go in batches, to a table of its own; every text that begins with “named” has a name. */
const connected = async () => {
  const client = new pg.Client(inject('postgres'))
  await client.connect()
  cleanUp(() => client.end())
  await client.query('create temporary table kept (id integer primary key, note text)')
  const query = batcher(pg, (text) => (text.includes('named') ? `of ${text}` : undefined))(client as never, pg.types)
  const rows = async () => (await client.query('select * from kept order by id')).rows
  return { client, query, rows }
}
const insert = 'insert into kept values ($1, $2)'
const outcomes = async (asked: Promise<unknown>[]) => (await Promise.allSettled(asked)).map(({ status }) => status)

describe('statements that are asked for together', () => {
  it('are answered each with its own rows, in order', async () => {
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
    expect([none.rows, none.rowCount, none.command]).toEqual([[], 1, 'INSERT'])
    expect(await rows()).toHaveLength(1)
  })

  it('are all undone and all told when one of them fails, and the connection goes on', async () => {
    const { query, rows } = await connected()
    const asked = [query(insert, [1, 'a']), query(insert, [1, 'again']), query(insert, [2, 'b'])]
    expect(await outcomes(asked)).toEqual(['rejected', 'rejected', 'rejected'])
    await expect(asked[2]).rejects.toMatchObject({ code: '23505' })
    await query(insert, [3, 'c'])
    expect(await rows()).toEqual([{ id: 3, note: 'c' }])
  })

  it('do not run without the transaction whose begin they came with', async () => {
    const { query, rows } = await connected()
    const begun = query('begin isolation level that there is none of')
    await new Promise((resume) => setTimeout(resume, 10))
    expect(await outcomes([begun, query(insert, [1, 'a'])])).toEqual(['rejected', 'rejected'])
    expect(await rows()).toEqual([])
  })

  it('do not run at all when one of them has a value that cannot be written', async () => {
    const { client, query } = await connected()
    client.on('error', () => undefined)
    const other = new pg.Client(inject('postgres'))
    await other.connect()
    cleanUp(() => other.end())
    const table = `seen_${crypto.randomUUID().replaceAll('-', '')}`
    await other.query(`create table ${table} (id integer)`)
    cleanUp(() => other.query(`drop table ${table}`))
    const unwritable = {
      toPostgres: () => {
        throw new Error('It cannot be written.')
      },
    }
    const add = (value: unknown) => query(`insert into ${table} values ($1)`, [value])
    expect(await outcomes([add(1), add(unwritable), add(2), query('select 1')])).toEqual(Array(4).fill('rejected'))
    expect((await other.query(`select * from ${table}`)).rows).toEqual([])
  })

  it('are prepared when they are run next, if one before them failed', async () => {
    const { query } = await connected()
    const named = `select 'named' as text`
    expect(await outcomes([query('select 1 / 0'), query(named)])).toEqual(['rejected', 'rejected'])
    expect((await query(named)).rows).toEqual([{ text: 'named' }])
    expect((await query(named)).rows).toEqual([{ text: 'named' }])
  })
})

/** An app on a database of its own, with a way around it into the database. */
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
  it('set a value in two trips after the one for the key, and plan each statement once', async () => {
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

  it('fail by the error of what was sent before, and change nothing', async () => {
    const { api, database, set, list } = await served()
    await database.query('alter table secret_version add constraint refused check (version < 2)')
    expect(await set('TOKEN', 'first')).toBe(201)
    expect(await set('TOKEN', 'second')).toBe(500)
    expect(api.log.errors).toMatchObject([{ code: '23514', constraint: 'refused' }])
    expect(await list()).toMatchObject([{ name: 'TOKEN', version: 1 }])
    expect(await set('OTHER', 'first')).toBe(201)
  })

  it('change nothing that cannot be put on record', async () => {
    const { database, set, list } = await served()
    expect(await set('TOKEN', 'first')).toBe(201)
    await database.query('delete from audit_head')
    expect(await set('TOKEN', 'second')).toBe(500)
    expect(await list()).toMatchObject([{ name: 'TOKEN', version: 1 }])
  })

  it('change nothing that cannot be signed, also where another process wrote the records before', async () => {
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
