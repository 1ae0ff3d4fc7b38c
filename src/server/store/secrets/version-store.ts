import { type Kysely, sql } from 'kysely'
import { sealBytes } from '#server/crypto/web-crypto.ts'
import { decodeCursor, type NewestQuery, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { ownerName } from '#server/store/people/owner-name.ts'
import { about } from '#server/store/secrets/secret-statements.ts'
import type { SecretFinder } from '#server/store/secrets/write-conditions.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { Plan } from '#shared/plans/plan.ts'
import { noSuchScope, type Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { SecretVersion } from '#shared/version.ts'
import type { CheckedByPlan, ConfirmedPlan, Planner, PlanView } from './plan-changes.ts'
import { findScope } from './plan-reads.ts'
import { noSuchSecret, type WriteCondition } from './write-conditions.ts'
import type { SealableValue, StoredVersion, VersionWriter } from './write-version.ts'

/** The version to restore, and who restores it. `open` opens its value, to be sealed again. */
export type VersionRestore = Pick<WriteCondition, 'ifMatch'> &
  AuditContext &
  ConfirmedPlan & { name: string; version: number; open: (stored: StoredVersion) => Promise<SealableValue> }

export type VersionStore = {
  /** Lists the kept versions of a secret, newest first. */
  listVersions(teamId: string, scope: Scope, name: string, query: NewestQuery): Promise<Page<SecretVersion>>
  /**
   * Makes a new version with the value of an old one, unless that is the current value. Throws `NOT_FOUND`, which lists
   * the kept versions.
   */
  restoreVersion(teamId: string, scope: Scope, restore: VersionRestore): CheckedByPlan<Secret>
  /** Returns the plan of restoring a version. Throws what the restore would throw. Changes nothing. */
  planRestoreVersion(
    teamId: string,
    scope: Scope,
    restore: Pick<VersionRestore, 'name' | 'version' | 'ifMatch'>,
    view: PlanView,
  ): Promise<Plan>
  /** Deletes a version and its sealed value permanently. Throws `CONFLICT` for the current one. */
  purgeVersion(
    teamId: string,
    scope: Scope,
    of: { name: string; version: number },
    context: AuditContext,
  ): Promise<void>
}

type Parts = SecretFinder & {
  append: AppendAudit
  plans: Planner
  versions: VersionWriter
  /** Removes deleted data from the files of the database, as far as the database can. */
  erase: () => Promise<void>
}

/** Stores the versions of secrets. */
export const versionStore = (
  db: Kysely<Schema>,
  { statements, nextRevision, findForWrite, append, plans, versions, erase }: Parts,
): VersionStore => {
  /** Returns the failure for a version that is not kept. */
  const noSuchVersion = async (from: Kysely<Schema>, teamId: string, scope: Scope, name: string, version: number) => {
    const kept = await ofSecret(from, teamId, scope, name).select('v.version').orderBy('v.version').execute()
    return new Failure(
      'NOT_FOUND',
      `There is no version ${version} of “${name}”: it was never made, or it is not kept any more. ` +
        `Choose one of those that are: ${rangesOf(kept.map((row) => row.version))}.`,
    )
  }

  return {
    listVersions: async (teamId, scope, name, query) => {
      const [within] = await statements.scope(db, { teamId, scopeId: scope.id, kind: scope.kind })
      if (!within) throw noSuchScope(scope.kind)
      const [current] = await statements.byName(db, { teamId, scopeId: scope.id, name })
      if (!current) throw noSuchSecret(scope, name)
      const all = ofSecret(db, teamId, scope, name)
      const { total } = await all
        .select((eb) => eb.fn.countAll<number | string>().as('total'))
        .executeTakeFirstOrThrow()
      let page = readable(all)
      if (query.after) page = page.where('v.version', '<', Number(decodeCursor(query.after, 'number')[0]))
      const rows = await page.orderBy('v.version', 'desc').limit(rowsToRead(query)).execute()
      return pageFrom(
        rows,
        query,
        Number(total),
        (row) => toVersion(row, current.version),
        (row) => [row.version, name],
      )
    },

    restoreVersion: (teamId, scope, { name, version, ifMatch, open, ...context }) =>
      plans.change(teamId, context, async (trx) => {
        const condition = { name, expect: 'present' as const, ...(ifMatch ? { ifMatch } : {}) }
        const started = await versions.begin(trx, teamId, scope, condition)
        const { namedScope, found } = started
        const old = await versions.stored(trx, teamId, { scopeId: scope.id, name, version })
        if (!old) throw await noSuchVersion(trx, teamId, scope, name, version)
        const given = await open(old)
        const secret = await versions.make(trx, { teamId, name, started, given, context, restoredFrom: version })
        await append(trx, teamId, context, {
          ...(secret.unchanged
            ? { action: 'secret.compare', detail: `version ${secret.version}: the same as version ${version}` }
            : { action: 'secret.restore', detail: `version ${version}` }),
          scope: namedScope,
          name,
        })
        return { result: secret, about: { change: 'edit', scope: namedScope, name, secret: found.existing ?? null } }
      }),

    planRestoreVersion: async (teamId, scope, { name, version, ifMatch }, view) => {
      let same: boolean | null = null
      const plan = await plans.dryRun(teamId, view, async (trx) => {
        const { scope: namedScope } = await findScope(trx, teamId, scope)
        const condition = { name, expect: 'present' as const, ...(ifMatch ? { ifMatch } : {}) }
        const { row, existing } = await findForWrite(trx, teamId, scope, condition)
        const [old] = await ofSecret(trx, teamId, scope, name)
          .select((eb) => ['v.key_id', about(eb.ref('v.fingerprint'), 'v').as('fingerprint')])
          .where('v.version', '=', version)
          .execute()
        if (!old) throw await noSuchVersion(trx, teamId, scope, name, version)
        const isComparable = old.fingerprint && row?.fingerprint && old.key_id === row.key_id
        if (existing?.version === version) same = true
        else if (isComparable) same = old.fingerprint === row.fingerprint
        return { change: 'edit', scope: namedScope, name, secret: existing ?? null }
      })
      return { ...plan, same }
    },

    purgeVersion: async (teamId, scope, { name, version }, context) => {
      await db.transaction().execute(async (trx) => {
        const { namedScope } = await nextRevision(trx, teamId, scope)
        const { existing } = await findForWrite(trx, teamId, scope, { name, expect: 'present' })
        if (existing?.version === version) throw isCurrent(existing.version, name)
        const purged = await trx
          .deleteFrom('secret_version')
          .where('team_id', '=', teamId)
          .where('scope_id', '=', scope.id)
          .where('name', '=', name)
          .where('version', '=', version)
          .returning('version')
          .execute()
        if (purged.length === 0) throw await noSuchVersion(trx, teamId, scope, name, version)
        await append(trx, teamId, context, {
          action: 'secret.purge',
          scope: namedScope,
          name,
          detail: `version ${version}`,
        })
      })
      await erase()
    },
  }
}

const isCurrent = (version: number, name: string): Failure =>
  new Failure(
    'CONFLICT',
    `Version ${version} of “${name}” is what workloads get. Set another value first, or delete the secret.`,
  )

const ofSecret = (from: Kysely<Schema>, teamId: string, { id }: Scope, name: string) =>
  from
    .selectFrom('secret_version as v')
    .where('v.team_id', '=', teamId)
    .where('v.scope_id', '=', id)
    .where('v.name', '=', name)

const readable = (versions: ReturnType<typeof ofSecret>) =>
  versions.leftJoin('user', 'user.id', 'v.created_by').select((eb) => [
    'v.version',
    'v.created_at',
    'v.created_by',
    ownerName('v.created_by').as('created_by_name'),
    // Does not read the value: both databases store the length separately.
    sql<number>`length(v.sealed)`.as('sealed_bytes'),
    about(eb.ref('v.fingerprint'), 'v').as('fingerprint'),
    about(eb.ref('v.restored_from'), 'v').as('restored_from'),
  ])

type VersionRow = Awaited<ReturnType<ReturnType<typeof readable>['execute']>>[number]

const toVersion = (row: VersionRow, current: number): SecretVersion => ({
  version: row.version,
  dtCreated: new Date(row.created_at).toISOString(),
  setBy: { id: row.created_by, name: row.created_by_name ?? 'someone who has left' },
  size: row.sealed_bytes - sealBytes,
  fingerprint: row.fingerprint,
  restoredFrom: row.restored_from,
  current: row.version === current,
})

/** Returns “1, 3–5” for 1, 3, 4 and 5. */
const rangesOf = (versions: readonly number[]): string => {
  const ranges: [first: number, last: number][] = []
  for (const version of versions) {
    const range = ranges.at(-1)
    if (range && range[1] === version - 1) range[1] = version
    else ranges.push([version, version])
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ')
}
