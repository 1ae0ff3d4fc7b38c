import { type Kysely, sql, type Transaction } from 'kysely'
import type { Vault, WrappedDataKey } from '#server/crypto/vault.ts'
import { asIs, decodeCursor, type NewestQuery, nameKey, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { noSuchTeam } from '#server/store/keys/data-key.ts'
import { lockInstallation } from '#server/store/keys/installation.ts'
import type { Rights, StoreParts } from '#server/store/rights/rights.ts'
import { deletionOf, eraseScope, withSecrets } from '#server/store/secrets/scope-trash.ts'
import type { AuditContext, AuditEvent } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import { notAllowed, type Permission, roleMay } from '#shared/people/role.ts'
import { defaultTeamSettings, type Membership } from '#shared/people/session.ts'
import type { TeamChange } from '#shared/people/team.ts'
import type { DeletedTeam } from '#shared/trash.ts'
import { lockTeam } from './member-store.ts'
import { teamColumns, toMembership } from './team-columns.ts'

/** A new team. `namespace` is the address wanted; the team gets another one when it is taken. */
export type NewTeam = { id: string; name: string; namespace: string; dataKey: WrappedDataKey }

export type TeamStore = {
  /** Creates a team that the context's person owns. */
  createTeam(team: NewTeam, context: AuditContext): Promise<Membership>
  /** Finds the team that had this address before. The address of an existing team is not a former one. */
  teamOfFormerNamespace(namespace: string): Promise<string | undefined>
  /** Throws `CONFLICT` for an address that another team has or had. */
  changeTeam(teamId: string, change: TeamChange, context: AuditContext): Promise<Membership>
  /** Moves a team to the trash, with everything in it. Nobody reads anything of it from then on. */
  deleteTeam(teamId: string, context: AuditContext): Promise<void>
  /** Lists the deleted teams that a person owns, newest first. */
  listDeletedTeams(userId: string, query: NewestQuery): Promise<Page<DeletedTeam>>
  /** Restores a deleted team. Throws `NOT_FOUND` unless the context's person owns it. */
  restoreTeam(teamId: string, context: AuditContext, check?: CheckTeam): Promise<Membership>
  /** Erases a deleted team with everything in it, except its trail. Throws as `restoreTeam` does. */
  purgeTeam(teamId: string, context: AuditContext, check?: CheckTeam): Promise<void>
}

/** Throws when the request may not concern this team, which is known only in the transaction. */
export type CheckTeam = (team: Membership) => void

type Parts = StoreParts & { kind: DatabaseKind; vault: Vault; trashDays: number; erase: () => Promise<void> }

/** Stores teams: their names, addresses and settings, and the deleted ones. */
export const teamStore = (db: Kysely<Schema>, { append, rights, kind, vault, trashDays, erase }: Parts): TeamStore => {
  /** Returns a team with the person's role, which the request may know from before a change. */
  const membershipOf = async (
    trx: Transaction<Schema>,
    teamId: string,
    userId: string,
    state: 'present' | 'deleted',
  ): Promise<Membership> => {
    await lockTeam(trx, kind, teamId)
    const rows = await trx
      .selectFrom('member')
      .innerJoin('team', 'team.id', 'member.team_id')
      .select([...teamColumns, 'team_id', 'user_id', 'member.role', 'member.mac'])
      .where('member.team_id', '=', teamId)
      .where('member.user_id', '=', userId)
      .where('team.deleted_at', state === 'present' ? 'is' : 'is not', null)
      .execute()
    const [row] = await rights.keep('member', rows, asIs)
    if (!row) throw noSuchTeam()
    return toMembership(row)
  }

  const allowed = async (
    trx: Transaction<Schema>,
    teamId: string,
    { by }: AuditContext,
    permission: Permission,
    state: 'present' | 'deleted' = 'present',
  ): Promise<Membership> => {
    const membership = await membershipOf(trx, teamId, by.id, state)
    if (roleMay(membership.role, permission)) return membership
    throw state === 'present' ? notAllowed(permission) : noSuchTeam()
  }

  const setTeam = async (
    trx: Transaction<Schema>,
    teamId: string,
    values: Parameters<typeof rights.update<'team'>>[3],
  ): Promise<void> => {
    const [changed] = await rights.update(trx, 'team', { id: teamId }, values)
    if (!changed) throw noSuchTeam()
  }

  return {
    createTeam: (team, context) =>
      db.transaction().execute(async (trx) => {
        // So that no master key is replaced meanwhile, under which nobody could open the data key, and no address taken.
        const { key_check, master_key_id } = await lockInstallation(trx)
        const { masterKeyId } = team.dataKey
        const isCurrent =
          (masterKeyId === undefined || masterKeyId === master_key_id) && (await vault.passesKeyCheck(key_check))
        if (!isCurrent) throw masterKeyChanged()
        const namespace = await freeNamespace(trx, team.namespace)
        const created = { ...team, namespace }
        await insertTeam(trx, rights, { ...created, ownerId: context.by.id, at: context.at })
        await append(trx, team.id, context, { action: 'team.create', name: team.name, detail: namespace })
        return { id: team.id, namespace, name: team.name, role: 'owner', ...defaultTeamSettings }
      }),

    teamOfFormerNamespace: async (namespace) => {
      const row = await db
        .selectFrom('former_namespace')
        .select('team_id')
        .where('namespace', '=', namespace)
        .executeTakeFirst()
      return row?.team_id
    },

    changeTeam: (teamId, change, context) =>
      db.transaction().execute(async (trx) => {
        // Changes of addresses wait for each other, and for new teams.
        if (change.namespace !== undefined) await lockInstallation(trx)
        const before = await allowed(trx, teamId, context, 'changeTeam')
        const after = { ...before, ...definedIn(change) }
        if (after.sessionIdleMinutes !== null && after.sessionMaxMinutes !== null) {
          if (after.sessionIdleMinutes > after.sessionMaxMinutes) throw idleOverMax()
        }
        const changes = changesBetween(before, after)
        if (changes.length === 0) return before
        if (after.namespace !== before.namespace) {
          await requireFree(trx, after.namespace, teamId)
          await keepAddress(trx, { teamId, namespace: before.namespace, at: context.at })
        }
        await setTeam(trx, teamId, {
          name: after.name,
          namespace: after.namespace,
          second_factor: after.secondFactor === 'required' ? 'required' : null,
          session_idle_minutes: after.sessionIdleMinutes,
          session_max_minutes: after.sessionMaxMinutes,
        })
        if (after.name !== before.name) {
          const renamed = { name: after.name, name_key: nameKey(after.name), modified_at: context.at }
          await trx.updateTable('scope').set(renamed).where('team_id', '=', teamId).where('id', '=', teamId).execute()
        }
        await append(trx, teamId, context, { action: 'team.change', name: before.name, detail: changes.join(', ') })
        return after
      }),

    deleteTeam: (teamId, context) =>
      db.transaction().execute(async (trx) => {
        const { name } = await allowed(trx, teamId, context, 'deleteTeam')
        const detail = await contentOf(trx, teamId)
        await setTeam(trx, teamId, { deleted_at: context.at, deleted_by: context.by.id })
        await append(trx, teamId, context, { action: 'team.delete', name, detail })
      }),

    listDeletedTeams: async (userId, query) => {
      const owned = db
        .selectFrom('member')
        .innerJoin('team', 'team.id', 'member.team_id')
        .where('member.user_id', '=', userId)
        .where('member.role', '=', 'owner')
        .where('team.deleted_at', 'is not', null)
      const { total } = await owned
        .select((eb) => eb.fn.countAll<number | string>().as('total'))
        .executeTakeFirstOrThrow()
      let page = owned
        .leftJoin('user', 'user.id', 'team.deleted_by')
        .select(['team.id', 'team.namespace', 'team.name', 'team.deleted_by', 'user.name as deleted_by_name'])
        .select(['member.team_id', 'member.user_id', 'member.role', 'member.mac'])
        .select(sql<number>`team.deleted_at`.as('deleted_at'))
      if (query.after) {
        const [at, id] = decodeCursor(query.after, 'number')
        page = page.where((eb) => eb(eb.refTuple('team.deleted_at', 'team.id'), '<', eb.tuple(Number(at), id)))
      }
      const rows = await page
        .orderBy('team.deleted_at', 'desc')
        .orderBy('team.id', 'desc')
        .limit(rowsToRead(query))
        .execute()
      const genuine = await rights.keep('member', rows, asIs)
      const counts = new Map<string, Counts>()
      for (const { id } of genuine) counts.set(id, await countContent(db, id))
      return pageFrom(
        genuine,
        query,
        Number(total),
        ({ id, namespace, name, ...row }) => ({
          id,
          namespace,
          name,
          ...(counts.get(id) ?? nothing),
          ...deletionOf(row, trashDays),
        }),
        (row) => [row.deleted_at, row.id],
      )
    },

    restoreTeam: (teamId, context, check) =>
      db.transaction().execute(async (trx) => {
        const membership = await allowed(trx, teamId, context, 'deleteTeam', 'deleted')
        check?.(membership)
        await setTeam(trx, teamId, { deleted_at: null, deleted_by: null })
        const detail = await contentOf(trx, teamId)
        await append(trx, teamId, context, { action: 'team.restore', name: membership.name, detail })
        return membership
      }),

    purgeTeam: async (teamId, context, check) => {
      await db.transaction().execute(async (trx) => {
        const membership = await allowed(trx, teamId, context, 'deleteTeam', 'deleted')
        check?.(membership)
        const { name, namespace } = membership
        await append(trx, teamId, context, await eraseTeam(trx, { id: teamId, name, namespace, at: context.at }))
      })
      await erase()
    },
  }
}

/** Creates the rows of a team: its owner, the scope of its own secrets, and its data key. */
export const insertTeam = async (
  trx: Transaction<Schema>,
  rights: Rights,
  { id, name, namespace, dataKey, ownerId, at }: NewTeam & { ownerId: string; at: number },
): Promise<void> => {
  await trx
    .insertInto('team')
    .values(await rights.signed('team', { id, namespace, name, created_at: at }))
    .execute()
  await trx
    .insertInto('member')
    .values(await rights.signed('member', { team_id: id, user_id: ownerId, role: 'owner', created_at: at }))
    .execute()
  await trx
    .insertInto('scope')
    .values(
      await rights.signed('scope', {
        team_id: id,
        id,
        kind: 'team',
        name,
        name_key: nameKey(name),
        type: null,
        created_at: at,
        modified_at: at,
        revision: 0,
        secrets: 0,
        access: 'all',
      }),
    )
    .execute()
  const { id: keyId, algorithm, wrapped } = dataKey
  await trx.insertInto('data_key').values({ id: keyId, team_id: id, algorithm, wrapped, created_at: at }).execute()
}

/** Erases a team. Its trail stays, and its addresses are not given to another team. Returns what the trail is to say. */
export const eraseTeam = async (
  trx: Transaction<Schema>,
  { id, name, namespace, at }: { id: string; name: string; namespace: string; at: number },
): Promise<AuditEvent> => {
  const event = { action: 'team.purge' as const, name, detail: await contentOf(trx, id) }
  await keepAddress(trx, { teamId: id, namespace, at })
  const scopes = await trx
    .selectFrom('scope')
    .select(['id', 'kind', 'name', 'secrets'])
    .where('team_id', '=', id)
    .execute()
  for (const { kind, ...scope } of scopes) if (kind !== 'team') await eraseScope(trx, id, { kind, ...scope })
  // Keys of the team belong to no member with whom they would go.
  for (const table of ['ephemeral_secret', 'api_key'] as const) {
    await trx.deleteFrom(table).where('team_id', '=', id).execute()
  }
  await trx.deleteFrom('scope').where('team_id', '=', id).execute()
  await trx.deleteFrom('team').where('id', '=', id).execute()
  return event
}

/** Writes to the trails that a migration gave teams another address, once. */
export const recordReplacedAddresses = (
  db: Kysely<Schema>,
  { append, now }: Pick<StoreParts, 'append'> & { now: () => number },
): Promise<void> =>
  db.transaction().execute(async (trx) => {
    const at = now()
    const replaced = await trx
      .updateTable('former_namespace')
      .set({ noted_at: at })
      .where('noted_at', 'is', null)
      .returning(['namespace', 'team_id'])
      .execute()
    for (const { namespace, team_id } of replaced) {
      const team = await trx
        .selectFrom('team')
        .select(['name', 'namespace'])
        .where('id', '=', team_id)
        .executeTakeFirst()
      if (!team) continue
      const detail = `address ${namespace} → ${team.namespace}: the server uses “${namespace}” itself`
      await append(trx, team_id, { by: null, at }, { action: 'team.change', name: team.name, detail })
    }
  })

/** How many former addresses a team keeps, so that nobody takes all good ones. */
const mostFormer = 20

/** Keeps an address for the team that had it. */
const keepAddress = async (
  trx: Transaction<Schema>,
  { teamId, namespace, at }: { teamId: string; namespace: string; at: number },
): Promise<void> => {
  await trx
    .insertInto('former_namespace')
    .values({ namespace, team_id: teamId, replaced_at: at, noted_at: at })
    .onConflict((conflict) => conflict.column('namespace').doNothing())
    .execute()
}

/** Throws unless an address is free, or was the team's own before. Call it while other changes of addresses wait. */
const requireFree = async (trx: Transaction<Schema>, namespace: string, teamId: string): Promise<void> => {
  const taken = await trx.selectFrom('team').select('id').where('namespace', '=', namespace).executeTakeFirst()
  const own = trx.deleteFrom('former_namespace').where('namespace', '=', namespace).where('team_id', '=', teamId)
  await own.execute()
  const given = await trx
    .selectFrom('former_namespace')
    .select('team_id')
    .where('namespace', '=', namespace)
    .executeTakeFirst()
  if (taken || given) throw takenAddress()
  const { former } = await trx
    .selectFrom('former_namespace')
    .select((eb) => eb.fn.countAll<number | string>().as('former'))
    .where('team_id', '=', teamId)
    .executeTakeFirstOrThrow()
  if (Number(former) >= mostFormer) throw tooManyAddresses()
}

/** Returns the wanted address, or the first one with a number that no team has or had. */
const freeNamespace = async (trx: Transaction<Schema>, wanted: string): Promise<string> => {
  const rows = await trx
    .selectFrom('team')
    .select('namespace')
    .where((eb) => eb.or([eb('namespace', '=', wanted), eb('namespace', 'like', `${wanted}-%`)]))
    .union(
      trx
        .selectFrom('former_namespace')
        .select('namespace')
        .where((eb) => eb.or([eb('namespace', '=', wanted), eb('namespace', 'like', `${wanted}-%`)])),
    )
    .execute()
  const taken = new Set(rows.map(({ namespace }) => namespace))
  for (let count = 1; ; count++) {
    const namespace = count === 1 ? wanted : `${wanted}-${count}`
    if (!taken.has(namespace)) return namespace
  }
}

type Counts = Pick<DeletedTeam, 'projects' | 'clusters' | 'secrets'>
const nothing: Counts = { projects: 0, clusters: 0, secrets: 0 }

const countContent = async (from: Kysely<Schema>, teamId: string): Promise<Counts> => {
  const rows = await from
    .selectFrom('scope')
    .select((eb) => [
      'kind',
      eb.fn.countAll<number | string>().as('count'),
      eb.fn.sum<number | string>('secrets').as('sum'),
    ])
    .where('team_id', '=', teamId)
    .where('deleted_at', 'is', null)
    .groupBy('kind')
    .execute()
  const count = (of: 'project' | 'cluster') => Number(rows.find(({ kind }) => kind === of)?.count ?? 0)
  return {
    projects: count('project'),
    clusters: count('cluster'),
    secrets: rows.reduce((sum, row) => sum + Number(row.sum), 0),
  }
}

/** Returns “2 projects, 1 cluster, 5 secrets; the team itself with 2 secrets: A, B”. Names nothing of hidden projects. */
const contentOf = async (trx: Transaction<Schema>, teamId: string): Promise<string> => {
  const { projects, clusters, secrets } = await countContent(trx, teamId)
  const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
  const own = await trx
    .selectFrom('scope')
    .select('secrets')
    .where('team_id', '=', teamId)
    .where('id', '=', teamId)
    .executeTakeFirst()
  const all = [counted(projects, 'project'), counted(clusters, 'cluster'), counted(secrets, 'secret')].join(', ')
  if (!own || own.secrets === 0) return all
  return `${all}; the team itself ${await withSecrets(trx, teamId, teamId, own.secrets)}`
}

const definedIn = ({ name, namespace, secondFactor, sessionIdleMinutes, sessionMaxMinutes }: TeamChange) => ({
  ...(name === undefined ? {} : { name }),
  ...(namespace === undefined ? {} : { namespace }),
  ...(secondFactor === undefined ? {} : { secondFactor }),
  ...(sessionIdleMinutes === undefined ? {} : { sessionIdleMinutes }),
  ...(sessionMaxMinutes === undefined ? {} : { sessionMaxMinutes }),
})

/** Says what a change changes, for the trail. */
const changesBetween = (before: Membership, after: Membership): string[] => {
  const minutes = (count: number | null) => (count === null ? 'the server’s' : `${count} minutes`)
  return [
    ...(after.name === before.name ? [] : [`renamed to ${after.name}`]),
    ...(after.namespace === before.namespace ? [] : [`address ${before.namespace} → ${after.namespace}`]),
    ...(after.secondFactor === before.secondFactor ? [] : [`second factor ${after.secondFactor}`]),
    ...(after.sessionIdleMinutes === before.sessionIdleMinutes
      ? []
      : [`idle sessions ${minutes(before.sessionIdleMinutes)} → ${minutes(after.sessionIdleMinutes)}`]),
    ...(after.sessionMaxMinutes === before.sessionMaxMinutes
      ? []
      : [`sessions ${minutes(before.sessionMaxMinutes)} → ${minutes(after.sessionMaxMinutes)}`]),
  ]
}

const ofField = (code: 'CONFLICT' | 'BAD_REQUEST', field: keyof TeamChange, message: string): Failure =>
  new Failure(code, message, { issues: [{ message, path: [field] }] })

const takenAddress = () =>
  ofField('CONFLICT', 'namespace', 'Another team has this address, or had it before. Choose another one.')

const tooManyAddresses = () =>
  ofField('CONFLICT', 'namespace', `The team had ${mostFormer} other addresses already. Go back to one of them.`)

const idleOverMax = () =>
  ofField('BAD_REQUEST', 'sessionIdleMinutes', 'A session cannot be idle for longer than it lasts. Choose less.')

export const masterKeyChanged = () =>
  new Failure('UNAVAILABLE', 'The master key was replaced in the meantime. Nothing was kept. Try again.', {
    retryAfter: 1,
  })
