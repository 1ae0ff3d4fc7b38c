import { type Kysely, sql, type Transaction } from 'kysely'
import type { Signer } from '#server/audit/checkpoint-signature.ts'
import type { Sha256 } from '#server/crypto/web-crypto.ts'
import { nameKey } from '#server/store/db/pagination.ts'
import { prepared, preparedCommand } from '#server/store/db/prepared-statement.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { mayAssume, publisher } from '#server/store/db/transactions.ts'
import { recordStatement } from '#server/store/trail/append-in-postgres.ts'
import { type ChangeAnnouncer, changeChannel } from '#server/store/trail/change-feed.ts'
import {
  type AuditContent,
  checkpointText,
  recordLine,
  recordsPerCheckpoint,
  recordTemplate,
  recordText,
} from '#shared/audit/audit-record.ts'
import type { AuditContext, AuditEvent } from './audit-event.ts'

type Entry = { context: AuditContext<AuditContext['by'] | null>; event: AuditEvent }

/** Appends records in their order, in the transaction that makes the changes. */
export type AppendAll = (trx: Transaction<Schema>, teamId: string, entries: readonly Entry[]) => Promise<void>

/** Appends the record of a change, in the transaction that makes the change. */
export type AppendAudit = (
  trx: Transaction<Schema>,
  teamId: string,
  context: Entry['context'],
  event: AuditEvent,
) => Promise<void>

type Parts = { sha256: Sha256; signer: Signer; announcer: ChangeAnnouncer }

/**
 * Returns the only function that writes to the trail. It locks the team's head until the commit, so records stay in
 * sequence across processes. Call it after all other locks of the transaction: transactions that lock in the
 * same order cannot deadlock.
 */
export const auditAppender = (db: Kysely<Schema>, kind: DatabaseKind, parts: Parts): AppendAll => {
  const appendAll = appendAny(db, parts)
  if (kind === 'sqlite') {
    return async (trx, teamId, entries) => {
      await appendAll(trx, teamId, entries)
    }
  }
  const appendOne = appendOneInDatabase(db, parts)
  /** The last known record number of each team. Other processes may have written more. */
  const lastKnown = new Map<string, number>()
  const remember = publisher((seqs: [teamId: string, seq: number]) => lastKnown.set(...seqs))
  return async (trx, teamId, entries) => {
    const [entry, ...more] = entries
    const last = lastKnown.get(teamId)
    const isSigned = last !== undefined && (last + 1) % recordsPerCheckpoint === 0
    const isNumberedByDatabase = entry !== undefined && more.length === 0 && last !== undefined && !isSigned
    if (!isNumberedByDatabase || !mayAssume(trx)) {
      const seq = await appendAll(trx, teamId, entries)
      remember(trx, [teamId, seq])
      return
    }
    // `last` is stale when another process has written since. A record that needs a signature then fails the transaction,
    // and the retry uses `appendAll`.
    await appendOne(trx, teamId, entry, (rows) => {
      for (const { seq } of rows) lastKnown.set(teamId, seq)
    })
  }
}

/** Appends one record in one statement, numbered and hashed by the database. */
const appendOneInDatabase = (db: Kysely<Schema>, { announcer }: Parts) => {
  const { record, recordAndNotify } = recordStatement(db)
  return async (
    trx: Transaction<Schema>,
    teamId: string,
    entry: Entry,
    onCommit: (rows: { seq: number }[]) => void,
  ): Promise<void> => {
    const unnumbered = { ...columnsOf(teamId, entry), ...recordTemplate(contentOf(teamId, entry)) }
    const message = announcer.message(teamId, [entry.event])
    if (message === undefined) await record(trx, unnumbered, onCommit)
    else await recordAndNotify(trx, { ...unnumbered, message }, onCommit)
  }
}

