import {
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely'
import type { Signer } from '#server/audit/checkpoint-signature.ts'
import { newId } from '#server/crypto/make-id.ts'
import { contains, decodeCursor, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { isVisible, type Visibility } from '#server/store/people/project-access-store.ts'
import type { RecordUses, WorkloadUse } from '#server/store/workloads/record-uses.ts'
import { type AuditQuery, type AuditRecord, auditRecord } from '#shared/audit/audit-record.ts'
import type { Page } from '#shared/page.ts'
import { type AppendAll, insertCheckpoint } from './append-audit.ts'
import type { AuditContext, AuditEvent, Named } from './audit-event.ts'

/** A record to append, with the secrets that a workload used. */
export type NewAuditRecord = {
  teamId: string
  context: AuditContext<Named | null>
  event: AuditEvent
  used?: WorkloadUse
}

export type AuditStore = {
  /** Records an event that is not a change, such as a refused attempt. */
  record(teamId: string, context: AuditContext<Named | null>, event: AuditEvent): Promise<void>
  /**
   * Appends several records in one transaction, which waits for the disk once. With `used`, also records the use of
   * secrets by the key of the context, unless any process recorded the same use in the past minute. Skips secrets that
   * were deleted meanwhile.
   */
  recordAll(records: readonly NewAuditRecord[]): Promise<void>
  /** Returns the matching records, newest first: with `visibility`, those of no project or of a visible one. */
  listAudit(teamId: string, query: AuditQuery, visibility?: Visibility): Promise<Page<AuditRecord>>
  /** Returns the lines of an export in pieces, up to the current head. The first line is a checkpoint of the head. */
  auditLines(teamId: string): AsyncIterable<string>
  /** Returns the public key that verifies checkpoints, as PEM. */
  auditPublicKey(): string
  /** Signs the head of every trail. */
  signAudit(): Promise<void>
}

/** The number of records in a piece of an export. */
const linesAtOnce = 1000

/** Stores the audit trail. */
export const auditStore = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  {
    appendAll,
    recordUses,
    signer,
    now,
  }: { appendAll: AppendAll; recordUses: RecordUses; signer: Signer; now: () => number },
): AuditStore => {
  /** Signs the heads without a checkpoint. */
  const signHeads = async (teamId?: string): Promise<void> => {
    let heads = db
      .selectFrom('audit_head as head')
      .leftJoin('audit_checkpoint as checkpoint', (join) =>
        join.onRef('checkpoint.team_id', '=', 'head.team_id').onRef('checkpoint.seq', '=', 'head.seq'),
      )
      .select(['head.team_id as team', 'head.seq', 'head.hash'])
      .where('checkpoint.seq', 'is', null)
    if (teamId) heads = heads.where('head.team_id', '=', teamId)
    for (const head of await heads.execute()) await insertCheckpoint(db, signer, { ...head, at: now() })
  }

  return {
    recordAll: (records) =>
      db.transaction().execute(async (trx) => {
        const teams = Map.groupBy(records, ({ teamId }) => teamId)
        // All processes lock the teams in the same order.
        for (const teamId of [...teams.keys()].sort()) {
          const entries = teams.get(teamId) ?? []
          await appendAll(trx, teamId, entries)
          await recordUses(trx, teamId, entries)
        }
      }),

    record: (teamId, context, event) => db.transaction().execute((trx) => appendAll(trx, teamId, [{ context, event }])),

    listAudit: async (teamId, query, visibility) => {
      const { after, person, action, name, from, to } = query
      let matching = db.selectFrom('audit').where('team_id', '=', teamId)
      if (person) matching = matching.where('person', '=', person)
      if (action) matching = matching.where('action', '=', action)
      if (name) matching = matching.where(contains('name_key', name))
      if (from) matching = matching.where('at', '>=', Date.parse(from))
      if (to) matching = matching.where('at', '<', Date.parse(to))
      const hides = visibility !== undefined && (await hasHidden(db, teamId))
      if (hides) matching = matching.where(isReadable(kind, visibility))
      let page = matching
      if (after) page = page.where('seq', '<', decodeCursor(after, 'number')[0] as number)
      const found = page.select('seq').orderBy('seq', 'desc').limit(rowsToRead(query))
      const rows = await db
        .selectFrom('audit')
        .select(['seq', 'line'])
        .where('team_id', '=', teamId)
        .where('seq', 'in', db.selectFrom(found.as('found')).select('seq'))
        .orderBy('seq', 'desc')
        .execute()
      const filtered = hides || (person ?? action ?? name ?? from ?? to) !== undefined
      return pageFrom(rows, query, filtered ? await count(matching) : await headOf(db, teamId), toRecord, (row) => [
        row.seq,
        '',
      ])
    },

    auditLines: async function* (teamId) {
      await signHeads(teamId)
      const checkpoints = new Map<number, string>()
      const signed = await db
        .selectFrom('audit_checkpoint')
        .select(['seq', 'line'])
        .where('team_id', '=', teamId)
        .orderBy('seq')
        .execute()
      for (const { seq, line } of signed) checkpoints.set(seq, line)
      const newest = signed.at(-1)
      if (newest) yield `${newest.line}\n`
      const last = newest?.seq ?? 0
      for (let done = 0; done < last; ) {
        const rows = await db
          .selectFrom('audit')
          .select(['seq', 'line'])
          .where('team_id', '=', teamId)
          .where('seq', '>', done)
          .where('seq', '<=', last)
          .orderBy('seq')
          .limit(linesAtOnce)
          .execute()
        const end = rows.at(-1)
        // Records are missing from the table. The rest is exported, and its verification fails.
        if (!end) return
        done = end.seq
        yield rows
          .map(({ seq, line }) => [line, checkpoints.get(seq), ''].filter((part) => part !== undefined).join('\n'))
          .join('')
      }
    },

    auditPublicKey: () => signer.publicKey,
    signAudit: () => signHeads(),
  }
}

/** Returns whether a project is, or was, closed to a part of the team. Others have no record to hide. */
const hasHidden = async (db: Kysely<Schema>, teamId: string): Promise<boolean> => {
  const changed = db
    .selectFrom('audit')
    .select('seq')
    .where('team_id', '=', teamId)
    .where('action', '=', 'project.access')
    .limit(1)
  const closed = db.selectFrom('scope').select('id').where('team_id', '=', teamId).where('access', '<>', 'all').limit(1)
  return (await changed.executeTakeFirst()) !== undefined || (await closed.executeTakeFirst()) !== undefined
}

const idLength = newId('pr').length

/**
 * Returns the condition that a record is of no project, or of a visible one, and was not made with a key that is limited
 * to an invisible one: keys are named like their project. A deleted project is not visible: once it is
 * erased, whether it was is not known any more. Searches the line, because PostgreSQL reads no JSON with “\\u0000” in it. The quotation marks cannot be those
 * of a name, which are escaped.
 */
const isReadable =
  (kind: DatabaseKind, visibility: Visibility) =>
  (eb: ExpressionBuilder<Schema, 'audit'>): Expression<SqlBool> => {
    const position = (text: string) =>
      kind === 'postgres' ? sql`strpos(audit.line, ${text})` : sql`instr(audit.line, ${text})`
    /** The ID after the first such text. */
    const idAfter = (text: string) =>
      sql<string>`substr(audit.line, ${position(text)} + cast(${text.length} as integer), cast(${idLength} as integer))`
    const visible = (id: Expression<string | null>) =>
      eb.exists(
        eb
          .selectFrom('scope')
          .select('scope.id')
          .whereRef('scope.team_id', '=', 'audit.team_id')
          .where('scope.id', '=', id)
          .where('scope.deleted_at', 'is', null)
          .where(isVisible(visibility)),
      )
    // A key is erased with its project.
    const isOfOpenKey = eb.exists(
      eb
        .selectFrom('api_key')
        .select('api_key.id')
        .where('api_key.id', '=', idAfter('"key":{"id":"'))
        .where((inner) =>
          inner.or([inner('api_key.project_id', 'is', null), visible(inner.ref('api_key.project_id'))]),
        ),
    )
    const scopeStart = '"scope":{'
    const place = sql`substr(audit.line, ${position(scopeStart)})`
    const projectId =
      kind === 'postgres'
        ? sql<string>`substr(${place}, strpos(${place}, '"id":"') + 6, cast(${idLength} as integer))`
        : sql<string>`substr(${place}, instr(${place}, '"id":"') + 6, cast(${idLength} as integer))`
    return eb.and([
      eb.or([sql<SqlBool>`${position('"kind":"project"')} = 0`, visible(projectId)]),
      eb.or([sql<SqlBool>`${position('"key":null')} > 0`, isOfOpenKey]),
    ])
  }

const toRecord = ({ line }: { line: string }): AuditRecord => auditRecord.parse(JSON.parse(line))

const headOf = async (db: Kysely<Schema>, teamId: string): Promise<number> => {
  const head = await db.selectFrom('audit_head').select('seq').where('team_id', '=', teamId).executeTakeFirst()
  return head?.seq ?? 0
}

const count = async (matching: SelectQueryBuilder<Schema, 'audit', object>): Promise<number> => {
  const { total } = await matching
    .select((eb) => eb.fn.countAll<number | string>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(total)
}
