import type { Kysely, Transaction } from 'kysely'
import { contains, decodeCursor, nameKey, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import { prepared } from '#server/store/db/prepared-statement.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { isVisible, type Visibility } from '#server/store/people/project-access-store.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import { signedTables } from '#server/store/rights/signed-tables.ts'
import type { RequireRoom } from '#server/store/team-limits.ts'
import type { AuditContext, AuditEvent } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import { type ApiKey, expiryWarningDays } from '#shared/people/api-key.ts'
import { type KeyAccess, notAllowed, type Role, roleMay } from '#shared/people/role.ts'
import type { Membership, User } from '#shared/people/session.ts'
import { noSuchScope, type ScopeKind } from '#shared/scope.ts'

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
  /** Whether it belongs to the team, and not to the person who makes it. */
  ofTeam: boolean
  /** The addresses and ranges that it is accepted from; none for everywhere. */
  addresses: readonly string[]
}

/** A key that takes the place of another, which then works until `until` at most. */
export type Renewal = { of: string; key: StoredApiKey; until: number }

/**
 * Selects the keys of `userId`, or of all other people, and with `within` only those with the same limits. `null` is the
 * team.
 */
type KeyQuery = PageQuery & {
  userId: string | null
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
  /** Whether the key is limited to a project that its owner may not see. */
  isOfClosedProject: boolean
  ofTeam: boolean
  addresses: readonly string[]
  /** The owner. For a key of the team, the team itself, which has no email. */
  /** The place of the key that is in the trash. */
  deletedPlace: ScopeKind | undefined
  user: User
  team: Membership
}

export type ApiKeyStore = {
  listApiKeys(teamId: string, query: KeyQuery): Promise<Page<ApiKey>>
  apiKey(teamId: string, id: string): Promise<ApiKey>
  createApiKey(teamId: string, key: StoredApiKey, context: AuditContext): Promise<void>
  /** Creates a key in the place of another. Throws `CONFLICT` when the other one was renewed before. */
  renewApiKey(teamId: string, renewal: Renewal, context: AuditContext): Promise<void>
  /** Writes to the trail which keys expire in less than 14 and in less than 3 days, once for each key and number. */
  warnOfExpiry(at: number): Promise<void>
  /** Revokes a key and all keys that were created with it. */
  revokeApiKey(teamId: string, id: string, context: AuditContext): Promise<void>
  /** Finds a key by its digest, also a revoked or expired one. */
  keyOwner(digest: string): Promise<KeyWithOwner | undefined>
  noteKeyUse(id: string, use: { at: number; from: string; notSince: number }): Promise<void>
}