/** Appends any number of records, hashed here after a round trip for their numbers. Returns the last number. */
const appendAny = (db: Kysely<Schema>, { sha256, signer, announcer }: Parts) => {
  const next = prepared((given: { teamId: string; count: number }) =>
    db
      .insertInto('audit_head')
      .values({ team_id: given.teamId, seq: given.count, hash: '' })
      .onConflict((conflict) =>
        conflict.column('team_id').doUpdateSet((eb) => ({ seq: eb('audit_head.seq', '+', given.count) })),
      )
      .returning(['seq', 'hash']),
  )
  /** By the number of rows. */
  const inserts = new Map<number, ReturnType<typeof insertOf>>()
  const insertOf = (count: number) =>
    preparedCommand((given: Record<number, unknown>) =>
      db.insertInto('audit').values(Array.from({ length: count }, (_, index) => rowOf(given, index * columns.length))),
    )
  const insertAll = async (trx: Transaction<Schema>, rows: readonly Schema['audit'][]) => {
    for (let start = 0; start < rows.length; start += rowsAtOnce) {
      const some = rows.slice(start, start + rowsAtOnce)
      const insert = inserts.get(some.length) ?? insertOf(some.length)
      inserts.set(some.length, insert)
      await insert(trx, { ...some.flatMap((row) => columns.map((column) => row[column])) })
    }
  }
  const updateHash = preparedCommand((given: { teamId: string; hash: string }) =>
    db.updateTable('audit_head').set({ hash: given.hash }).where('team_id', '=', given.teamId),
  )

  /** The same, with a notification to all processes that is sent on commit. */
  const updateHashAndNotify = preparedCommand((given: { teamId: string; hash: string; message: string }) =>
    db
      .updateTable('audit_head')
      .set({ hash: given.hash })
      .where('team_id', '=', given.teamId)
      .returning(sql<unknown>`pg_notify(${sql.lit(changeChannel)}, ${given.message})`.as('notified')),
  )

  return async (trx: Transaction<Schema>, teamId: string, entries: readonly Entry[]): Promise<number> => {
    const [head] = await next(trx, { teamId, count: entries.length })
    if (!head) throw new Error('The audit trail has no head.')
    let seq = head.seq - entries.length
    let { hash } = head
    const rows: Schema['audit'][] = []
    for (const entry of entries) {
      seq++
      const text = recordText(contentOf(teamId, entry), seq, hash)
      const hashed = sha256(text)
      // Awaiting a string would take a turn of the event loop for each record.
      hash = typeof hashed === 'string' ? hashed : await hashed
      rows.push({
        ...columnsOf(teamId, entry),
        seq,
        line: recordLine(text, hash),
      })
      if (seq % recordsPerCheckpoint === 0)
        await insertCheckpoint(trx, signer, { team: teamId, seq, hash, at: entry.context.at })
    }
    await insertAll(trx, rows)
    const event = entries.map(({ event }) => event)
    const message = announcer.message(teamId, event)
    if (message === undefined) await updateHash(trx, { teamId, hash })
    else await updateHashAndNotify(trx, { teamId, hash, message })
    announcer.inProcess(trx, teamId, event)
    return seq
  }
}

/** The columns that records are searched by. */
const columnsOf = (teamId: string, { context, event }: Entry) => ({
  team_id: teamId,
  at: context.at,
  person: context.by?.id ?? null,
  action: event.action,
  name_key: event.name === undefined ? null : nameKey(event.name),
})

const contentOf = (team: string, { context, event }: Entry): AuditContent => {
  const { by, key, at, from, requestId } = context
  const { action, scope, name, detail } = event
  return {
    team,
    at: new Date(at).toISOString(),
    by: by && { id: by.id, name: by.name },
    key: key ? { id: key.id, name: key.name } : null,
    action,
    scope: scope ?? null,
    name: name ?? null,
    detail: detail ?? null,
    from: from ?? null,
    requestId: requestId ?? null,
  }
}

/** The maximum number of rows in a statement. Each number of rows is a prepared statement of its own. */
const rowsAtOnce = 16

const columns = ['team_id', 'seq', 'at', 'person', 'action', 'name_key', 'line'] as const

/** Returns the row whose values start at an index. */
const rowOf = (values: Record<number, unknown>, from: number) =>
  Object.fromEntries(columns.map((column, index) => [column, values[from + index]])) as Schema['audit']

/** Signs that the trail of a team reached a record with this hash. */
export const insertCheckpoint = async (
  db: Kysely<Schema>,
  signer: Signer,
  { team, seq, hash, at }: { team: string; seq: number; hash: string; at: number },
): Promise<void> => {
  const checkpoint = { team, seq, hash, at: new Date(at).toISOString() }
  const line = JSON.stringify({ checkpoint, signature: await signer.sign(checkpointText(checkpoint)) })
  await db
    .insertInto('audit_checkpoint')
    .values({ team_id: team, seq, line })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
