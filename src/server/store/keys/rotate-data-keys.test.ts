import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openSigner } from '#server/audit/checkpoint-signature.ts'
import { newId } from '#server/crypto/make-id.ts'
import type { Vault, WrappedDataKey } from '#server/crypto/vault.ts'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'
import { sealableValue } from '#server/services/write-secret.ts'
import { auditAppender } from '#server/store/trail/append-audit.ts'
import { changeFeed } from '#server/store/trail/change-feed.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { databaseKinds } from '#server/testing/processes/filled-installation.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { auditKey } from './installation.ts'
import { rotateDataKeys } from './rotate-data-keys.ts'

/** Rotates on a separate connection, as a separate process does. */
const rotation = async (location: DatabaseLocation, vault: Vault) => {
  const { db, kind } = openDatabase(location)
  cleanUp(() => db.destroy())
  const signer = await openSigner(vault, await auditKey(db, vault))
  const appendAll = auditAppender(db, kind, { sha256: nodeSha256, signer, announcer: changeFeed(db, kind) })
  const rotate = (teamId: string, progress: () => void = () => undefined) =>
    rotateDataKeys(db, kind, teamId, {
      vault,
      append: (trx, team, context, event) => appendAll(trx, team, [{ context, event }]),
      now: () => Date.now(),
      progress,
    })
  return { db, rotate }
}

it('a rotation waits for a set that found its key before, and reseals its value', async () => {
  const location: DatabaseLocation = { kind: 'postgres', url: await newPostgresDatabase() }
  const { deps, newTeam } = await openTestApp({ location })
  const { store, vault } = deps
  const team = await newTeam()
  const { db, rotate } = await rotation(location, vault)
  const begun = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const place = { teamId: team.id, scopeId: team.id, name: 'A' }
  const given = sealableValue(vault, place, 'slow')
  const set = store.writeSecret(
    team.id,
    { kind: 'team', id: team.id },
    {
      name: 'A',
      expect: 'any',
      by: team.owner,
      at: Date.now(),
      ...given,
      seal: async (version, key) => {
        begun.resolve()
        await goOn.promise
        return given.seal(version, key)
      },
    },
  )
  await begun.promise
  let over = false
  const rotated = rotate(team.id).finally(() => {
    over = true
  })
  const waiting = async () => {
    const { rows } = await sql`select 1 from pg_locks where not granted`.execute(db)
    return over || rows.length > 0
  }
  await expect.poll(waiting).toBe(true)
  goOn.resolve()
  await expect(set).resolves.toMatchObject({ created: true })
  expect(await rotated).toMatchObject({ resealed: 1, unopened: [] })
  const { version, sealed } = await store.sealedSecret(team.id, { kind: 'team', id: team.id }, 'A')
  expect(await vault.open(await store.dataKey(team.id), { ...place, version }, sealed)).toBe('slow')
})

it.each(databaseKinds)(
  'on %s, a rotation keeps a value that is stored while it reseals the row, and reseals it then',
  async (kind) => {
    const location: DatabaseLocation =
      kind === 'sqlite'
        ? { kind, path: join(newTemporaryFolder(), 'secrets.db') }
        : { kind, url: await newPostgresDatabase() }
    const { deps, newTeam } = await openTestApp({ location })
    const { store, vault } = deps
    const team = await newTeam()
    const { secrets } = await team.scope('team')
    await team.request('PUT', `${secrets}/A`, { value: 'before' })
    const place = { teamId: team.id, scopeId: team.id, name: 'A', version: 1 }
    const meanwhile = await vault.seal(await store.dataKey(team.id), place, 'meanwhile')
    let opened = 0
    const { db, rotate } = await rotation(location, {
      ...vault,
      open: async (...given) => {
        const value = await vault.open(...given)
        if (opened++ === 0) {
          await db
            .updateTable('secret_version')
            .set({ sealed: meanwhile.bytes })
            .where('team_id', '=', team.id)
            .execute()
        }
        return value
      },
    })
    expect(await rotate(team.id)).toMatchObject({ resealed: 1, unopened: [] })
    const { sealed } = await store.sealedSecret(team.id, { kind: 'team', id: team.id }, 'A')
    expect([await vault.open(await store.dataKey(team.id), place, sealed), opened]).toEqual(['meanwhile', 2])
  },
)

it.each(databaseKinds)('on %s, an equal value is recognised before a rotation has resealed it', async (kind) => {
  const location: DatabaseLocation =
    kind === 'sqlite'
      ? { kind, path: join(newTemporaryFolder(), 'secrets.db') }
      : { kind, url: await newPostgresDatabase() }
  const { deps, newTeam } = await openTestApp({ location })
  const team = await newTeam()
  const { secrets } = await team.scope('team')
  const set = async (value: string) => (await team.request('PUT', `${secrets}/A`, { value })).json
  await set('same')
  const { db } = await rotation(location, deps.vault)
  const { id, algorithm, wrapped } = await deps.vault.newDataKey(team.id, newId('dk'))
  const newest = { id, team_id: team.id, algorithm, wrapped, created_at: Date.now() + 3_600_000 }
  await db.insertInto('data_key').values(newest).execute()
  expect((await deps.store.dataKey(team.id)).id).toBe(id)
  expect(await set('same')).toMatchObject({ version: 1, unchanged: true })
  expect(await set('another')).toMatchObject({ version: 2 })
})

it('a workload gets its values when a rotation runs between reading values and reading keys', async () => {
  const location: DatabaseLocation = { kind: 'sqlite', path: join(newTemporaryFolder(), 'secrets.db') }
  const plain = await openTestApp({ location })
  const { rotate } = await rotation(location, plain.deps.vault)
  let between = async () => {}
  const store = {
    ...plain.deps.store,
    holders: async (...given: Parameters<typeof plain.deps.store.holders>) => {
      const held = await plain.deps.store.holders(...given)
      await between()
      return held
    },
  }
  const { newTeam } = await openTestApp({ location, store })
  const team = await newTeam()
  const { secrets } = await team.scope('team')
  await team.request('PUT', `${secrets}/A`, { value: 'x' })
  const { request: run } = await team.key({ access: ['run'] })
  let rotations = 0
  between = async () => {
    if (rotations++ === 0) await rotate(team.id)
  }
  const { status, json } = await run('POST', '/v1/workloads/resolve', { all: true })
  expect([status, json.env, rotations]).toEqual([200, { A: 'x' }, 2])
})

it('a new key is newer than the previous one when the clock was set back', async () => {
  const location: DatabaseLocation = { kind: 'sqlite', path: join(newTemporaryFolder(), 'secrets.db') }
  const later = Date.now() + 3_600_000
  const { deps, newTeam } = await openTestApp({ location, now: () => later })
  const team = await newTeam()
  const before = await deps.store.dataKey(team.id)
  const { secrets } = await team.scope('team')
  await team.request('PUT', `${secrets}/A`, { value: 'x' })
  const { rotate } = await rotation(location, deps.vault)
  let during: Promise<WrappedDataKey> | undefined
  await rotate(team.id, () => {
    during ??= deps.store.dataKey(team.id)
  })
  const after = await deps.store.dataKey(team.id)
  expect(after.id).not.toBe(before.id)
  expect((await during)?.id).toBe(after.id)
})
