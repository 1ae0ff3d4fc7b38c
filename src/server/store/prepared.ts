import type { Compilable, CompiledQuery, Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Stands for a parameter while a statement is compiled. */
class Slot {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** In place of the parameters: whatever name is read from it is a slot of that name. */
const slots = new Proxy({}, { get: (_target, name) => new Slot(String(name)) })

/** Reads what is committed, at once: on a connection of its own, which no transaction is ever open on. */
export type DirectReader = (sql: string, parameters: readonly unknown[]) => unknown[]

const readers = new WeakMap<Kysely<Schema>, DirectReader>()

/** Lets prepared statements that only read go past the queue of the one connection that writes. */
export const readDirectly = (db: Kysely<Schema>, reader: DirectReader): void => {
  readers.set(db, reader)
}

/**
 * Compiles a statement once and runs it with other parameters each time. `build` gets stand-ins for the parameters and
 * may pass them on only: building and compiling takes several times as long as SQLite takes to run the statement.
 */
export const prepared = <Given extends Record<string, unknown>, Row>(
  build: (given: Given) => Compilable<Row>,
): ((db: Kysely<Schema>, given: Given) => Promise<Row[]>) => {
  let compiled: CompiledQuery<Row> | undefined
  return async (db, given) => {
    compiled ??= build(slots as Given).compile()
    const parameters = compiled.parameters.map((value) => (value instanceof Slot ? given[value.name] : value))
    const reader = compiled.query.kind === 'SelectQueryNode' ? readers.get(db) : undefined
    if (reader) return reader(compiled.sql, parameters) as Row[]
    const { rows } = await db.executeQuery<Row>({ ...compiled, parameters })
    return rows
  }
}
