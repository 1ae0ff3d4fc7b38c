import type { Kysely, Transaction } from 'kysely'
import { Failure } from '#shared/failure.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Store, WriteCondition } from '../store.ts'
import { contains, decodeCursor, nameKey, pageFrom, rowsToRead } from './cursor.ts'
import { overlapsOf } from './overlaps.ts'
import type { Schema } from './schema.ts'
import { noSuchScope } from './scopes.ts'

type SecretStore = Pick<Store, 'listSecrets' | 'secret' | 'overlaps' | 'writeSecret' | 'deleteSecret' | 'sealedSecret'>

/** The part of the store about secrets. */
export const secretStore = (db: Kysely<Schema>): SecretStore => ({
  listSecrets: async (teamId, scope, query) => {
    const { after, q, order = 'asc', orderBy = 'name' } = query
    const within = await scopeRow(db, teamId, scope)
    let page = readable(db, teamId, scope.id)
    if (q) page = page.where(contains('name_key', q))
    if (after && orderBy === 'name') {
      const [, name] = decodeCursor(after, 'string')
      page = page.where('secret.name', order === 'asc' ? '>' : '<', name)
    } else if (after) {
      const [createdAt, name] = decodeCursor(after, 'number')
      page = page.where((eb) =>
        eb(
          eb.refTuple('secret.created_at', 'secret.name'),
          order === 'asc' ? '>' : '<',
          eb.tuple(createdAt as number, name),
        ),
      )
    }
    if (orderBy === 'dtCreated') page = page.orderBy('secret.created_at', order)
    const rows = await page.orderBy('secret.name', order).limit(rowsToRead(query)).execute()
    const total = q ? await countMatching(db, teamId, scope.id, q) : within.secrets
    const result = pageFrom(rows, query, total, toSecret, (row) => [
      orderBy === 'name' ? row.name : row.created_at,
      row.name,
    ])
    if (!query.overlaps) return result
    const overlaps = await overlapsOf(
      db,
      teamId,
      scope,
      result.items.map(({ name }) => name),
    )
    return { ...result, items: result.items.map((item) => ({ ...item, overlaps: overlaps.get(item.name) ?? [] })) }
  },

  secret: async (teamId, scope, name) => {
    const found = await find(db, teamId, scope, name)
    if (found) return found
    await scopeRow(db, teamId, scope)
    throw noSuchSecret(scope, name)
  },

  overlaps: async (teamId, scope, name) => (await overlapsOf(db, teamId, scope, [name])).get(name) ?? [],

  writeSecret: (teamId, scope, write) =>
    db.transaction().execute(async (trx) => {
      const revision = await nextRevision(trx, teamId, scope)
      const existing = await find(trx, teamId, scope, write.name)
      checkCondition(scope, write, existing)
      if (!existing) await refuseOtherSpelling(trx, teamId, scope, write.name)

      const { name, by, at } = write
      const key = { team_id: teamId, scope_id: scope.id, name }
      const version = (existing?.version ?? 0) + 1
      const sealed = await write.seal(version)
      const change = { version, revision, modified_at: at, modified_by: by }
      if (existing) {
        await trx
          .updateTable('secret')
          .set(change)
          .where('team_id', '=', teamId)
          .where('scope_id', '=', scope.id)
          .where('name', '=', name)
          .execute()
        await trx
          .deleteFrom('secret_version')
          .where('team_id', '=', teamId)
          .where('scope_id', '=', scope.id)
          .where('name', '=', name)
          .execute()
      } else {
        await trx
          .insertInto('secret')
          .values({ ...key, ...change, name_key: nameKey(name), created_at: at })
          .execute()
        await countSecrets(trx, teamId, scope, 1)
      }
      await trx
        .insertInto('secret_version')
        .values({
          ...key,
          version,
          algorithm: sealed.algorithm,
          key_id: sealed.keyId,
          sealed: sealed.bytes,
          created_at: at,
          created_by: by,
        })
        .execute()
      const secret = await find(trx, teamId, scope, name)
      if (!secret) throw new Error('A secret was not there right after it had been written.')
      return { secret, created: !existing }
    }),

  deleteSecret: (teamId, scope, name, { ifMatch }) =>
    db.transaction().execute(async (trx) => {
      await nextRevision(trx, teamId, scope)
      const existing = await find(trx, teamId, scope, name)
      checkCondition(scope, { name, expect: 'present', ...(ifMatch ? { ifMatch } : {}) }, existing)
      await trx
        .deleteFrom('secret')
        .where('team_id', '=', teamId)
        .where('scope_id', '=', scope.id)
        .where('name', '=', name)
        .execute()
      await countSecrets(trx, teamId, scope, -1)
    }),

  sealedSecret: async (teamId, scope, name) => {
    const row = await db
      .selectFrom('secret_version as v')
      .innerJoin('secret as s', (join) =>
        join
          .onRef('s.team_id', '=', 'v.team_id')
          .onRef('s.scope_id', '=', 'v.scope_id')
          .onRef('s.name', '=', 'v.name')
          .onRef('s.version', '=', 'v.version'),
      )
      .select(['v.version', 'v.algorithm', 'v.key_id', 'v.sealed'])
      .where('v.team_id', '=', teamId)
      .where('v.scope_id', '=', scope.id)
      .where('v.name', '=', name)
      .executeTakeFirst()
    if (!row) throw noSuchSecret(scope, name)
    return { version: row.version, sealed: { algorithm: row.algorithm, keyId: row.key_id, bytes: row.sealed } }
  },
})