/** Stores API keys. A revoked key stays, so that its use can be told from a guess. */
export const apiKeyStore = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { append, rights, requireRoom }: StoreParts & { requireRoom: RequireRoom },
): ApiKeyStore => {
  /** Locks a key against revocation while another key is created with it. Throws when it is revoked already. */
  const lockCreator = async (trx: Transaction<Schema>, id: string): Promise<void> => {
    const key = trx
      .selectFrom('api_key')
      .select([...signedTables.api_key.columns, 'mac'])
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
    // SQLite has one writer at a time, and no row locks.
    const creator = await (kind === 'postgres' ? key.forShare() : key).executeTakeFirst()
    // Its revocation may have been undone in the database.
    const isGenuine = creator !== undefined && (await rights.verify('api_key', creator))
    if (!isGenuine) throw new Failure('UNAUTHORIZED', 'This API key was revoked. Make a new one in the team settings.')
  }

  /** Throws unless the person of a request still makes keys of the team: their role may have changed while it waited. */
  const lockMaker = async (trx: Transaction<Schema>, teamId: string, userId: string): Promise<void> => {
    const member = trx
      .selectFrom('member')
      .select(['team_id', 'user_id', 'role', 'mac'])
      .where('team_id', '=', teamId)
      .where('user_id', '=', userId)
    const maker = await (kind === 'postgres' ? member.forShare() : member).executeTakeFirst()
    const isGenuine = maker !== undefined && (await rights.verify('member', maker))
    if (!isGenuine || !roleMay(maker.role, 'manageKeys')) throw notAllowed('manageKeys')
  }

  /** Stores a new key and its record. Returns the scope that the key is limited to. */
  const insert = async (
    trx: Transaction<Schema>,
    teamId: string,
    key: StoredApiKey,
    { context, madeBy }: { context: AuditContext; madeBy: string | null },
  ): Promise<Pick<AuditEvent, 'scope'>> => {
    const { id, name, digest, masked, access, projectId, clusterId, expiresAt, ofTeam, addresses } = key
    if (context.key) await lockCreator(trx, context.key.id)
    else if (ofTeam) await lockMaker(trx, teamId, context.by.id)
    await requireRoom(trx, teamId, 'keys')
    let limit: AuditEvent['scope']
    for (const [kind, scopeId] of [
      ['project', projectId],
      ['cluster', clusterId],
    ] as const) {
      if (scopeId === null) continue
      const scope = await trx
        .selectFrom('scope')
        .select(['name', 'team_id', 'id', 'kind', 'access', 'deleted_at', 'mac'])
        .where('team_id', '=', teamId)
        .where('id', '=', scopeId)
        .where('kind', '=', kind)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      if (!scope || !(await rights.verify('scope', scope))) throw noSuchScope(kind)
      limit ??= { kind, id: scopeId, name: scope.name }
    }
    await trx
      .insertInto('api_key')
      .values(
        await rights.signed('api_key', {
          id,
          team_id: teamId,
          user_id: ofTeam ? null : context.by.id,
          name,
          name_key: nameKey(name),
          digest,
          masked,
          access: access.join(' '),
          project_id: projectId,
          cluster_id: clusterId,
          made_by: madeBy,
          created_at: context.at,
          expires_at: expiresAt,
          addresses: addresses.length === 0 ? null : addresses.join(' '),
          // A key that is made for a few days needs no warning that it lasts only a few days.
          warned_days: warnedDays(expiresAt, context.at),
        }),
      )
      .execute()
    const parts = [id, access.join(' and '), ...(ofTeam ? ['of the team'] : []), ...fromWords(addresses)]
    const about = limit ? { scope: limit } : {}
    await append(trx, teamId, context, { action: 'key.create', ...about, name, detail: parts.join(', ') })
    return about
  }

  const byDigest = prepared((given: { digest: string }) =>
    db
      .selectFrom('api_key as k')
      .leftJoin('member', (join) =>
        join.onRef('member.user_id', '=', 'k.user_id').onRef('member.team_id', '=', 'k.team_id'),
      )
      .innerJoin('team', 'team.id', 'k.team_id')
      .leftJoin('user', 'user.id', 'k.user_id')
      .leftJoin('scope as project', (join) =>
        join.onRef('project.team_id', '=', 'k.team_id').onRef('project.id', '=', 'k.project_id'),
      )
      .leftJoin('scope as cluster', (join) =>
        join.onRef('cluster.team_id', '=', 'k.team_id').onRef('cluster.id', '=', 'k.cluster_id'),
      )
      .leftJoin('collaborator as chosen', (join) =>
        join
          .onRef('chosen.team_id', '=', 'k.team_id')
          .onRef('chosen.scope_id', '=', 'k.project_id')
          .onRef('chosen.user_id', '=', 'k.user_id'),
      )
      .select([
        'project.kind as projectKind',
        'project.access as projectAccess',
        'project.deleted_at as projectDeletedAt',
        'project.mac as projectMac',
        'team.deleted_at as teamDeletedAt',
        'team.mac as teamMac',
        'cluster.deleted_at as clusterDeletedAt',
        'chosen.user_id as chosen',
        'chosen.mac as chosenMac',
        'k.id',
        'k.name',
        'k.access',
        'k.project_id as projectId',
        'k.cluster_id as clusterId',
        'k.expires_at as expiresAt',
        'k.revoked_at as revokedAt',
        'k.last_used_at as lastUsedAt',
        'k.addresses',
        'k.user_id as ownerId',
        'k.made_by as madeBy',
        'k.mac',
        'member.mac as memberMac',
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
      .leftJoin('user', 'user.id', 'k.user_id')
      .leftJoin('scope as project', (join) =>
        join.onRef('project.team_id', '=', 'k.team_id').onRef('project.id', '=', 'k.project_id'),
      )
      .leftJoin('scope as cluster', (join) =>
        join.onRef('cluster.team_id', '=', 'k.team_id').onRef('cluster.id', '=', 'k.cluster_id'),
      )
      .where('k.team_id', '=', teamId)
      .where('k.revoked_at', state === 'valid' ? 'is' : 'is not', null)
      // Keys of a place in the trash come back with it.
      .where('project.deleted_at', 'is', null)
      .where('cluster.deleted_at', 'is', null)

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
      'k.addresses',
      'k.renewed_as',
    ])

  const matching = <Of extends ReturnType<typeof withAll>>(from: Of, { userId, others, within, q }: KeyQuery): Of => {
    let rows = from.where((eb) =>
      userId === null ? eb('k.user_id', others ? 'is not' : 'is', null) : eb('k.user_id', others ? '<>' : '=', userId),
    )
    if (within)
      rows = rows
        .where('k.project_id', 'is not distinct from', within.projectId)
        .where('k.cluster_id', 'is not distinct from', within.clusterId)
    return (q ? rows.where(contains('k.name_key', q)) : rows) as Of
  }

  /** Returns whether a key is limited to no project, or to one that its owner may see as a member. */
  const isOpenToOwner = async (row: ProjectOfKey): Promise<boolean> => {
    const { teamId: team_id, projectId, projectKind: kind, projectAccess: access } = row
    if (projectId === null) return true
    const scope = { team_id, id: projectId, kind, access, deleted_at: row.projectDeletedAt, mac: row.projectMac }
    if (access === null || !(await rights.verify('scope', scope))) return false
    if (access === 'all') return true
    if (row.chosen === null) return false
    return rights.verify('collaborator', { team_id, scope_id: projectId, user_id: row.chosen, mac: row.chosenMac })
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
        await insert(trx, teamId, key, { context, madeBy: context.key?.id ?? null })
      }),

    renewApiKey: (teamId, { of, key, until }, context) =>
      db.transaction().execute(async (trx) => {
        const open = { team_id: teamId, id: of, revoked_at: null }
        const found = trx
          .selectFrom('api_key')
          .select(['name', 'made_by', 'expires_at', 'renewed_as'])
          .where('team_id', '=', teamId)
          .where('id', '=', of)
          .where('revoked_at', 'is', null)
        // The second of two renewals at once waits here, and then finds the first.
        const old = await (kind === 'postgres' ? found.forUpdate() : found).executeTakeFirst()
        if (!old) throw noSuchKey()
        if (old.renewed_as !== null) throw renewedBefore()
        const end = Math.min(old.expires_at ?? until, until)
        const [changed] = await rights.update(trx, 'api_key', open, { expires_at: end, renewed_as: key.id })
        if (!changed) throw noSuchKey()
        const about = await insert(trx, teamId, key, { context, madeBy: context.key?.id ?? old.made_by })
        await append(trx, teamId, context, {
          action: 'key.renew',
          ...about,
          name: old.name,
          detail: `${of} → ${key.id}, the first until ${new Date(end).toISOString()}`,
        })
      }),

    warnOfExpiry: async (at) => {
      const due = (from: Kysely<Schema>) =>
        from
          .selectFrom('api_key')
          .where('revoked_at', 'is', null)
          .where('renewed_as', 'is', null)
          .where('expires_at', '>', at)
          .where((eb) =>
            eb.or(
              expiryWarningDays.map((days) =>
                eb.and([
                  eb('expires_at', '<=', at + days * day),
                  eb.or([eb('warned_days', 'is', null), eb('warned_days', '>', days)]),
                ]),
              ),
            ),
          )
      const teams = await due(db).select('team_id').distinct().execute()
      for (const { team_id: teamId } of teams) {
        await db.transaction().execute(async (trx) => {
          const found = due(trx).where('team_id', '=', teamId).select(['id', 'expires_at'])
          // Another process that warns of the same keys waits, and then finds them warned of.
          const rows = await (kind === 'postgres' ? found.forUpdate() : found).execute()
          const warnings = new Map(rows.map(({ id, expires_at }) => [id, warnedDays(expires_at, at)]))
          if (warnings.size === 0) return
          for (const [id, warned_days] of warnings) {
            await trx.updateTable('api_key').set({ warned_days }).where('id', '=', id).execute()
          }
          const keys = await withAll(trx, teamId)
            .where('k.id', 'in', [...warnings.keys()])
            .orderBy('k.expires_at')
            .orderBy('k.id')
            .execute()
          for (const key of keys) {
            const end = new Date(key.expires_at ?? at).toISOString()
            const owner = `of ${key.user_name ?? 'the team'}`
            const detail = `${key.id}, ${owner}, in less than ${warnings.get(key.id)} days: ${end}`
            await append(
              trx,
              teamId,
              { by: null, at },
              { action: 'key.expiring', ...limitOf(key), name: key.name, detail },
            )
          }
        })
      }
    },

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
            detail: `${key.id}, of ${known.user_name ?? 'the team'}`,
          })
        }
      }),

    keyOwner: async (digest) => {
      const [row] = await byDigest(db, { digest })
      if (!row) return undefined
      const isGenuine = rights.verify('api_key', {
        id: row.id,
        team_id: row.teamId,
        user_id: row.ownerId,
        digest,
        access: row.access,
        project_id: row.projectId,
        cluster_id: row.clusterId,
        made_by: row.madeBy,
        expires_at: row.expiresAt,
        revoked_at: row.revokedAt,
        addresses: row.addresses,
        mac: row.mac,
      })
      // A short request: an additional promise is measurable.
      if (isGenuine !== true && !(await isGenuine)) throw forgedKey()
      const isTeam = rights.verify('team', {
        id: row.teamId,
        namespace: row.namespace,
        second_factor: row.second_factor,
        session_idle_minutes: row.session_idle_minutes,
        session_max_minutes: row.session_max_minutes,
        deleted_at: row.teamDeletedAt,
        mac: row.teamMac,
      })
      if (isTeam !== true && !(await isTeam)) throw forgedKey()
      const ofTeam = row.ownerId === null
      const team = { id: row.teamId, namespace: row.namespace, name: row.teamName }
      const owner = ofTeam ? teamAsOwner(team) : ownerFrom(row)
      if (!owner) return undefined
      if (!ofTeam) {
        const isMember = rights.verify('member', {
          team_id: row.teamId,
          user_id: row.ownerId,
          role: row.role,
          mac: row.memberMac,
        })
        if (isMember !== true && !(await isMember)) throw forgedKey()
      }
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
        deletedPlace:
          row.teamDeletedAt !== null
            ? 'team'
            : row.projectDeletedAt !== null
              ? 'project'
              : row.clusterDeletedAt !== null
                ? 'cluster'
                : undefined,
        isOfClosedProject: !roleMay(owner.role, 'seeAllProjects') && !(await isOpenToOwner(row)),
        ofTeam,
        addresses: row.addresses?.split(' ') ?? [],
        user: owner.user,
        team: {
          ...team,
          role: owner.role,
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

const day = 24 * 60 * 60_000

/** Returns the smallest number of days of a warning that a key is closer to its expiry than; null for none. */
const warnedDays = (expiresAt: number | null, at: number): number | null =>
  expiresAt === null ? null : (expiryWarningDays.findLast((days) => expiresAt <= at + days * day) ?? null)

const fromWords = (addresses: readonly string[]): string[] =>
  addresses.length === 0 ? [] : [`from ${addresses.join(' ')}`]

/** The project that a key is limited to, and the row by which its owner was chosen for it. */
type ProjectOfKey = {
  teamId: string
  projectId: string | null
  projectKind: string | null
  projectAccess: string | null
  projectDeletedAt: number | null
  projectMac: string | null
  chosen: string | null
  chosenMac: string | null
}

type Owner = { user: User; role: Role }

/** Returns the team in the place of a person. Its keys may do what an admin’s keys may, within their own limits. */
const teamAsOwner = ({ id, name }: { id: string; name: string }): Owner => ({
  user: { id, name, email: '' },
  role: 'admin',
})

/** Returns the member whose key it is; `undefined` when they are no member. */
const ownerFrom = (row: {
  ownerId: string | null
  userName: string | null
  email: string | null
  role: Role | null
}): Owner | undefined => {
  const { ownerId: id, userName: name, email, role } = row
  return id === null || name === null || email === null || role === null
    ? undefined
    : { user: { id, name, email }, role }
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

const renewedBefore = () =>
  new Failure('CONFLICT', 'This API key was renewed already. Renew the key that was made in its place.')

type Row = {
  id: string
  name: string
  masked: string
  access: string
  project_id: string | null
  project_name: string | null
  cluster_id: string | null
  cluster_name: string | null
  user_id: string | null
  user_name: string | null
  created_at: number
  expires_at: number | null
  last_used_at: number | null
  last_used_from: string | null
  addresses: string | null
  renewed_as: string | null
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
    .where('deleted_at', 'is', null)
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
  member: row.user_id === null ? null : { id: row.user_id, name: row.user_name ?? '' },
  addresses: row.addresses?.split(' ') ?? [],
  renewedAs: row.renewed_as,
  dtCreated: new Date(row.created_at).toISOString(),
  expiresAt: row.expires_at === null ? null : new Date(row.expires_at).toISOString(),
  lastUsed:
    row.last_used_at === null ? null : { at: new Date(row.last_used_at).toISOString(), from: row.last_used_from ?? '' },
})
