import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { migrate } from './migrations.ts'
import { awaitAll, prepared, preparedCommand } from './prepared-statement.ts'
import type { Mac } from './schema.ts'

const open = async (location: DatabaseLocation) => {
  const { db, kind } = openDatabase(location)
  cleanUp(() => db.destroy())
  await migrate(db, kind)
  const teams = prepared((given: { id: string }) => db.selectFrom('team').select('id').where('id', '=', given.id))
  const addTeam = preparedCommand((given: { id: string; namespace: string }) =>
    db.insertInto('team').values({ id: given.id, namespace: given.namespace, name: 'a team', created_at: 1, mac }),
  )
  return { db, teams, addTeam, id: crypto.randomUUID() }
}
/** These rows grant nobody anything. */
const mac = sql<Mac>`null`
const nextTurn = () => new Promise(setImmediate)

describe.each<[string, () => DatabaseLocation]>([
  ['SQLite', () => ({ kind: 'sqlite', path: join(newTemporaryFolder(), 'secrets.db') })],
  ['PostgreSQL', () => ({ kind: 'postgres', url: inject('postgres') })],
])('a prepared statement on %s', (_, location) => {
  it('runs before the statements that follow it', async () => {
    const { db, teams, addTeam, id } = await open(location())
    const found = await db.transaction().execute(async (trx) => {
      await addTeam(trx, { id, namespace: id })
      return teams(trx, { id })
    })
    expect(found).toEqual([{ id }])
    expect(await teams(db, { id })).toEqual([{ id }])
  })

  it.each([
    ['in the same turn', async () => {}],
    ['in a later turn', nextTurn],
  ])(
    'that fails rolls the transaction back with its own error when the next statement starts %s',
    async (_when, pause) => {
      const { db, teams, addTeam, id } = await open(location())
      const other = crypto.randomUUID()
      const failing = (more: boolean) =>
        db.transaction().execute(async (trx) => {
          await addTeam(trx, { id, namespace: id })
          await addTeam(trx, { id, namespace: other })
          await pause()
          if (more) await teams(trx, { id })
        })
      for (const more of [true, false]) await expect(failing(more)).rejects.toThrow(/unique/i)
      expect(await teams(db, { id })).toEqual([])
    },
  )

  it('that is a command passes its rows on after the commit, and not after a rollback', async () => {
    const { db, id } = await open(location())
    const add = preparedCommand((given: { id: string }) =>
      db
        .insertInto('team')
        .values({ id: given.id, namespace: given.id, name: 'a team', created_at: 1, mac })
        .returning('id'),
    )
    const committed: { id: string }[] = []
    const run = (fails: boolean) =>
      db.transaction().execute(async (trx) => {
        await add(trx, { id }, (rows) => committed.push(...rows))
        expect(committed).toEqual([])
        if (fails) throw new Error('no')
      })
    await expect(run(true)).rejects.toThrow('no')
    expect(committed).toEqual([])
    await run(false)
    expect(committed).toEqual([{ id }])
  })

  it('is refused unless it names its columns', async () => {
    const { db, id } = await open(location())
    const all = prepared((given: { id: string }) => db.selectFrom('team').selectAll().where('id', '=', given.id))
    const added = prepared((given: { id: string }) =>
      db.updateTable('team').set({ name: 'x' }).where('id', '=', given.id).returningAll('team'),
    )
    for (const statement of [all, added]) await expect(statement(db, { id })).rejects.toThrow('name its columns')
  })

  it('that waits for a failed one does not run after the end of the transaction', async () => {
    const { db, teams, addTeam, id } = await open(location())
    const failing = db.transaction().execute(async (trx) => {
      await addTeam(trx, { id, namespace: id })
      await awaitAll(addTeam(trx, { id, namespace: id }), addTeam(trx, { id: `${id}-2`, namespace: `${id}-2` }))
    })
    await expect(failing).rejects.toThrow(/unique/i)
    await nextTurn()
    expect(await teams(db, { id })).toEqual([])
    expect(await teams(db, { id: `${id}-2` })).toEqual([])
  })
})
