import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Sealed, Vault, WrappedDataKey } from '#server/crypto/vault.ts'
import { prepared } from '#server/store/db/prepared-statement.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { type SealedRow, type SealedTable, valuePlaceOf } from './sealed-tables.ts'

/** Rows per transaction. Few, so that other writers to SQLite wait only briefly. */
const rowsAtOnce = 300

type Given = {
  vault: Pick<Vault, 'open' | 'seal' | 'fingerprint'>
  /** The key to seal with. */
  target: WrappedDataKey
  /** Returns the current keys of the team. */
  keys: () => Promise<readonly WrappedDataKey[]>
}

type Batch = { resealed: number; unopened: { table: string; scopeId: string; name: string; version: number }[] }
type Resealed = { row: SealedRow; sealed: Sealed; fingerprint: string | null }

/**
 * Reseals the values of a team that are not sealed with the target key, one transaction per batch. Skips rows that
 * changed after they were read.
 */
export const resealer = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { vault, target, keys }: Given,
): ((table: SealedTable) => AsyncGenerator<Batch, void>) => {
  const { teamId } = target

  const reseal = async (table: SealedTable, row: SealedRow, known: readonly WrappedDataKey[]): Promise<Resealed> => {
    const key = known.find(({ id }) => id === row.keyId)
    if (!key) throw new Error('A value is sealed with a key that the team does not have.')
    const place = valuePlaceOf(teamId, row)
    const value = await vault.open(key, place, { algorithm: row.algorithm, keyId: row.keyId, bytes: row.sealed })
    const sealed = await vault.seal(target, place, value)
    return { row, sealed, fingerprint: table.fingerprints ? await vault.fingerprint(target, place, value) : null }
  }

  return async function* (table) {
    const write = kind === 'postgres' ? writeTogether(table, teamId) : writeOneByOne(db, table, teamId)
    let after: SealedRow['key'] | undefined
    for (;;) {
      const rows = await readRows(db, table, target, after)
      const last = rows.at(-1)
      if (!last) return
      after = last.key
      const known = await keys()
      const done: Resealed[] = []
      const unopened: Batch['unopened'] = []
      for (const row of rows) {
        try {
          done.push(await reseal(table, row, known))
        } catch {
          unopened.push({ table: table.table, scopeId: row.scopeId, name: row.name, version: row.version })
        }
      }
      // Only this write blocks other writers to SQLite. Reading, opening and sealing take longer, and block nobody.
      yield { resealed: await write(db, done), unopened }
    }
  }
}

const columnsOf = ({ key }: SealedTable) => key.map(({ column }) => column)
const own = (column: string) => sql.ref(`t.${column}`)

/** The next rows of a team, in the order of their key, that are sealed with another key than the target. */
const readRows = async (
  db: Kysely<Schema>,
  table: SealedTable,
  { teamId, id }: WrappedDataKey,
  after: SealedRow['key'] | undefined,
): Promise<SealedRow[]> => {
  const columns = columnsOf(table)
  const beyond = after ? sql`and (${sql.join(columns.map(own))}) > (${sql.join(after)})` : sql``
  const { rows } = await sql<Record<string, unknown> & Omit<SealedRow, 'key'>>`
    select ${sql.join(columns.map((column) => sql`${own(column)} as ${sql.ref(`key_${column}`)}`))},
      ${table.scopeId} as "scopeId", ${table.name} as "name", ${table.version} as "version",
      t.algorithm as "algorithm", t.key_id as "keyId", t.sealed as "sealed"
    from ${table.from}
    where t.team_id = ${teamId} and t.key_id <> ${id} ${beyond}
    order by ${sql.join(columns.map(own))} limit ${sql.lit(rowsAtOnce)}`.execute(db)
  return rows.map((row) => ({ ...row, key: columns.map((column) => row[`key_${column}`] as string | number) }))
}

/** Updates the rows that have not changed since they were read. Returns how many. */
type Write = (db: Kysely<Schema>, done: readonly Resealed[]) => Promise<number>

const placesOf = (table: SealedTable) => table.key.map((_, index) => `k${index}`)

/** Runs one prepared statement per row in a transaction: SQLite has no network round trip. */
const writeOneByOne = (db: Kysely<Schema>, table: SealedTable, teamId: string): Write => {
  const update = prepared((d: Record<string, unknown>) => ({
    compile: () => {
      const same = columnsOf(table).map((column, index) => sql`${own(column)} = ${d[`k${index}`]}`)
      return sql<{ one: number }>`
        update ${sql.table(table.table)} as t set ${changes(table, (name) => sql`${d[name]}`)}
        where t.team_id = ${teamId} and ${sql.join(same, sql` and `)}
          and t.key_id = ${d.old_key_id} and t.sealed = ${d.old_sealed} returning 1 as one`.compile(db)
    },
  }))
  return (_, done) =>
    db.transaction().execute(async (trx) => {
      let written = 0
      for (const { row, sealed, fingerprint } of done) {
        const key = Object.fromEntries(placesOf(table).map((place, index) => [place, row.key[index]]))
        const { algorithm, keyId, bytes } = sealed
        const before = { ...key, old_key_id: row.keyId, old_sealed: row.sealed }
        written += (await update(trx, { ...before, algorithm, key_id: keyId, sealed: bytes, fingerprint })).length
      }
      return written
    })
}

/** Runs one statement: on PostgreSQL each further one would cost a round trip. A list is one parameter. */
const writeTogether = (table: SealedTable, teamId: string): Write => {
  const same = columnsOf(table).map((column, index) => sql`${own(column)} = ${sql.ref(`d.k${index}`)}`)
  const list = (type: 'text' | 'bigint' | 'bytea', values: unknown[]) => sql`cast(${values} as ${sql.raw(type)}[])`
  return async (db, done) => {
    if (done.length === 0) return 0
    const lists = [
      ...table.key.map(({ type }, index) =>
        list(
          type === 'text' ? 'text' : 'bigint',
          done.map(({ row }) => row.key[index]),
        ),
      ),
      list(
        'text',
        done.map(({ row }) => row.keyId),
      ),
      list(
        'bytea',
        done.map(({ row }) => row.sealed),
      ),
      list(
        'text',
        done.map(({ sealed }) => sealed.algorithm),
      ),
      list(
        'text',
        done.map(({ sealed }) => sealed.keyId),
      ),
      list(
        'bytea',
        done.map(({ sealed }) => sealed.bytes),
      ),
      list(
        'text',
        done.map(({ fingerprint }) => fingerprint),
      ),
    ]
    const { numAffectedRows } = await sql`
      update ${sql.table(table.table)} as t set ${changes(table, (name) => sql.ref(`d.${name}`))}
      from unnest(${sql.join(lists)})
        as d(${sql.join(placesOf(table).map((place) => sql.ref(place)))},
          old_key_id, old_sealed, algorithm, key_id, sealed, fingerprint)
      where t.team_id = ${teamId} and ${sql.join(same, sql` and `)}
        and t.key_id = d.old_key_id and t.sealed = d.old_sealed`.execute(db)
    return Number(numAffectedRows ?? 0n)
  }
}

/** Returns the assignments for a row. Drops metadata of an earlier version, which another key made. */
const changes = ({ fingerprints }: SealedTable, given: (name: string) => RawBuilder<unknown>) => {
  const always = sql`algorithm = ${given('algorithm')}, key_id = ${given('key_id')}, sealed = ${given('sealed')}`
  if (!fingerprints) return always
  return sql`${always}, fingerprint = ${given('fingerprint')}, about_version = version,
    restored_from = case when about_version = version then restored_from end`
}
