import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterAll } from 'vitest'
import { type DatabaseLocation, openDatabase } from '../node/databases.ts'
import { newPostgresDatabase } from '../testing/new-postgres-database.ts'
import { recordedStatements } from '../testing/recorded-statements.ts'
import { scratch } from '../testing/scratch.ts'
import { createVault } from '../vault.ts'
import { storeContract } from './contract.ts'
import { auditContract } from './contract-audit.ts'
import { ephemeralContract } from './contract-ephemeral.ts'
import { keptHere } from './contract-history-team.ts'
import { keysContract } from './contract-keys.ts'
import { modelContract } from './contract-model.ts'
import { peopleContract } from './contract-people.ts'
import { planContract } from './contract-plans.ts'
import { scopeContract } from './contract-scopes.ts'
import type { Opened } from './contract-team.ts'
import { trashContract } from './contract-trash.ts'
import { usesContract } from './contract-uses.ts'
import { versionContract } from './contract-versions.ts'
import type { Schema } from './schema.ts'
import { openStore, type StoreOptions } from './sql.ts'

const now = () => 1_700_000_000_000

/** Where the statements are to be written that a release runs, which later ones are held to: see released/README.md. */
const recordTo = process.env.RECORD_STATEMENTS
const statements = recordedStatements()
afterAll(() => recordTo === undefined || statements.write(recordTo))

const open = async (location: DatabaseLocation, options: Partial<StoreOptions> = {}): Promise<Opened> => {
  const note = recordTo === undefined ? undefined : statements.noteFor(location.kind)
  const { db, kind, changesFrom } = openDatabase(location, { note })
  const vault = await createVault(new Uint8Array(32).fill(7))
  return { store: await openStore(db, kind, { vault, now, changesFrom, ...options }), addTeam: teamAdder(db, kind) }
}

const teamAdder = (db: Kysely<Schema>, kind: DatabaseLocation['kind']): Opened['addTeam'] => {
  const date = kind === 'sqlite' ? new Date(now()).toISOString() : new Date(now())
  return async (teamId, owner) => {
    await db
      .insertInto('user')
      .values({
        ...owner,
        email: `${owner.id}@example.com`,
        emailVerified: kind === 'sqlite' ? 0 : false,
        image: null,
        createdAt: date,
        updatedAt: date,
      })
      .execute()
    await db.insertInto('team').values({ id: teamId, namespace: teamId, name: teamId, created_at: now() }).execute()
    await db
      .insertInto('member')
      .values({ team_id: teamId, user_id: owner.id, role: 'owner', created_at: now() })
      .execute()
    await db
      .insertInto('scope')
      .values({
        team_id: teamId,
        id: teamId,
        kind: 'team',
        name: teamId,
        name_key: teamId,
        type: null,
        created_at: now(),
        modified_at: now(),
        revision: 0,
        secrets: 0,
      })
      .execute()
    await db
      .insertInto('data_key')
      .values({
        id: `dk-${teamId}`,
        team_id: teamId,
        algorithm: 'A256GCM',
        wrapped: new Uint8Array(3),
        created_at: now(),
      })
      .execute()
  }
}

const folder = mkdtempSync(join(scratch, 'gradient-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Of its own: what is old enough for one test to be purged is purged for all. */
const url = await newPostgresDatabase()

const contracts = [
  storeContract,
  scopeContract,
  auditContract,
  ephemeralContract,
  keysContract,
  peopleContract,
  planContract,
  usesContract,
]
for (const contract of contracts) {
  contract('SQLite', () => open({ kind: 'sqlite', path: join(folder, 'secrets.db') }))
  contract('PostgreSQL', () => open({ kind: 'postgres', url }))
}
for (const contract of [versionContract, trashContract, modelContract]) {
  contract('SQLite', () => open({ kind: 'sqlite', path: join(folder, 'secrets.db') }, keptHere))
  contract('PostgreSQL', () => open({ kind: 'postgres', url }, keptHere))
}
