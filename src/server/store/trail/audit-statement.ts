import { type Kysely, sql } from 'kysely'
import { prepared } from '#server/store/db/prepared-statement.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { recordsPerCheckpoint } from '#shared/audit/audit-record.ts'
import { changeChannel } from './notices.ts'

/** A record but for what follows from its place in the chain. `middle` is its text between its number and the hash before. */
export type Unplaced = Pick<Schema['audit'], 'team_id' | 'at' | 'person' | 'action' | 'name_key'> & { middle: string }

/**
 * PostgreSQL's way to put one record at the end of a chain: it reads the head, and hashes, by itself. So nothing waits for
 * an answer while the head is locked, and the record goes to the database with the change and its commit.
 *
 * A record to be signed gets no number by this, which its table refuses: the signature has to hold with it, and is not the
 * database's to make. Nor does the first record of a team, which has no head yet.
 */
export const recordStatement = (db: Kysely<Schema>) => {
  const inserted = (given: Unplaced) =>
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
          .select(['seq', sql<string>`'{"seq":' || seq || ${given.middle}::text || hash || '"'`.as('text')]),
      )
      .with('hashed', (qb) =>
        qb
          .selectFrom('written')
          .select(['seq', 'text', sql<string>`encode(sha256(convert_to(text || '}', 'UTF8')), 'hex')`.as('hash')]),
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
        line: eb.selectFrom('hashed').select(sql<string>`text || ',"hash":"' || hash || '"}'`.as('line')),
      }))
      .returning('seq')

  return {
    record: prepared(inserted),

    /** The same, with a message to all processes that goes out when the transaction holds. */
    recordAndTell: prepared((given: Unplaced & { message: string }) =>
      inserted(given).returning(sql<unknown>`pg_notify(${sql.lit(changeChannel)}, ${given.message})`.as('told')),
    ),
  }
}
