import type { Kysely, Transaction } from 'kysely'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { SecretQuery, Store, WriteCondition } from '../store.ts'
import type { AppendAudit } from './audit-append.ts'
import { checkCondition, noSuchScope, noSuchSecret, otherSpelling } from './conditions.ts'
import { contains, decodeCursor, nameKey, pageFrom, rowsToRead } from './cursor.ts'
import { dataKeyStatement, noSuchTeam } from './data-key.ts'
import { overlapsOf } from './overlaps.ts'
import { placeOf } from './plan-reads.ts'
import type { Planner } from './plans.ts'
import type { Schema } from './schema.ts'
import { readable, type SecretRow, secretStatements } from './secret-statements.ts'
import { isUnused, useStore } from './uses.ts'

type SecretStore = Pick<
  Store,
  'revision' | 'listSecrets' | 'secret' | 'overlaps' | 'writeSecret' | 'deleteSecret' | 'planSecret' | 'sealedSecret'
>

/** The part of the store about secrets. */
export const secretStore = (db: Kysely<Schema>, append: AppendAudit, plans: Planner): SecretStore => {
  const statements = secretStatements(db)
  const newestDataKey = dataKeyStatement(db)
  const { lastUses } = useStore(db)

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

  /** What a write finds under its name, and without regard to case; throws unless it is what the write expects. */
  const meet = async (
    trx: Transaction<Schema>,
    teamId: string,
    scope: Scope,
    write: WriteCondition & { name: string },
  ) => {
    const { name } = write
    const [row] = await statements.byNameKey(trx, { teamId, scopeId: scope.id, nameKey: nameKey(name) })
    const existing = row?.name === name ? toSecret(row) : undefined
    checkCondition(scope, write, existing)
    if (row && !existing) throw otherSpelling(scope, toSecret(row))
    return { row, existing }
  }

  /** Adds to the secrets of a page what was asked for, in one statement each. */
  const included = async (teamId: string, scope: Scope, items: Secret[], query: SecretQuery): Promise<Secret[]> => {
    const names = items.map(({ name }) => name)
    const overlaps = query.overlaps && (await overlapsOf(db, teamId, scope, names, query.sight))
    const uses = query.lastUse && (await lastUses(teamId, scope, names, query.sight))
    if (!overlaps && !uses) return items
    return items.map((item) => ({
      ...item,
      ...(overlaps ? { overlaps: overlaps.get(item.name) ?? [] } : {}),
      ...(uses ? { lastUse: uses.get(item.name) ?? null } : {}),
    }))
  }

  return {
    revision: async (teamId, scope) => (await scopeRow(teamId, scope)).revision,

    listSecrets: async (teamId, scope, query) => {
      const { q, unused, orderBy = 'name' } = query
      const within = await scopeRow(teamId, scope)
      const rows = await pageOfRows(db, teamId, scope.id, query)
      const filtered = q || unused !== undefined
      const total = filtered ? await countMatching(db, teamId, scope.id, query) : within.secrets
      const page = pageFrom(rows, query, total, toSecret, (row) => [
        orderBy === 'name' ? row.name : row.created_at,
        row.name,
      ])
      return { ...page, items: await included(teamId, scope, page.items, query) }
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
      plans.change(teamId, write, async (trx, hold) => {
        const { name, by, at } = write
        const key = { teamId, scopeId: scope.id, name }
        const { revision, place } = await nextRevision(trx, teamId, scope)
        const { row, existing } = await meet(trx, teamId, scope, write)
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
        await hold({ change: existing ? 'edit' : 'set', scope: place, name, secret: existing ?? null })
        return { secret, created: !existing }
      }),

    deleteSecret: (teamId, scope, name, { ifMatch, ...stamp }) =>
      plans.change(teamId, stamp, async (trx, hold) => {
        const key = { teamId, scopeId: scope.id, name }
        const { place } = await nextRevision(trx, teamId, scope)
        const [row] = await statements.byName(trx, key)
        const existing = row && toSecret(row)
        checkCondition(scope, { name, expect: 'present', ...(ifMatch ? { ifMatch } : {}) }, existing)
        await statements.delete(trx, key)
        await statements.count(trx, { ...key, change: -1 })
        await append(trx, teamId, stamp, { action: 'secret.delete', scope: place, name })
        await hold({ change: 'delete', scope: place, name, secret: existing ?? null })
      }),

    planSecret: (teamId, scope, planned, view) =>
      plans.dryRun(teamId, view, async (trx) => {
        const { scope: place } = await placeOf(trx, teamId, scope)
        const { existing } = await meet(trx, teamId, scope, planned)
        const change = planned.deletes ? 'delete' : existing ? 'edit' : 'set'
        return { change, scope: place, name: planned.name, secret: existing ?? null }
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
  const { after, q, unused, order = 'asc', orderBy = 'name' } = query
  const beyond = order === 'asc' ? '>' : '<'
  let page = readable(db, { teamId, scopeId })
  if (q) page = page.where(contains('name_key', q))
  if (unused !== undefined) page = page.where(isUnused(unused))
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

const countMatching = async (
  db: Kysely<Schema>,
  teamId: string,
  scopeId: string,
  { q, unused }: SecretQuery,
): Promise<number> => {
  let matching = db.selectFrom('secret').where('team_id', '=', teamId).where('scope_id', '=', scopeId)
  if (q) matching = matching.where(contains('name_key', q))
  if (unused !== undefined) matching = matching.where(isUnused(unused))
  const { total } = await matching
    .select((eb) => eb.fn.countAll<number | string>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(total)
}
