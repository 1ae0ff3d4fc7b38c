import type { Kysely } from 'kysely'
import type { Sealed } from '#server/crypto/vault.ts'
import { contains, decodeCursor, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Visibility } from '#server/store/people/project-access-store.ts'
import type { SecretFinder } from '#server/store/secrets/write-conditions.ts'
import type { RequireRoom } from '#server/store/team-limits.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { isUnused, usageStore } from '#server/store/workloads/usage-store.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import type { Plan } from '#shared/plans/plan.ts'
import { noSuchScope, type Scope } from '#shared/scope.ts'
import type { Overlap, Secret } from '#shared/secret.ts'
import { overlapsOf } from './find-overlaps.ts'
import type { CheckedByPlan, ConfirmedPlan, Planner, PlanView } from './plan-changes.ts'
import { findScope } from './plan-reads.ts'
import { readable, type SecretRow, toSecret } from './secret-statements.ts'
import { noSuchSecret, type WriteCondition } from './write-conditions.ts'
import type { SealableValue, VersionWriter } from './write-version.ts'

/** A write, or with `deletes` a delete, to compute the plan of. */
type PlannedSecret = WriteCondition & { name: string; deletes?: true }

export type SecretWrite = WriteCondition & AuditContext & ConfirmedPlan & SealableValue & { name: string }

export type SecretQuery = PageQuery & {
  overlaps?: boolean
  lastUse?: boolean
  /**
   * Selects the secrets that no workload ever read, or that were neither read nor set since a time in milliseconds
   * since 1970.
   */
  unused?: 'ever' | number | undefined
  visibility?: Visibility | undefined
}

export type SecretStore = {
  /** Returns a number that increases with every change to the list of the scope's secrets. */
  revision(teamId: string, scope: Scope): Promise<number>
  listSecrets(teamId: string, scope: Scope, query: SecretQuery): Promise<Page<Secret>>
  secret(teamId: string, scope: Scope, name: string): Promise<Secret>
  /** Finds the scopes of other kinds that set this name. */
  overlaps(teamId: string, scope: Scope, name: string, visibility?: Visibility): Promise<Overlap[]>
  /**
   * Stores a value as a new version, unless it is the current value. Throws `CONFLICT`, `NOT_FOUND` or
   * `PRECONDITION_FAILED` when the condition is not met.
   */
  writeSecret(teamId: string, scope: Scope, write: SecretWrite): CheckedByPlan<{ secret: Secret; created: boolean }>
  /** Returns the plan of setting or deleting a secret. Throws the same errors as the change. Changes nothing. */
  planSecret(teamId: string, scope: Scope, change: PlannedSecret, view: PlanView): Promise<Plan>
  /** Returns the sealed value of the current version, for a workload. */
  sealedSecret(teamId: string, scope: Scope, name: string): Promise<{ version: number; sealed: Sealed }>
}

type Parts = SecretFinder & {
  kind: DatabaseKind
  append: AppendAudit
  plans: Planner
  versions: VersionWriter
  requireRoom: RequireRoom
}

/** Stores the current secrets. Older versions are in `version-store.ts`, deleted secrets in `trash-store.ts`. */
export const secretStore = (
  db: Kysely<Schema>,
  { kind, statements, findForWrite, append, plans, versions, requireRoom }: Parts,
): SecretStore => {
  const { lastUses } = usageStore(db, kind)

  const scopeRow = async (teamId: string, { kind, id }: Scope) => {
    const [row] = await statements.scope(db, { teamId, scopeId: id, kind })
    if (!row) throw noSuchScope(kind)
    return row
  }

  /** Adds what the query includes to the secrets of a page, with one statement each. */
  const included = async (teamId: string, scope: Scope, items: Secret[], query: SecretQuery): Promise<Secret[]> => {
    const names = items.map(({ name }) => name)
    const overlaps = query.overlaps && (await overlapsOf(db, teamId, scope, names, query.visibility))
    const uses = query.lastUse && (await lastUses(teamId, scope, names, query.visibility))
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

    overlaps: async (teamId, scope, name, visibility) =>
      (await overlapsOf(db, teamId, scope, [name], visibility)).get(name) ?? [],

    writeSecret: (teamId, scope, write) =>
      plans.change(teamId, write, async (trx) => {
        const { name } = write
        const started = await versions.begin(trx, teamId, scope, write)
        const { namedScope, found } = started
        const { existing } = found
        if (!existing) await requireRoom(trx, teamId, 'secrets')
        const secret = await versions.make(trx, { teamId, name, started, given: write, context: write })
        await append(trx, teamId, write, {
          ...(secret.unchanged
            ? { action: 'secret.compare', detail: `version ${secret.version}: the same` }
            : { action: existing ? 'secret.edit' : 'secret.set' }),
          scope: namedScope,
          name,
        })
        return {
          result: { secret, created: !existing },
          about: { change: existing ? 'edit' : 'set', scope: namedScope, name, secret: existing ?? null },
        }
      }),

    planSecret: (teamId, scope, planned, view) =>
      plans.dryRun(teamId, view, async (trx) => {
        const { scope: namedScope } = await findScope(trx, teamId, scope)
        const { existing } = await findForWrite(trx, teamId, scope, planned)
        const change = planned.deletes ? 'delete' : existing ? 'edit' : 'set'
        return { change, scope: namedScope, name: planned.name, secret: existing ?? null }
      }),

    sealedSecret: async (teamId, scope, name) => {
      await scopeRow(teamId, scope)
      const [row] = await statements.sealed(db, { teamId, scopeId: scope.id, name })
      if (!row) throw noSuchSecret(scope, name)
      return { version: row.version, sealed: { algorithm: row.algorithm, keyId: row.key_id, bytes: row.sealed } }
    },
  }
}

/** Reads the rows of a page from the key of its cursor, so that the last page costs no more than the first. */
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
