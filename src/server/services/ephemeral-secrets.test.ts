import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { createEphemeralSecrets, openEphemeralSecret } from './ephemeral-secrets.ts'

/** Separate databases: a write deletes everything that has expired, also of other tests. */
const locations: [string, DatabaseLocation][] = [
  ['SQLite', { kind: 'sqlite', path: join(newTemporaryFolder(), 'secrets.db') }],
  ['PostgreSQL', { kind: 'postgres', url: await newPostgresDatabase() }],
]

describe.each(locations)('an ephemeral secret on %s', (_label, location) => {
  const start = async () => {
    let at = Date.now()
    const app = await openTestApp({ location, now: () => at, forgesRows: true })
    const { db } = openDatabase(location)
    cleanUp(() => db.destroy())
    const { id: teamId, owner } = await app.newTeam()
    const rows = () => db.selectFrom('ephemeral_secret').selectAll().where('team_id', '=', teamId).execute()
    const create = (values: Record<string, string>, seconds: number) =>
      createEphemeralSecrets(app.deps, teamId, { values, seconds, limits: {}, by: owner, at })
    const open = (id = '', team = teamId) => openEphemeralSecret(app.deps, team, id, {})
    const pass = (seconds: number) => {
      at += seconds * 1000
    }
    return { ...app, db, teamId, rows, create, open, pass }
  }

  it('opens until it expires, and then its row is gone', async () => {
    const { create, open, pass, rows } = await start()
    const { KEY } = await create({ KEY: 'a value\r\n' }, 10)
    expect(KEY).toMatch(/^es[0-9a-z]{10}$/)
    pass(9)
    expect(await open(KEY)).toBe('a value\r\n')
    pass(1)
    await expect(open(KEY)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await rows()).length).toBe(1)
    await create({ OTHER: 'x' }, 10)
    expect((await rows()).map(({ id }) => id)).not.toContain(KEY)
  })

  it('opens only at its own place: a row that is moved to another ID does not open', async () => {
    const { db, teamId, create, open } = await start()
    const { A } = await create({ A: 'one' }, 10)
    await db.updateTable('ephemeral_secret').set({ id: 'esmoved00000' }).where('team_id', '=', teamId).execute()
    await expect(open(A)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(open('esmoved00000')).rejects.toThrow()
  })

  it('is stored sealed', async () => {
    const { create, rows } = await start()
    await create({ A: 'canary' }, 10)
    const [row] = await rows()
    expect(Buffer.from(row?.sealed ?? []).includes('canary')).toBe(false)
    expect(JSON.stringify(row)).not.toContain('canary')
  })

  it('is in no list of secrets, and its value is not recorded', async () => {
    const { deps, teamId, create } = await start()
    await create({ A: 'canary' }, 10)
    expect(await deps.store.listSecrets(teamId, { kind: 'team', id: teamId }, {})).toMatchObject({ total: 0 })
    const audit = await deps.store.listAudit(teamId, {})
    expect(audit.items).toMatchObject([{ action: 'ephemeral.create', name: 'A' }])
    expect(JSON.stringify(audit)).not.toContain('canary')
  })
})
