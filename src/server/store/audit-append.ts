import { type Kysely, sql, type Transaction } from 'kysely'
import { checkpointText, recordLine, recordsPerCheckpoint, recordText } from '#shared/audit.ts'
import type { Signer } from '../audit/signer.ts'
import type { Sha256 } from '../digest.ts'
import type { Happened, Stamp } from '../store.ts'
import { nameKey } from './cursor.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

/** Puts a change on record, in the transaction that makes it. */
export type AppendAudit = (
  trx: Transaction<Schema>,
  teamId: string,
  stamp: Stamp<Stamp['by'] | null>,
  happened: Happened,
) => Promise<void>

/**
 * Makes the one function that writes to the trail. Its first statement takes the next number and locks the team's head
 * until the transaction ends, so that records follow each other whichever process writes them. To keep transactions
 * from waiting for each other in a circle, it comes after the locks that a change takes itself.
 */
export const auditAppender = (
  db: Kysely<Schema>,
  { sha256, signer }: { sha256: Sha256; signer: Signer },
): AppendAudit => {
  const next = prepared((given: { teamId: string }) =>
    db
      .insertInto('audit_head')
      .values({ team_id: given.teamId, seq: 1, hash: '' })
      .onConflict((conflict) => conflict.column('team_id').doUpdateSet({ seq: sql`audit_head.seq + 1` }))
      .returning(['seq', 'hash']),
  )
  const insert = prepared((given: Schema['audit']) => db.insertInto('audit').values(columnsOf(given)))
  const keepHash = prepared((given: { teamId: string; hash: string }) =>
    db.updateTable('audit_head').set({ hash: given.hash }).where('team_id', '=', given.teamId),
  )

  return async (trx, teamId, { by, key, at, from, requestId }, { action, scope, name, detail }) => {
    const [head] = await next(trx, { teamId })
    if (!head) throw new Error('The audit trail has no head.')
    const { seq, hash: previous } = head
    const content = {
      team: teamId,
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
    const text = recordText(content, seq, previous)
    const hash = await sha256(text)
    await insert(trx, {
      team_id: teamId,
      seq,
      at,
      person: by?.id ?? null,
      action,
      name_key: name === undefined ? null : nameKey(name),
      line: recordLine(text, hash),
    })
    await keepHash(trx, { teamId, hash })
    if (seq % recordsPerCheckpoint === 0) await insertCheckpoint(trx, signer, { team: teamId, seq, hash, at })
  }
}

/** Spread by name: what stands in for the parameters has no keys of its own. */
const columnsOf = ({ team_id, seq, at, person, action, name_key, line }: Schema['audit']): Schema['audit'] => ({
  team_id,
  seq,
  at,
  person,
  action,
  name_key,
  line,
})

/** Signs that the trail of a team reached a record. */
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
