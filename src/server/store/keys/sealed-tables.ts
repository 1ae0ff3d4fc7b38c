import { type RawBuilder, sql } from 'kysely'
import { ephemeralLocation, type SealLocation } from '#server/crypto/vault.ts'
import type { Schema } from '#server/store/db/schema.ts'

/** A row with sealed bytes of any table. `key` is its primary key without the team, in order. */
export type SealedRow = {
  key: readonly (string | number)[]
  /** The seal is bound to these and to the team. */
  scopeId: string
  name: string
  version: number
  algorithm: string
  keyId: string
  sealed: Uint8Array
}

/** A table with sealed bytes: its primary key, and what the seals of its rows are bound to. */
export type SealedTable = {
  table: keyof Schema & string
  /** The columns of the primary key after the team, with their types. */
  key: readonly { column: string; type: 'text' | 'integer' }[]
  /** The `from` clause with the table as `t`, joined with what its seals are bound to. */
  from: RawBuilder<unknown>
  scopeId: RawBuilder<unknown>
  name: RawBuilder<unknown>
  version: RawBuilder<unknown>
  /** Whether it has fingerprints, which also depend on the data key. */
  fingerprints: boolean
}

const text = (column: string) => ({ column, type: 'text' }) as const
const integer = (column: string) => ({ column, type: 'integer' }) as const
const ephemeral = ephemeralLocation('', '')

/** Every table with sealed bytes. A test compares them with the tables of the database. */
export const sealedTables: readonly SealedTable[] = [
  {
    table: 'secret_version',
    key: [text('scope_id'), text('name'), integer('version')],
    from: sql`secret_version as t`,
    scopeId: sql`t.scope_id`,
    name: sql`t.name`,
    version: sql`t.version`,
    fingerprints: true,
  },
  {
    table: 'trash_version',
    key: [text('trash_id'), integer('version')],
    from: sql`trash_version as t inner join trash on trash.team_id = t.team_id and trash.id = t.trash_id`,
    scopeId: sql`trash.scope_id`,
    name: sql`trash.name`,
    version: sql`t.version`,
    fingerprints: true,
  },
  {
    table: 'ephemeral_secret',
    key: [text('id')],
    from: sql`ephemeral_secret as t`,
    scopeId: sql.lit(ephemeral.scopeId),
    name: sql`t.id`,
    version: sql.lit(ephemeral.version),
    fingerprints: false,
  },
]

export const valuePlaceOf = (teamId: string, { scopeId, name, version }: SealedRow): SealLocation => ({
  teamId,
  scopeId,
  name,
  version,
})