type Reader = Kysely<Schema> | Transaction<Schema>

const readable = (db: Reader, teamId: string, scopeId: string) =>
  db
    .selectFrom('secret')
    .leftJoin('user', 'user.id', 'secret.modified_by')
    .select([
      'secret.name',
      'secret.version',
      'secret.revision',
      'secret.created_at',
      'secret.modified_at',
      'secret.modified_by',
      'user.name as modified_by_name',
    ])
    .where('secret.team_id', '=', teamId)
    .where('secret.scope_id', '=', scopeId)

type Row = Awaited<ReturnType<ReturnType<typeof readable>['execute']>>[number]

const toSecret = (row: Row): Secret => ({
  name: row.name,
  version: row.version,
  dtCreated: new Date(row.created_at).toISOString(),
  dtModified: new Date(row.modified_at).toISOString(),
  setBy: { id: row.modified_by, name: row.modified_by_name ?? 'someone who has left' },
  etag: `"${row.revision}"`,
})

const find = async (db: Reader, teamId: string, scope: Scope, name: string): Promise<Secret | undefined> => {
  const row = await readable(db, teamId, scope.id).where('secret.name', '=', name).executeTakeFirst()
  return row && toSecret(row)
}

const scopeRow = async (db: Reader, teamId: string, { kind, id }: Scope) => {
  const row = await db
    .selectFrom('scope')
    .select('secrets')
    .where('team_id', '=', teamId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst()
  if (!row) throw noSuchScope(kind)
  return row
}

const countMatching = async (db: Reader, teamId: string, scopeId: string, q: string): Promise<number> => {
  const { total } = await db
    .selectFrom('secret')
    .select((eb) => eb.fn.countAll<number | string>().as('total'))
    .where('team_id', '=', teamId)
    .where('scope_id', '=', scopeId)
    .where(contains('name_key', q))
    .executeTakeFirstOrThrow()
  return Number(total)
}

/**
 * Takes the scope's next revision. Being the first statement of every write, it also makes writes to one scope wait
 * for each other on PostgreSQL, where the row stays locked until the transaction ends.
 */
const nextRevision = async (trx: Transaction<Schema>, teamId: string, { kind, id }: Scope): Promise<number> => {
  const row = await trx
    .updateTable('scope')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('team_id', '=', teamId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .returning('revision')
    .executeTakeFirst()
  if (!row) throw noSuchScope(kind)
  return row.revision
}

const countSecrets = async (trx: Transaction<Schema>, teamId: string, scope: Scope, change: 1 | -1) => {
  await trx
    .updateTable('scope')
    .set((eb) => ({ secrets: eb('secrets', '+', change) }))
    .where('team_id', '=', teamId)
    .where('id', '=', scope.id)
    .execute()
}

const checkCondition = (
  scope: Scope,
  { name, expect, ifMatch, ifNoneMatch }: WriteCondition & { name: string },
  existing: Secret | undefined,
): void => {
  if (ifNoneMatch && existing) throw changed(`“${name}” exists in this ${scope.kind} already.`, existing)
  if (ifMatch && !existing) throw changed(`“${name}” does not exist in this ${scope.kind} any more.`)
  if (ifMatch && existing && !ifMatch.includes('*') && !ifMatch.includes(existing.etag)) {
    throw changed(`“${name}” was set by ${existing.setBy.name} at ${existing.dtModified} meanwhile.`, existing)
  }
  if (expect === 'present' && !existing) throw noSuchSecret(scope, name)
  if (expect === 'absent' && existing) {
    throw new Failure(
      'CONFLICT',
      `“${name}” was set by ${existing.setBy.name} at ${existing.dtModified}. Replace it with PUT, or choose another name.`,
      { issues: [{ message: 'This name exists already.', path: ['name'], existing }] },
    )
  }
}

const changed = (message: string, existing?: Secret): Failure =>
  new Failure('PRECONDITION_FAILED', `${message} Look at it again before you change it.`, {
    issues: existing ? [{ message, existing }] : [],
  })

/** Two names that differ by case only would be one variable to some programs and two to others. */
const refuseOtherSpelling = async (trx: Transaction<Schema>, teamId: string, scope: Scope, name: string) => {
  const other = await readable(trx, teamId, scope.id).where('secret.name_key', '=', nameKey(name)).executeTakeFirst()
  if (!other) return
  const message = `“${other.name}” exists in this ${scope.kind}, and names must differ by more than case.`
  throw new Failure('CONFLICT', `${message} Use that spelling, or choose another name.`, {
    issues: [{ message, path: ['name'], existing: toSecret(other) }],
  })
}

export const noSuchSecret = (scope: Scope, name: string): Failure =>
  new Failure(
    'NOT_FOUND',
    `There is no secret “${name}” in this ${scope.kind}. Check the spelling, also of upper case.`,
  )
