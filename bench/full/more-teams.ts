import { join } from 'node:path'
import { newId } from '#server/crypto/make-id.ts'
import { createVault } from '#server/crypto/vault.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import { nodeCipher, nodeSha256 } from '#server/node/keys/node-crypto.ts'
import { createApiKey } from '#server/services/make-api-key.ts'
import { openStore } from '#server/store/open-store.ts'
import { addTeam } from '#server/testing/app/add-team.ts'
import { newApiKey } from '#shared/people/api-key.ts'
import { type Database, masterKey } from './nodes.ts'

/** A team with a project and a key for it. */
export type MeasuredTeam = { team: string; project: string; key: string }

/**
 * Inserts teams in addition to the one of the set-up. The audit records of a team form a chain, so that changes wait
 * only for other changes of the same team.
 */
export const addTeams = async (database: Database, count: number): Promise<MeasuredTeam[]> => {
  const { db, kind } = openDatabase(
    database.kind === 'sqlite' ? { kind: 'sqlite', path: join(database.folder, 'secrets.db') } : database,
  )
  const vault = await createVault(new Uint8Array(Buffer.from(masterKey, 'base64')), nodeCipher)
  const now = () => Date.now()
  const store = await openStore(db, kind, { vault, now, sha256: nodeSha256 })
  const teams: MeasuredTeam[] = []
  try {
    for (let index = 0; index < count; index++) {
      const id = newId('te')
      const owner = { id: newId('us'), name: `Owner ${index}`, email: `${id}@example.com` }
      const team = { id, namespace: `bench-${index}`, name: `Bench ${index}`, role: 'owner' as const }
      await addTeam(db, kind, { team, owner, dataKey: await vault.newDataKey(id, newId('dk')), at: now() })
      const context = { by: { id: owner.id, name: owner.name }, at: now() }
      const project = newId('pr')
      await store.createScope(id, { kind: 'project', id: project, name: 'bench' }, context)
      const wanted = newApiKey.parse({ name: 'bench', access: ['manage'] })
      const { key } = await createApiKey({ store, sha256: nodeSha256 }, team, wanted, context)
      teams.push({ team: id, project, key })
    }
  } finally {
    await store.close()
  }
  return teams
}
