import { type Insertable, type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import { hex } from '#server/crypto/master-seal.ts'
import type { Vault } from '#server/crypto/vault.ts'
import type { MacOf } from '#server/crypto/web-crypto.ts'
import type { DatabaseKind, Mac, Schema } from '#server/store/db/schema.ts'
import {
  RightsSwitchedOff,
  readKeyCheck,
  requiredCodesBefore,
  rightsKey,
  rightsPurpose,
} from '#server/store/keys/installation.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import { type Cell, canonical, type SignedRow, type SignedTable, signedTables, signedText } from './signed-tables.ts'

/** A row whose code is missing or wrong: the primary key, and who is concerned, as far as the row says. */
export type Forgery = { table: SignedTable; row: Readonly<Record<string, unknown>> }

type Where<Table extends SignedTable> = Readonly<Partial<Record<keyof Schema[Table] & string, Cell | readonly Cell[]>>>

/**
 * Codes of rows that grant rights or prove who somebody is. Only a server with the master key can make them, so somebody
 * who merely writes to the database cannot add or change such a row.
 */
export type Rights = {
  /** Returns the code of a row, synchronously where the MAC is synchronous. The columns left out are null. */
  code(table: SignedTable, row: Readonly<Record<string, unknown>>): Mac | Promise<Mac>
  /** Returns whether rows without a valid code are refused. */
  isEnforced(): boolean
  /** Returns the values of a new row with its code. Give every column that the code covers and that is not null. */
  signed<Table extends SignedTable, Values extends Omit<Insertable<Schema[Table]>, 'mac'>>(
    table: Table,
    values: Values,
  ): Promise<Values & { mac: Mac }>
  /**
   * Changes the rows that `where` selects, and their codes. Ignores forged rows, as if there were none: a change must not
   * make them valid. Returns the changed rows, with the columns that the code covers.
   */
  update<Table extends SignedTable>(
    trx: Transaction<Schema>,
    table: Table,
    where: Where<Table>,
    set: Readonly<Partial<Record<keyof Schema[Table] & string, Cell>>>,
  ): Promise<Readonly<Record<string, Cell>>[]>
  /** Returns whether a row may be used, and reports a forged one. Await the result unless it is a boolean. */
  verify<Table extends SignedTable>(table: Table, row: SignedRow<Table>): boolean | Promise<boolean>
  /** Returns the rows that may be used, of a query whose columns the compiler does not know. */
  keepRows<Row extends RawRow>(table: SignedTable, rows: readonly Row[]): Promise<Row[]>
  /** Returns the rows that may be used. `toRow` returns the row of the table, where `rows` are joined with others. */
  keep<Table extends SignedTable, Row>(
    table: Table,
    rows: readonly Row[],
    toRow: (row: Row) => SignedRow<Table>,
  ): Promise<Row[]>
}

/** A row as a driver returns it, with all columns that the code covers. */
type RawRow = Readonly<Record<string, unknown>>

/** What every store of {@link signedTables} needs besides the database. */
export type StoreParts = { append: AppendAudit; rights: Rights }

/** Returns whether a code is the one of its row. */
export type CheckCode = (table: SignedTable, row: Readonly<Record<string, unknown>>) => boolean | Promise<boolean>

/** Makes codes, synchronously where the MAC is synchronous. */
export const codeMaker = async (key: Uint8Array<ArrayBuffer>, macOf: MacOf) => {
  const mac = await macOf(key)
  const encoder = new TextEncoder()
  return (table: SignedTable, row: Readonly<Record<string, unknown>>): Mac | Promise<Mac> => {
    const made = mac(encoder.encode(signedText(table, row)))
    return made instanceof Promise ? made.then((bytes) => hex(bytes) as Mac) : (hex(made) as Mac)
  }
}

export type MakeCode = Awaited<ReturnType<typeof codeMaker>>

/** How many verified rows of each table are remembered: comparing a row takes a tenth of the time of its code. */
const maxRemembered = 10_000

/** Returns a function that checks codes, and remembers the rows that passed. */
export const codeChecker = (codeOf: MakeCode): CheckCode => {
  const remembered = new Map<SignedTable, Map<string, readonly (string | number | null)[]>>()

  const remember = (table: SignedTable, mac: string, row: Readonly<Record<string, unknown>>): void => {
    const rows = remembered.get(table) ?? new Map<string, readonly (string | number | null)[]>()
    remembered.set(table, rows)
    if (rows.size >= maxRemembered) for (const oldest of rows.keys()) if (rows.delete(oldest)) break
    rows.set(
      mac,
      signedTables[table].columns.map((column) => canonical(row[column])),
    )
  }

  const isRemembered = (table: SignedTable, mac: string, row: Readonly<Record<string, unknown>>): boolean => {
    const values = remembered.get(table)?.get(mac)
    if (!values) return false
    const { columns } = signedTables[table]
    for (let index = 0; index < values.length; index++) {
      const value = row[columns[index] ?? '']
      const known = values[index]
      // Most values are as they were: looking at their type takes longer than comparing them.
      if (value !== known && canonical(value) !== known) return false
    }
    return true
  }

  return (table, row) => {
    const { mac } = row
    if (typeof mac !== 'string') return false
    try {
      if (isRemembered(table, mac, row)) return true
      const passed = (code: string): boolean => {
        const passes = isSame(code, mac)
        if (passes) remember(table, mac, row)
        return passes
      }
      const code = codeOf(table, row)
      return typeof code === 'string' ? passed(code) : code.then(passed)
    } catch {
      // An invalid date, for example.
      return false
    }
  }
}

/** Compares in a time that does not depend on where the texts differ. */
const isSame = (one: string, other: string): boolean => {
  if (one.length !== other.length) return false
  let different = 0
  for (let index = 0; index < one.length; index++) different |= one.charCodeAt(index) ^ other.charCodeAt(index)
  return different === 0
}

/** How often a server that does not require codes yet asks whether it is to require them, in milliseconds. */
const lookEvery = 10_000

type Options = {
  now: () => number
  /** Receives each forged row that is read. Must not throw, and must not wait for the database. */
  report: (forgery: Forgery) => void
}

/** Opens the codes of an installation that is claimed. */
export const openRights = async (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  vault: Vault,
  { now, report }: Options,
): Promise<Rights> => {
  const codeOf = await codeMaker(await vault.unwrap(rightsPurpose, await rightsKey(db, vault)), vault.macOf)
  const checkCode = codeChecker(codeOf)
  let enforced = false
  let lookedAt = now()
  const look = async (): Promise<void> => {
    lookedAt = now()
    const check = await readKeyCheck(db)
    // Never the other way: an old key check that somebody put back changes nothing in a running server.
    if (check && (await vault.keyCheckForm(check)) === 'signed') enforced = true
  }
  await look()
  if (!enforced && (await requiredCodesBefore(db))) throw new RightsSwitchedOff()

  const refuse = (table: SignedTable, row: Readonly<Record<string, unknown>>): false => {
    report({ table, row })
    return false
  }

  const verify = (table: SignedTable, row: Readonly<Record<string, unknown>>): boolean | Promise<boolean> => {
    if (!enforced) {
      // In the background: the next read is early enough, and this one may be part of a transaction.
      if (Math.abs(now() - lookedAt) >= lookEvery) look().catch(() => undefined)
      return true
    }
    const checked = checkCode(table, row)
    if (typeof checked === 'boolean') return checked || refuse(table, row)
    return checked.then((passes) => passes || refuse(table, row))
  }

  const keep = async <Row>(table: SignedTable, rows: readonly Row[], toRow: (row: Row) => RawRow): Promise<Row[]> => {
    const kept: Row[] = []
    for (const row of rows) {
      const checked = verify(table, toRow(row))
      if (typeof checked === 'boolean' ? checked : await checked) kept.push(row)
    }
    return kept
  }

  const rights: Rights = {
    isEnforced: () => enforced,
    code: codeOf,
    verify,
    signed: async (table, values) => ({ ...values, mac: await codeOf(table, values) }),
    keep,
    keepRows: (table, rows) => keep(table, rows, (row) => row),
    update: async (trx, table, where, set) => {
      const { key, columns } = signedTables[table]
      const wanted = sql.join([...columns, 'mac'].map((column) => sql.ref(column)))
      const lock = kind === 'postgres' ? sql`for update` : sql``
      const { rows } = await sql<Record<string, Cell>>`
        select ${wanted} from ${sql.table(table)} where ${conditions(where)} ${lock}`.execute(trx)
      const changed: Record<string, Cell>[] = []
      for (const row of rows) {
        if (!(await verify(table, row))) continue
        const { mac: _, ...next } = { ...row, ...set }
        const values = { ...set, mac: await codeOf(table, next) }
        const assignments = Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
        const own = Object.fromEntries(key.map((column) => [column, row[column] ?? null]))
        await sql`update ${sql.table(table)} set ${sql.join(assignments)} where ${conditions(own)}`.execute(trx)
        changed.push(Object.fromEntries(columns.map((column) => [column, next[column] ?? null])))
      }
      return changed
    },
  }
  opened.set(db, rights)
  return rights
}

const conditions = (where: Readonly<Record<string, Cell | readonly Cell[] | undefined>>): RawBuilder<unknown> => {
  const parts = Object.entries(where).map(([column, value]) => {
    if (Array.isArray(value)) return value.length > 0 ? sql`${sql.ref(column)} in (${sql.join(value)})` : sql`1 = 0`
    return value === null ? sql`${sql.ref(column)} is null` : sql`${sql.ref(column)} = ${value}`
  })
  if (parts.length === 0) throw new Error('Name the rows to change.')
  return sql.join(parts, sql` and `)
}

const opened = new WeakMap<Kysely<Schema>, Rights>()

/** Returns the codes of a database that a store was opened on. For code that uses the database without the store. */
export const rightsOf = (db: Kysely<Schema>): Rights => {
  const rights = opened.get(db)
  if (!rights) throw new Error('Open the store on this database first.')
  return rights
}
