import { type Kysely, sql } from 'kysely'
import { preparedCommand } from '#server/store/db/prepared-statement.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { changeChannel } from '#server/store/trail/change-feed.ts'
import { type RecordTemplate, recordsPerCheckpoint } from '#shared/audit/audit-record.ts'

/** An audit record without its number and its hash. */
type UnnumberedRecord = Pick<Schema['audit'], 'team_id' | 'at' | 'person' | 'action' | 'name_key'> & RecordTemplate

/**
 * Prepares the statement that appends one record on PostgreSQL. The database reads the head, numbers and hashes the
 * record, so the lock on the head lasts for no round trip: the record travels with the change and the commit.
 *
 * The statement fails for a record that needs a signature, which the database cannot make, and for the first record of
 * a team, which has no head. Neither gets a number, and the table refuses a record without one.
 */
export const recordStatement = (db: Kysely<Schema>) => {
  const inserted = (given: UnnumberedRecord) =>
    db
      .with('head', (qb) =>
        qb
          .selectFrom('audit_head')
          .select((eb) => [eb('seq', '+', 1).as('seq'), 'hash'])
          .where('team_id', '=', given.team_id)
          .where(sql<boolean>`(seq + 1) % ${sql.lit(recordsPerCheckpoint)} <> 0`)
          .forUpdate(),
      )
      .with('written', (qb) =>
        qb
          .selectFrom('head')
          .select(['seq', sql<string>`${given.start}::text || seq || ${given.middle}::text || hash`.as('body')]),
      )
      .with('hashed', (qb) =>
        qb
          .selectFrom('written')
          .select([
            'seq',
            'body',
            sql<string>`encode(sha256(convert_to(body || ${given.textEnd}::text, 'UTF8')), 'hex')`.as('hash'),
          ]),
      )
      .with('moved', (qb) =>
        qb
          .updateTable('audit_head')
          .from('hashed')
          .set((eb) => ({ seq: eb.ref('hashed.seq'), hash: eb.ref('hashed.hash') }))
          .where('audit_head.team_id', '=', given.team_id),
      )
      .insertInto('audit')
      .values((eb) => ({
        team_id: given.team_id,
        at: given.at,
        person: given.person,
        action: given.action,
        name_key: given.name_key,
        seq: eb.selectFrom('hashed').select('seq'),
        line: eb
          .selectFrom('hashed')
          .select(sql<string>`body || ${given.lineMiddle}::text || hash || ${given.lineEnd}::text`.as('line')),
      }))
      .returning('seq')

  return {
    record: preparedCommand(inserted),

    /** The same, with a notification to all processes that is sent on commit. */
    recordAndNotify: preparedCommand((given: UnnumberedRecord & { message: string }) =>
      inserted(given).returning(sql<unknown>`pg_notify(${sql.lit(changeChannel)}, ${given.message})`.as('notified')),
    ),
  }
}
