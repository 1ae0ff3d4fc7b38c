import type { Kysely, Transaction } from 'kysely'
import { contains, decodeCursor, nameKey, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import { prepared } from '#server/store/db/prepared-statement.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { isVisible, type Visibility } from '#server/store/people/project-access-store.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { AuditContext, AuditEvent } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import type { ApiKey } from '#shared/people/api-key.ts'
import type { KeyAccess } from '#shared/people/role.ts'
import type { Membership, User } from '#shared/people/session.ts'
import { noSuchScope } from '#shared/scope.ts'

/** A new API key. Times are in milliseconds since 1970; `expiresAt` is null for a key that does not expire. */
export type StoredApiKey = {
  id: string
  name: string
  digest: string
  masked: string
  access: readonly KeyAccess[]
  projectId: string | null
  clusterId: string | null
  expiresAt: number | null
}

/** Selects the keys of `userId`, or of all others, and with `within` only those with the same limits. */
type KeyQuery = PageQuery & {
  userId: string
  others?: boolean
  within?: { projectId: string | null; clusterId: string | null } | undefined
  /** What the reader may see: a key may be limited to a project that was closed to its owner since. */
  visibility?: Visibility | undefined
}

/** A key with its owner and team, as authentication needs them. */
export type KeyWithOwner = {
  id: string
  name: string
  access: readonly KeyAccess[]
  projectId: string | null
  clusterId: string | null
  expiresAt: number | null
  revokedAt: number | null
  lastUsedAt: number | null
  /** Whether the key is limited to a project that was not opened to its owner: see `isWithdrawn`. */
  isOfClosedProject: boolean
  user: User
  team: Membership
}

export type ApiKeyStore = {
  listApiKeys(teamId: string, query: KeyQuery): Promise<Page<ApiKey>>
  apiKey(teamId: string, id: string): Promise<ApiKey>
  createApiKey(teamId: string, key: StoredApiKey, context: AuditContext): Promise<void>
  /** Revokes a key and all keys that were created with it. */
  revokeApiKey(teamId: string, id: string, context: AuditContext): Promise<void>
  /** Finds a key by its digest, also a revoked or expired one. */
  keyOwner(digest: string): Promise<KeyWithOwner | undefined>
  noteKeyUse(id: string, use: { at: number; from: string; notSince: number }): Promise<void>
}

/** Stores API keys. A revoked key stays, so that its use can be told from a guess. */
export const apiKeyStore = (db: Kysely<Schema>, kind: DatabaseKind, { append, rights }: StoreParts): ApiKeyStore => {
  /** Locks a key against revocation while another key is created with it. Throws when it is revoked already. */
  const lockCreator = async (trx: Transaction<Schema>, id: string): Promise<void> => {
    const key = trx.selectFrom('api_key').select('id').where('id', '=', id).where('revoked_at', 'is', null)
    // SQLite has one writer at a time, and no row locks.
    const creator = await (kind === 'postgres' ? key.forShare() : key).executeTakeFirst()
    if (!creator) throw new Failure('UNAUTHORIZED', 'This API key was revoked. Make a new one in the team settings.')
  }

  const byDigest = prepared((given: { digest: string }) =>
    db
      .selectFrom('api_key as k')
      .innerJoin('member', (join) =>
        join.onRef('member.user_id', '=', 'k.user_id').onRef('member.team_id', '=', 'k.team_id'),
      )
      .innerJoin('team', 'team.id', 'k.team_id')
      .innerJoin('user', 'user.id', 'k.user_id')
      .leftJoin('scope as project', (join) =>
        join.onRef('project.team_id', '=', 'k.team_id').onRef('project.id', '=', 'k.project_id'),
      )
      .leftJoin('collaborator as chosen', (join) =>
        join
          .onRef('chosen.team_id', '=', 'k.team_id')
          .onRef('chosen.scope_id', '=', 'k.project_id')
          .onRef('chosen.user_id', '=', 'k.user_id'),
      )
      .select([
        'project.access as projectAccess',
        'chosen.user_id as chosen',
        'k.id',
        'k.name',
        'k.access',
        'k.project_id as projectId',
        'k.cluster_id as clusterId',
        'k.expires_at as expiresAt',
        'k.revoked_at as revokedAt',
        'k.last_used_at as lastUsedAt',
        'k.made_by as madeBy',
        'k.mac',
        'member.mac as memberMac',
        'user.id as userId',
        'user.name as userName',
        'user.email',
        'team.id as teamId',
        'team.namespace',
        'team.name as teamName',
        'team.second_factor',
        'team.session_idle_minutes',
        'team.session_max_minutes',
        'member.role',
      ])
      .where('k.digest', '=', given.digest),
  )

  const readable = (from: Kysely<Schema>, teamId: string, state: 'valid' | 'revoked' = 'valid') =>
    from
      .selectFrom('api_key as k')
      .innerJoin('user', 'user.id', 'k.user_id')
      .leftJoin('scope as project', (join) =>
        join.onRef('project.team_id', '=', 'k.team_id').onRef('project.id', '=', 'k.project_id'),
      )
      .leftJoin('scope as cluster', (join) =>
        join.onRef('cluster.team_id', '=', 'k.team_id').onRef('cluster.id', '=', 'k.cluster_id'),
      )
      .where('k.team_id', '=', teamId)
      .where('k.revoked_at', state === 'valid' ? 'is' : 'is not', null)

  const withAll = (from: Kysely<Schema>, teamId: string) =>
    readable(from, teamId).select([
      'k.id',
      'k.name',
      'k.masked',
      'k.access',
      'k.project_id',
      'project.name as project_name',
      'k.cluster_id',
      'cluster.name as cluster_name',
      'k.user_id',
      'user.name as user_name',
      'k.created_at',
      'k.expires_at',
      'k.last_used_at',
      'k.last_used_from',
    ])

  const matching = <Of extends ReturnType<typeof withAll>>(from: Of, { userId, others, within, q }: KeyQuery): Of => {
    let rows = from.where('k.user_id', others ? '<>' : '=', userId)
    if (within)
      rows = rows
        .where('k.project_id', 'is not distinct from', within.projectId)
        .where('k.cluster_id', 'is not distinct from', within.clusterId)
    return (q ? rows.where(contains('k.name_key', q)) : rows) as Of
  }

  return {
    listApiKeys: async (teamId, query) => {
      const { after } = query
      let page = matching(withAll(db, teamId), query)
      if (after) {
        const [name, id] = decodeCursor(after, 'string')
        page = page.where((eb) => eb(eb.refTuple('k.name', 'k.id'), '>', eb.tuple(name as string, id)))
      }
      const rows = await page.orderBy('k.name').orderBy('k.id').limit(rowsToRead(query)).execute()
      const { total } = await db
        .selectFrom(matching(withAll(db, teamId), query).as('all'))
        .select((eb) => eb.fn.countAll<number | string>().as('total'))
        .executeTakeFirstOrThrow()
      const hidden = await hiddenProjects(db, teamId, rows, query.visibility)
      const shown = (row: Row) => {
        const key = toApiKey(row)
        return row.project_id !== null && hidden.has(row.project_id) ? { ...key, project: hiddenProject } : key
      }
      return pageFrom(rows, query, Number(total), shown, (row) => [row.name, row.id])
    },

    apiKey: async (teamId, id) => {
      const row = await withAll(db, teamId).where('k.id', '=', id).executeTakeFirst()
      if (!row) throw noSuchKey()
      return toApiKey(row)
    },

    createApiKey: (teamId, key, context) =>
      db.transaction().execute(async (trx) => {
        const { id, name, digest, masked, access, projectId, clusterId, expiresAt } = key
        if (context.key) await lockCreator(trx, context.key.id)
        let limit: AuditEvent['scope']
        for (const [kind, scopeId] of [
          ['project', projectId],
          ['cluster', clusterId],
        ] as const) {
          if (scopeId === null) continue
          const scope = await trx
            .selectFrom('scope')
            .select('name')
            .where('team_id', '=', teamId)
            .where('id', '=', scopeId)
            .where('kind', '=', kind)
            .executeTakeFirst()
          if (!scope) throw noSuchScope(kind)
          limit ??= { kind, id: scopeId, name: scope.name }
        }
        await trx
          .insertInto('api_key')
          .values(
            await rights.signed('api_key', {
              id,
              team_id: teamId,
              user_id: context.by.id,
              name,
              name_key: nameKey(name),
              digest,
              masked,
              access: access.join(' '),
              project_id: projectId,
              cluster_id: clusterId,
              made_by: context.key?.id ?? null,
              created_at: context.at,
              expires_at: expiresAt,
            }),
          )
          .execute()
        await append(trx, teamId, context, {
          action: 'key.create',
          ...(limit ? { scope: limit } : {}),
          name,
          detail: `${id}, ${access.join(' and ')}`,
        })
      }),

    revokeApiKey: (teamId, id, context) =>
      db.transaction().execute(async (trx) => {
        const known = await withAll(trx, teamId).where('k.id', '=', id).executeTakeFirst()
        if (!known) throw noSuchKey()
        const revoked: LimitedKey[] = []
        for (const ids = [id]; ids.length > 0; ) {
          // The update comes first: it waits for keys that are being created with these, so that the select below finds
          // them.
          const open = { id: ids.splice(0), revoked_at: null }
          const genuine = await rights.update(trx, 'api_key', open, { revoked_at: context.at })
          // A forged key is refused either way. Revoked, it leaves the list.
          const forged = await trx
            .updateTable('api_key')
            .set({ revoked_at: context.at })
            .where('id', 'in', open.id)
            .where('revoked_at', 'is', null)
            .returning('id')
            .execute()
          const changed = [...genuine, ...forged].map(({ id }) => String(id))
          if (changed.length === 0) break
          const now = await readable(trx, teamId, 'revoked').select(limitColumns).where('k.id', 'in', changed).execute()
          revoked.push(...now)
          const made = await trx
            .selectFrom('api_key')
            .select('id')
            .where('team_id', '=', teamId)
            .where(
              'made_by',
              'in',
              now.map(({ id }) => id),
            )
            .where('revoked_at', 'is', null)
            .execute()
          ids.push(...made.map(({ id }) => id))
        }
        // Another request revoked it since the read above.
        if (revoked.length === 0) throw noSuchKey()
        for (const key of revoked) {
          await append(trx, teamId, context, {
            action: 'key.revoke',
            ...limitOf(key),
            name: key.name,
            detail: `${key.id}, of ${known.user_name}`,
          })
        }
      }),

    keyOwner: async (digest) => {
      const [row] = await byDigest(db, { digest })
      if (!row) return undefined
      const isGenuine = rights.verify('api_key', {
        id: row.id,
        team_id: row.teamId,
        user_id: row.userId,
        digest,
        access: row.access,
        project_id: row.projectId,
        cluster_id: row.clusterId,
        made_by: row.madeBy,
        expires_at: row.expiresAt,
        revoked_at: row.revokedAt,
        mac: row.mac,
      })
      // A short request: an additional promise is measurable.
      if (isGenuine !== true && !(await isGenuine)) throw forgedKey()
      const isMember = rights.verify('member', {
        team_id: row.teamId,
        user_id: row.userId,
        role: row.role,
        mac: row.memberMac,
      })
      if (isMember !== true && !(await isMember)) throw forgedKey()
      // Listed by field: a rest pattern takes as long as the query.
      return {
        id: row.id,
        name: row.name,
        access: accessFrom(row.access),
        projectId: row.projectId,
        clusterId: row.clusterId,
        expiresAt: row.expiresAt,
        revokedAt: row.revokedAt,
        lastUsedAt: row.lastUsedAt,
        isOfClosedProject: row.projectId !== null && row.projectAccess !== 'all' && row.chosen === null,
        user: { id: row.userId, name: row.userName, email: row.email },
        team: {
          id: row.teamId,
          namespace: row.namespace,
          name: row.teamName,
          role: row.role,
          secondFactor: row.second_factor ?? 'optional',
          sessionIdleMinutes: row.session_idle_minutes,
          sessionMaxMinutes: row.session_max_minutes,
        },
      }
    },

    noteKeyUse: async (id, { at, from, notSince }) => {
      await db
        .updateTable('api_key')
        .set({ last_used_at: at, last_used_from: from })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', notSince)]))
        .execute()
    },
  }
}

const accessFrom = (text: string) => text.split(' ') as KeyAccess[]

const forgedKey = () =>
  new Failure(
    'UNAUTHORIZED',
    'What the database says of this API key or its owner was not written by this product, so the key is refused. Ask the ' +
      'administrator of the server to run “doctor”.',
  )

const noSuchKey = () =>
  new Failure('NOT_FOUND', 'There is no such API key, or it was revoked already. Reload the list.')

type Row = {
  id: string
  name: string
  masked: string
  access: string
  project_id: string | null
  project_name: string | null
  cluster_id: string | null
  cluster_name: string | null
  user_id: string
  user_name: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
  last_used_from: string | null
}

const limitColumns = [
  'k.id',
  'k.name',
  'k.project_id',
  'project.name as project_name',
  'k.cluster_id',
  'cluster.name as cluster_name',
] as const

type LimitedKey = Pick<Row, 'id' | 'name' | 'project_id' | 'project_name' | 'cluster_id' | 'cluster_name'>

/** Returns the scope that the record of a key is about: who may not see its project does not read of it. */
const limitOf = (key: LimitedKey): Pick<AuditEvent, 'scope'> => {
  if (key.project_id !== null) {
    return { scope: { kind: 'project', id: key.project_id, name: key.project_name ?? 'deleted' } }
  }
  return key.cluster_id === null
    ? {}
    : { scope: { kind: 'cluster', id: key.cluster_id, name: key.cluster_name ?? 'deleted' } }
}

const hiddenProject = { id: '', name: 'a project that you may not see' }

/** Returns the IDs of the projects of these keys that are not visible, or were deleted. */
const hiddenProjects = async (
  db: Kysely<Schema>,
  teamId: string,
  rows: readonly Row[],
  visibility: Visibility | undefined,
): Promise<ReadonlySet<string>> => {
  const ids = new Set(rows.flatMap(({ project_id }) => project_id ?? []))
  if (!visibility || ids.size === 0) return new Set()
  const visible = await db
    .selectFrom('scope')
    .select('id')
    .where('team_id', '=', teamId)
    .where('id', 'in', [...ids])
    .where(isVisible(visibility))
    .execute()
  for (const { id } of visible) ids.delete(id)
  return ids
}

const toApiKey = (row: Row): ApiKey => ({
  id: row.id,
  name: row.name,
  masked: row.masked,
  access: accessFrom(row.access),
  project: row.project_id === null ? null : { id: row.project_id, name: row.project_name ?? '' },
  cluster: row.cluster_id === null ? null : { id: row.cluster_id, name: row.cluster_name ?? '' },
  member: { id: row.user_id, name: row.user_name },
  dtCreated: new Date(row.created_at).toISOString(),
  expiresAt: row.expires_at === null ? null : new Date(row.expires_at).toISOString(),
  lastUsed:
    row.last_used_at === null ? null : { at: new Date(row.last_used_at).toISOString(), from: row.last_used_from ?? '' },
})
