import { kyselyAdapter } from '@better-auth/kysely-adapter'
import type { BetterAuthOptions } from 'better-auth'
import {
  AliasNode,
  ColumnNode,
  ColumnUpdateNode,
  DeleteQueryNode,
  InsertQueryNode,
  type Kysely,
  type KyselyPlugin,
  type OperationNode,
  PrimitiveValueListNode,
  type QueryId,
  QueryNode,
  type RootOperationNode,
  SelectionNode,
  SelectModifierNode,
  SelectQueryNode,
  TableNode,
  UpdateQueryNode,
  ValueNode,
  ValuesNode,
} from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Rights } from '#server/store/rights/rights.ts'
import { isSignedColumn, isSignedTable, type SignedTable } from '#server/store/rights/signed-tables.ts'

type RawRow = Record<string, unknown>
type Adapter = ReturnType<ReturnType<typeof kyselyAdapter>>
type Where = Parameters<Adapter['update']>[0]['where']

/**
 * Returns better-auth's adapter with codes on the rows of {@link signedTables}: every row that it writes gets its code in
 * the same statement, and a row without a valid code does not exist for it.
 */
export const signedAdapter = (db: Kysely<Schema>, kind: DatabaseKind, rights: Rights) => {
  const adapterOn = (connection: Kysely<Schema>, options: BetterAuthOptions, update?: Update) =>
    kyselyAdapter(connection.withPlugin(signingPlugin(rights, update)), { type: kind })(options)

  return (options: BetterAuthOptions): Adapter => {
    const adapter = adapterOn(db, options)

    /** Changes each row that `where` selects on its own: its code covers columns that the change leaves as they are. */
    const changeEach = <Row>(
      { model, where }: { model: string; where: Where },
      change: (adapter: Adapter, where: Where) => Promise<Row | null>,
    ): Promise<Row[]> =>
      db.transaction().execute(async (trx) => {
        const before: RawRow[] = []
        const reading = { lock: kind === 'postgres', onRow: (row: RawRow) => before.push(row) }
        await adapterOn(trx, options, reading).findMany({ model, where, limit: maxChanged })
        if (before.length === maxChanged) throw new Error('Too many rows would be changed at once.')
        const changed: Row[] = []
        for (const row of before) {
          const own = [...where, { field: 'id', value: String(row.id) }]
          const made = await change(adapterOn(trx, options, { row }), own)
          if (made !== null) changed.push(made)
        }
        return changed
      })

    const signed: Adapter = {
      ...adapter,
      update: async <T>(change: Parameters<Adapter['update']>[0]): Promise<T | null> => {
        if (!isSignedTable(change.model)) return adapter.update<T>(change)
        return (await changeEach(change, (own, where) => own.update<T>({ ...change, where })))[0] ?? null
      },
      updateMany: async (change) => {
        if (!isSignedTable(change.model)) return adapter.updateMany(change)
        return (await changeEach(change, (own, where) => own.update({ ...change, where }))).length
      },
      incrementOne: async <T>(change: Parameters<Adapter['incrementOne']>[0]): Promise<T | null> => {
        if (!isSignedTable(change.model)) return adapter.incrementOne<T>(change)
        return (await changeEach(change, (own, where) => own.incrementOne<T>({ ...change, where })))[0] ?? null
      },
      // As before, one operation after the other: SQLite has one connection, which a change above needs.
      transaction: (callback) => callback(signed),
    }
    return signed
  }
}

/** More rows than one person has in any of better-auth's tables. */
const maxChanged = 10_000

/** Either reads the rows that are about to be changed, or changes one of them. */
type Update = { lock: boolean; onRow: (row: RawRow) => void } | { row: RawRow }

