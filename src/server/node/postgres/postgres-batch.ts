import type { ClientBase, Connection, CustomTypesConfig, Submittable } from 'pg'

/** A statement to run. PostgreSQL keeps one that has a name parsed and planned, once a connection. */
export type Statement = {
  text: string
  name: string | undefined
  values: readonly unknown[]
  /** Returns each row as the list of its cells, which takes half as long as an object. */
  asLists: boolean
}

/** The answer to a statement. `command` is the first word of its tag, such as `INSERT`. */
export type Answer = { command: string; rowCount: number; rows: unknown[] }

/** Runs a statement in the next batch of a connection. */
export type RunStatement = (statement: Statement) => Promise<Answer>

type Options = {
  types: CustomTypesConfig
  /** Milliseconds to wait for the answer to a batch. After them, the connection is closed. */
  answerLimit: number | undefined
  /** Whether a statement waits for the next one before it is sent. */
  waitsForNext(text: string): boolean
}

/**
 * Returns what runs statements on a connection in batches: all statements of one turn of the event loop, and those that
 * are asked for while a batch is under way, go in one write with one `Sync`. PostgreSQL runs them in order. Once one
 * fails, it skips the rest of the batch and rolls back what is not in a transaction, so all of the batch fail.
 *
 * The driver's own pipeline ends each statement with a `Sync`, which costs a write at the server and a read here for each.
 */
export const batched = (client: ClientBase, options: Options): RunStatement => {
  const prepared = new Map<string, readonly Column[]>()
  let gathered: Part[] = []
  let isDue = false
  let isUnderWay = false

  const schedule = () => {
    if (isDue || isUnderWay || gathered.every(({ text }) => options.waitsForNext(text))) return
    isDue = true
    // Settled promises continue before this, so statements that need no answer from the database join the batch.
    process.nextTick(send)
  }
  const send = () => {
    isDue = false
    isUnderWay = true
    const parts = gathered
    gathered = []
    client.query(
      new Batch(parts, prepared, options, () => {
        isUnderWay = false
        schedule()
      }),
    )
  }

  return ({ text, name, values, asLists }) =>
    new Promise((resolve, reject) => {
      gathered.push({
        text,
        name,
        values: values.map(toWire),
        asLists,
        columns: [],
        command: '',
        rows: [],
        resolve,
        reject,
      })
      schedule()
    })
}

type Column = { name: string; parse(text: string): unknown }

type Part = Pick<Statement, 'text' | 'name' | 'asLists'> & {
  values: (string | Buffer | null)[]
  columns: readonly Column[]
  command: string
  rows: unknown[]
  resolve(answer: Answer): void
  reject(error: unknown): void
}

type RowDescription = { fields: { name: string; dataTypeID: number }[] }

/** What the driver passes the messages of PostgreSQL to, as it does for the cursors of `pg-cursor`. */
class Batch implements Submittable {
  readonly #parts: readonly Part[]
  readonly #prepared: Map<string, readonly Column[]>
  readonly #options: Options
  readonly #onEnd: () => void
  #timer: NodeJS.Timeout | undefined
  /** The index of the statement that PostgreSQL answers. */
  #at = 0
  #hasEnded = false

  constructor(parts: readonly Part[], prepared: Map<string, readonly Column[]>, options: Options, onEnd: () => void) {
    this.#parts = parts
    this.#prepared = prepared
    this.#options = options
    this.#onEnd = onEnd
  }

  submit(connection: Connection): void {
    const { stream } = connection
    stream.cork()
    for (const part of this.#parts) this.#write(connection, part)
    connection.sync()
    stream.uncork()
    const { answerLimit } = this.#options
    if (answerLimit === undefined) return
    this.#timer = setTimeout(() => stream.destroy(new Error('Query read timeout')), answerLimit)
  }

  #write(connection: Connection, part: Part): void {
    const { text, name = '', values } = part
    const columns = this.#prepared.get(name)
    if (columns) part.columns = columns
    else {
      // A batch that failed may have prepared it. Closing a statement that there is none of is no error.
      if (name !== '') connection.close({ type: 'S', name }, true)
      connection.parse({ name, text, types: [] }, true)
    }
    connection.bind({ statement: name, values }, true)
    if (!columns) connection.describe({ type: 'P' }, true)
    connection.execute(null, true)
  }

  handleRowDescription({ fields }: RowDescription): void {
    const part = this.#parts[this.#at]
    if (!part) return
    part.columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: this.#options.types.getTypeParser(dataTypeID, 'text'),
    }))
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const part = this.#parts[this.#at]
    part?.rows.push(part.asLists ? listOf(part.columns, fields) : objectOf(part.columns, fields))
  }

  handleCommandComplete({ text }: { text: string }): void {
    const part = this.#parts[this.#at++]
    if (!part) return
    part.command = text
    if (part.name !== undefined) this.#prepared.set(part.name, part.columns)
  }

  handleEmptyQuery(): void {
    this.#at++
  }

  handleReadyForQuery(): void {
    if (!this.#end()) return
    for (const { command, rows, resolve } of this.#parts) {
      const words = command.split(' ')
      resolve({ command: words[0] ?? '', rowCount: Number(words.at(-1)) || 0, rows })
    }
    this.#onEnd()
  }

  handleError(error: Error): void {
    if (!this.#end()) return
    for (const { reject } of this.#parts) reject(error)
    this.#onEnd()
  }

  #end(): boolean {
    clearTimeout(this.#timer)
    const isFirst = !this.#hasEnded
    this.#hasEnded = true
    return isFirst
  }
}

const listOf = (columns: readonly Column[], cells: readonly (string | null)[]): unknown[] =>
  cells.map((cell, index) => (cell === null ? null : columns[index]?.parse(cell)))

const objectOf = (columns: readonly Column[], cells: readonly (string | null)[]): Record<string, unknown> => {
  const row: Record<string, unknown> = {}
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]
    const cell = cells[index]
    if (column) row[column.name] = cell == null ? null : column.parse(cell)
  }
  return row
}

/** Returns a list as PostgreSQL reads it: each element as quoted text, bytes as hex. */
const listLiteral = (values: readonly unknown[]): string => {
  const elements = values.map((value) => {
    const element = toWire(value)
    if (element === null) return 'null'
    const text = typeof element === 'string' ? element : `\\x${element.toString('hex')}`
    return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
  })
  return `{${elements.join(',')}}`
}

/** Returns a parameter as PostgreSQL reads it: bytes as they are, everything else as text. */
const toWire = (value: unknown): string | Buffer | null => {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return listLiteral(value)
  throw new TypeError(`PostgreSQL gets no parameters of the type ${typeof value}.`)
}
