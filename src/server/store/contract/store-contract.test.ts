import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterAll } from 'vitest'
import { createVault } from '#server/crypto/vault.ts'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { usesContract } from '#server/store/contract/usage-contract.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { openStore, type StoreOptions } from '#server/store/open-store.ts'
import { addTeam } from '#server/testing/app/add-team.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { recordedStatements } from '#server/testing/postgres/recorded-statements.ts'
import { temporaryRoot } from '#server/testing/processes/temporary-folder.ts'
import { keysContract } from './api-key-contract.ts'
import { auditContract } from './audit-contract.ts'
import type { Opened } from './contract-team.ts'
import { ephemeralContract } from './ephemeral-contract.ts'
import { keptHere } from './history-team.ts'
import { modelContract } from './model-contract.ts'
import { openidContract } from './openid-contract.ts'
import { peopleContract } from './people-contract.ts'
import { placeTrashContract } from './place-trash-contract.ts'
import { planContract } from './plan-contract.ts'
import { scopeContract } from './scope-contract.ts'
import { storeContract } from './secret-contract.ts'
import { trashContract } from './trash-contract.ts'
import { versionContract } from './version-contract.ts'

const now = () => 1_700_000_000_000

/** The file to write the statements of a release to, which later releases are tested with: see released/README.md. */
const recordTo = process.env.RECORD_STATEMENTS
const statements = recordedStatements()
afterAll(() => recordTo === undefined || statements.write(recordTo))

const open = async (location: DatabaseLocation, options: Partial<StoreOptions> = {}): Promise<Opened> => {
  const note = recordTo === undefined ? undefined : statements.noteFor(location.kind)
  const { db, kind, changesFrom } = openDatabase(location, { note })
  const vault = await createVault(new Uint8Array(32).fill(7))
  return { store: await openStore(db, kind, { vault, now, changesFrom, ...options }), addTeam: teamAdder(db, kind) }
}

const teamAdder =
  (db: Kysely<Schema>, kind: DatabaseLocation['kind']): Opened['addTeam'] =>
  (teamId, { id, name }) =>
    addTeam(db, kind, {
      team: { id: teamId, namespace: teamId, name: teamId, role: 'owner' },
      owner: { id, name, email: `${id}@example.com` },
      dataKey: { id: `dk-${teamId}`, teamId, algorithm: 'A256GCM', wrapped: new Uint8Array(3) },
      at: now(),
    })

const folder = mkdtempSync(join(temporaryRoot, 'gradient-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A separate database: a test that purges deletes old rows of all tests. */
const url = await newPostgresDatabase()

const contracts = [
  storeContract,
  scopeContract,
  auditContract,
  ephemeralContract,
  keysContract,
  openidContract,
  peopleContract,
  planContract,
  usesContract,
]
for (const contract of contracts) {
  contract('SQLite', () => open({ kind: 'sqlite', path: join(folder, 'secrets.db') }))
  contract('PostgreSQL', () => open({ kind: 'postgres', url }))
}
for (const contract of [versionContract, trashContract, placeTrashContract, modelContract]) {
  contract('SQLite', () => open({ kind: 'sqlite', path: join(folder, 'secrets.db') }, keptHere))
  contract('PostgreSQL', () => open({ kind: 'postgres', url }, keptHere))
}
