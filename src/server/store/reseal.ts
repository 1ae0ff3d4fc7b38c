import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Sealed, WrappedDataKey } from '../store.ts'
import type { Vault } from '../vault.ts'
import type { DatabaseKind, Schema } from './schema.ts'
import { placeOfRow, type SealedRow, type SealedTable } from './sealed-tables.ts'

/** Rows of one transaction: few enough that on SQLite, which has one writer, a server hardly waits for it. */
const rowsAtOnce = 300

type Given = {
  vault: Pick<Vault, 'open' | 'seal' | 'fingerprint'>
  /** The key to seal with. */
  target: WrappedDataKey
  /** All keys that the team has by now. */
  keys: () => Promise<readonly WrappedDataKey[]>
}

type Batch = { resealed: number; unopened: { table: string; scopeId: string; name: string; version: number }[] }
type Resealed = { row: SealedRow; sealed: Sealed; fingerprint: string | null }

/**
 * Seals the values of a team anew that are sealed with other keys than the target, a batch a transaction. A row that was
 * changed between reading and writing stays as it is by then.
 */
export const resealer = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { vault, target, keys }: Given,
): ((table: SealedTable) => AsyncGenerator<Batch, void>) => {
  const { teamId } = target
  const write = kind === 'postgres' ? writeTogether : writeOneByOne

  const anew = async (table: SealedTable, row: SealedRow, known: readonly WrappedDataKey[]): Promise<Resealed> => {
    const key = known.find(({ id }) => id === row.keyId)
    if (!key) throw new Error('A value is sealed with a key that the team does not have.')
    const place = placeOfRow(teamId, row)
    const value = await vault.open(key, place, { algorithm: row.algorithm, keyId: row.keyId, bytes: row.sealed })
    const sealed = await vault.seal(target, place, value)
    return { row, sealed, fingerprint: table.fingerprints ? await vault.fingerprint(target, place, value) : null }
  }

  return async function* (table) {
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
          done.push(await anew(table, row, known))
        } catch {
          unopened.push({ table: table.table, scopeId: row.scopeId, name: row.name, version: row.version })
        }
      }
      const begun = performance.now()
      const resealed = await write(db, table, teamId, done)
      yield { resealed, unopened }
      // Whoever waits for SQLite's one writer asks again now and then, and would find it taken each time.
      if (kind === 'sqlite') await new Promise((resume) => setTimeout(resume, performance.now() - begun))
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

/** What a row gets. What it says of a version that stood there before is of no use under another key. */
const changes = (
  table: SealedTable,
  given: Record<'algorithm' | 'keyId' | 'sealed' | 'fingerprint', RawBuilder<unknown>>,
) => {
  const always = sql`algorithm = ${given.algorithm}, key_id = ${given.keyId}, sealed = ${given.sealed}`
  if (!table.fingerprints) return always
  return sql`${always}, fingerprint = ${given.fingerprint}, about_version = version,
    restored_from = case when about_version = version then restored_from end`
}

type Write = (db: Kysely<Schema>, table: SealedTable, teamId: string, done: readonly Resealed[]) => Promise<number>

const writeOneByOne: Write = (db, table, teamId, done) =>
  db.transaction().execute(async (trx) => {
    let written = 0
    for (const { row, sealed, fingerprint } of done) {
      const set = changes(table, {
        algorithm: sql`${sealed.algorithm}`,
        keyId: sql`${sealed.keyId}`,
        sealed: sql`${sealed.bytes}`,
        fingerprint: sql`${fingerprint}`,
      })
      const same = sql.join(
        columnsOf(table).map((column, index) => sql`${sql.ref(column)} = ${row.key[index]}`),
        sql` and `,
      )
      const { numAffectedRows } = await sql`
        update ${sql.table(table.table)} set ${set}
        where team_id = ${teamId} and ${same} and key_id = ${row.keyId} and sealed = ${row.sealed}`.execute(trx)
      written += Number(numAffectedRows ?? 0n)
    }
    return written
  })

/** In one statement: each one more would be a way to the database and back. */
const writeTogether: Write = async (db, table, teamId, done) => {
  if (done.length === 0) return 0
  const set = changes(table, {
    algorithm: sql`d.algorithm`,
    keyId: sql`d.key_id`,
    sealed: sql`d.sealed`,
    fingerprint: sql`d.fingerprint`,
  })
  const list = (type: 'text' | 'bigint' | 'bytea', of: (one: Resealed) => unknown) =>
    sql`cast(${done.map(of)} as ${sql.raw(type)}[])`
  const keys = table.key.map(({ type }, index) =>
    list(type === 'text' ? 'text' : 'bigint', ({ row }) => row.key[index]),
  )
  const names = table.key.map((_, index) => sql.ref(`k${index}`))
  const same = sql.join(
    columnsOf(table).map((column, index) => sql`${own(column)} = ${sql.ref(`d.k${index}`)}`),
    sql` and `,
  )
  const { numAffectedRows } = await sql`
    update ${sql.table(table.table)} as t set ${set}
    from unnest(${sql.join(keys)}, ${list('text', ({ row }) => row.keyId)}, ${list('bytea', ({ row }) => row.sealed)},
      ${list('text', ({ sealed }) => sealed.algorithm)}, ${list('text', ({ sealed }) => sealed.keyId)},
      ${list('bytea', ({ sealed }) => sealed.bytes)}, ${list('text', ({ fingerprint }) => fingerprint)})
      as d(${sql.join(names)}, old_key_id, old_sealed, algorithm, key_id, sealed, fingerprint)
    where t.team_id = ${teamId} and ${same} and t.key_id = d.old_key_id and t.sealed = d.old_sealed`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
