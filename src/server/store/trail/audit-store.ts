import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Signer } from '#server/audit/checkpoint-signature.ts'
import { contains, decodeCursor, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { Schema } from '#server/store/db/schema.ts'
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
  listAudit(teamId: string, query: AuditQuery): Promise<Page<AuditRecord>>
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

    listAudit: async (teamId, query) => {
      const { after, person, action, name, from, to } = query
      let matching = db.selectFrom('audit').where('team_id', '=', teamId)
      if (person) matching = matching.where('person', '=', person)
      if (action) matching = matching.where('action', '=', action)
      if (name) matching = matching.where(contains('name_key', name))
      if (from) matching = matching.where('at', '>=', Date.parse(from))
      if (to) matching = matching.where('at', '<', Date.parse(to))
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
      const filtered = person ?? action ?? name ?? from ?? to
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