/** Adds codes to what is written, and checks those of what is read. */
const signingPlugin = (rights: Rights, update: Update | undefined): KyselyPlugin => {
  const tables = new WeakMap<QueryId, SignedTable>()

  const codeOf = (table: SignedTable, row: RawRow): string => {
    const code = rights.code(table, row)
    if (typeof code !== 'string') throw new Error('Codes of accounts need a synchronous MAC.')
    return code
  }

  const withCodes = (node: InsertQueryNode, table: SignedTable): InsertQueryNode => {
    const columns = (node.columns ?? []).map(({ column }) => column.name)
    if (!node.values || !ValuesNode.is(node.values)) throw notSignable(table)
    const values = node.values.values.map((list) => {
      const given = PrimitiveValueListNode.is(list) ? list.values : list.values.map((value) => valueIn(value, table))
      const row = Object.fromEntries(columns.map((column, index) => [column, given[index]]))
      return PrimitiveValueListNode.create([...given, codeOf(table, row)])
    })
    return { ...node, columns: [...(node.columns ?? []), ColumnNode.create('mac')], values: ValuesNode.create(values) }
  }

  const withCode = (node: UpdateQueryNode, table: SignedTable): UpdateQueryNode => {
    if (!update || !('row' in update)) throw notSignable(table)
    const changes = (node.updates ?? []).flatMap((change): [string, unknown][] => {
      if (!ColumnNode.is(change.column)) throw notSignable(table)
      const { name } = change.column.column
      return isSignedColumn(table, name) ? [[name, valueIn(change.value, table)]] : []
    })
    const mac = codeOf(table, { ...update.row, ...Object.fromEntries(changes) })
    const set = ColumnUpdateNode.create(ColumnNode.create('mac'), ValueNode.create(mac))
    return { ...node, updates: [...(node.updates ?? []), set] }
  }

  /** Reads all columns: the code covers more than what better-auth may have asked for. */
  const withAllColumns = (node: SelectQueryNode, inner: SelectQueryNode): SelectQueryNode => {
    const [first] = node.from?.froms ?? []
    if (!first || !AliasNode.is(first) || !node.from) return node
    const from = {
      ...node.from,
      froms: [{ ...first, node: { ...inner, selections: [SelectionNode.createSelectAll()] } }],
    }
    const all = { ...node, from }
    return update && 'lock' in update && update.lock
      ? QueryNode.cloneWithEndModifier(all, SelectModifierNode.create('ForUpdate'))
      : all
  }

  const transform = (node: RootOperationNode, queryId: QueryId): RootOperationNode => {
    const note = (table: SignedTable | undefined): SignedTable | undefined => {
      if (table !== undefined) tables.set(queryId, table)
      return table
    }
    if (InsertQueryNode.is(node)) {
      const table = note(signedTableOf(node.into))
      return table === undefined ? node : withCodes(node, table)
    }
    if (UpdateQueryNode.is(node)) {
      const table = note(signedTableOf(node.table))
      return table === undefined ? node : withCode(node, table)
    }
    if (DeleteQueryNode.is(node)) {
      note(signedTableOf(node.from.froms[0]))
      return node
    }
    if (SelectQueryNode.is(node)) {
      const [from] = node.from?.froms ?? []
      const inner = from && AliasNode.is(from) && SelectQueryNode.is(from.node) ? from.node : undefined
      const table = inner && note(signedTableOf(inner.from?.froms[0]))
      return inner && table !== undefined ? withAllColumns(node, inner) : node
    }
    return node
  }

  return {
    transformQuery: ({ node, queryId }) => transform(node, queryId),
    transformResult: async ({ result, queryId }) => {
      const table = tables.get(queryId)
      if (table === undefined || result.rows.length === 0) return result
      const rows = await rights.keepRows(table, result.rows)
      if (update && 'onRow' in update) for (const row of rows) update.onRow(row)
      return { ...result, rows }
    },
  }
}

const signedTableOf = (node: OperationNode | undefined): SignedTable | undefined => {
  const name = node && TableNode.is(node) ? node.table.identifier.name : undefined
  return name !== undefined && isSignedTable(name) ? name : undefined
}

const valueIn = (node: OperationNode, table: SignedTable): unknown => {
  if (ValueNode.is(node)) return node.value
  throw notSignable(table)
}

const notSignable = (table: SignedTable) => new Error(`A row of “${table}” was written in a way that cannot be signed.`)
