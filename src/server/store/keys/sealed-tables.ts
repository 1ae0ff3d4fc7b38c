import { type RawBuilder, sql } from 'kysely'
import { ephemeralPlace, type ValuePlace } from '#server/crypto/vault.ts'
import type { Schema } from '#server/store/db/schema.ts'

/** A row with sealed bytes, whichever table it is in. `key` is its primary key without the team, in the key's order. */
export type SealedRow = {
  key: readonly (string | number)[]
  /** What the seal is bound to, beside the team. */
  scopeId: string
  name: string
  version: number
  algorithm: string
  keyId: string
  sealed: Uint8Array
}

/** A table that holds sealed bytes: how its rows are told apart, and what their seals are bound to. */
export type SealedTable = {
  table: keyof Schema & string
  /** The columns of the primary key after the team, with their types. */
  key: readonly { column: string; type: 'text' | 'integer' }[]
  /** What the rows are read from, as `t`, with what their place needs. */
  from: RawBuilder<unknown>
  scopeId: RawBuilder<unknown>
  name: RawBuilder<unknown>
  version: RawBuilder<unknown>
  /** Whether it keeps fingerprints, which hang on the data key too. */
  fingerprints: boolean
}

const text = (column: string) => ({ column, type: 'text' }) as const
const integer = (column: string) => ({ column, type: 'integer' }) as const
const ephemeral = ephemeralPlace('', '')

/** Every table with sealed bytes. A test holds them against those that the database has. */
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

export const placeOfRow = (teamId: string, { scopeId, name, version }: SealedRow): ValuePlace => ({
  teamId,
  scopeId,
  name,
  version,
})
