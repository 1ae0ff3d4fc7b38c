import type { Kysely, Transaction } from 'kysely'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { SecretQuery, Store } from '../store.ts'
import type { AppendAudit } from './audit-append.ts'
import { checkCondition, noSuchScope, noSuchSecret, otherSpelling } from './conditions.ts'
import { contains, decodeCursor, nameKey, pageFrom, rowsToRead } from './cursor.ts'
import { dataKeyStatement, noSuchTeam } from './data-key.ts'
import { overlapsOf } from './overlaps.ts'
import type { Schema } from './schema.ts'
import { readable, type SecretRow, secretStatements } from './secret-statements.ts'

type SecretStore = Pick<
  Store,
  'revision' | 'listSecrets' | 'secret' | 'overlaps' | 'writeSecret' | 'deleteSecret' | 'sealedSecret'
>

/** The part of the store about secrets. */
export const secretStore = (db: Kysely<Schema>, append: AppendAudit): SecretStore => {
  const statements = secretStatements(db)
  const newestDataKey = dataKeyStatement(db)

  const scopeRow = async (teamId: string, { kind, id }: Scope) => {
    const [row] = await statements.scope(db, { teamId, scopeId: id, kind })
    if (!row) throw noSuchScope(kind)
    return row
  }

  const nextRevision = async (trx: Transaction<Schema>, teamId: string, { kind, id }: Scope) => {
    const [row] = await statements.nextRevision(trx, { teamId, scopeId: id, kind })
    if (!row) throw noSuchScope(kind)
    return { revision: row.revision, place: { kind, id, name: row.name } }
  }

  return {
    revision: async (teamId, scope) => (await scopeRow(teamId, scope)).revision,

    listSecrets: async (teamId, scope, query) => {
      const { q, orderBy = 'name', overlaps, sight } = query
      const within = await scopeRow(teamId, scope)
      const rows = await pageOfRows(db, teamId, scope.id, query)
      const total = q ? await countMatching(db, teamId, scope.id, q) : within.secrets
      const page = pageFrom(rows, query, total, toSecret, (row) => [
        orderBy === 'name' ? row.name : row.created_at,
        row.name,
      ])
      if (!overlaps) return page
      const found = await overlapsOf(
        db,
        teamId,
        scope,
        page.items.map(({ name }) => name),
        sight,
      )
      return { ...page, items: page.items.map((item) => ({ ...item, overlaps: found.get(item.name) ?? [] })) }
    },

    secret: async (teamId, scope, name) => {
      await scopeRow(teamId, scope)
      const [row] = await statements.byName(db, { teamId, scopeId: scope.id, name })
      if (!row) throw noSuchSecret(scope, name)
      return toSecret(row)
    },

    overlaps: async (teamId, scope, name, sight) =>
      (await overlapsOf(db, teamId, scope, [name], sight)).get(name) ?? [],

    writeSecret: (teamId, scope, write) =>
      db.transaction().execute(async (trx) => {
        const { name, by, at } = write
        const key = { teamId, scopeId: scope.id, name }
        const { revision, place } = await nextRevision(trx, teamId, scope)
        const [row] = await statements.byNameKey(trx, { ...key, nameKey: nameKey(name) })
        const existing = row?.name === name ? toSecret(row) : undefined
        checkCondition(scope, write, existing)
        if (row && !existing) throw otherSpelling(scope, toSecret(row))

        const version = (existing?.version ?? 0) + 1
        const [dataKey] = await newestDataKey(trx, { teamId })
        if (!dataKey) throw noSuchTeam()
        const { algorithm, keyId, bytes } = await write.seal(version, dataKey)
        const sealed = { ...key, version, algorithm, keyId, sealed: bytes, at, by: by.id }
        if (existing) {
          await statements.update(trx, { ...key, version, revision, at, by: by.id })
          await statements.replaceVersion(trx, { ...sealed, old: existing.version })
        } else {
          await statements.insert(trx, { ...key, nameKey: nameKey(name), version, revision, at, by: by.id })
          await statements.insertVersion(trx, sealed)
          await statements.count(trx, { ...key, change: 1 })
        }
        const secret = toSecret({
          name,
          version,
          revision,
          created_at: row?.created_at ?? at,
          modified_at: at,
          modified_by: by.id,
          modified_by_name: by.name,
        })
        await append(trx, teamId, write, { action: existing ? 'secret.edit' : 'secret.set', scope: place, name })
        return { secret, created: !existing }
      }),

    deleteSecret: (teamId, scope, name, { ifMatch, ...stamp }) =>
      db.transaction().execute(async (trx) => {
        const key = { teamId, scopeId: scope.id, name }
        const { place } = await nextRevision(trx, teamId, scope)
        const [row] = await statements.byName(trx, key)
        checkCondition(scope, { name, expect: 'present', ...(ifMatch ? { ifMatch } : {}) }, row && toSecret(row))
        await statements.delete(trx, key)
        await statements.count(trx, { ...key, change: -1 })
        await append(trx, teamId, stamp, { action: 'secret.delete', scope: place, name })
      }),

    sealedSecret: async (teamId, scope, name) => {
      await scopeRow(teamId, scope)
      const [row] = await statements.sealed(db, { teamId, scopeId: scope.id, name })
      if (!row) throw noSuchSecret(scope, name)
      return { version: row.version, sealed: { algorithm: row.algorithm, keyId: row.key_id, bytes: row.sealed } }
    },
  }
}

const toSecret = (row: SecretRow): Secret => ({
  name: row.name,
  version: row.version,
  dtCreated: new Date(row.created_at).toISOString(),
  dtModified: new Date(row.modified_at).toISOString(),
  setBy: { id: row.modified_by, name: row.modified_by_name ?? 'someone who has left' },
  etag: `"${row.revision}"`,
})

/** Reads a page's rows by the key where the page before ended, so that the last costs no more than the first. */
const pageOfRows = (db: Kysely<Schema>, teamId: string, scopeId: string, query: SecretQuery): Promise<SecretRow[]> => {
  const { after, q, order = 'asc', orderBy = 'name' } = query
  const beyond = order === 'asc' ? '>' : '<'
  let page = readable(db, { teamId, scopeId })
  if (q) page = page.where(contains('name_key', q))
  if (after && orderBy === 'name') {
    page = page.where('secret.name', beyond, decodeCursor(after, 'string')[1])
  } else if (after) {
    const [createdAt, name] = decodeCursor(after, 'number')
    page = page.where((eb) =>
      eb(eb.refTuple('secret.created_at', 'secret.name'), beyond, eb.tuple(createdAt as number, name)),
    )
  }
  if (orderBy === 'dtCreated') page = page.orderBy('secret.created_at', order)
  return page.orderBy('secret.name', order).limit(rowsToRead(query)).execute()
}

const countMatching = async (db: Kysely<Schema>, teamId: string, scopeId: string, q: string): Promise<number> => {
  const { total } = await db
    .selectFrom('secret')
    .select((eb) => eb.fn.countAll<number | string>().as('total'))
    .where('team_id', '=', teamId)
    .where('scope_id', '=', scopeId)
    .where(contains('name_key', q))
    .executeTakeFirstOrThrow()
  return Number(total)
}
