import type { Connection, PoolClient, QueryConfig, QueryResult } from 'pg'

type Pg = Pick<typeof import('pg'), 'Query'>
type Settle = (error: Error | null, result?: QueryResult) => void

/** What the driver calls on a query: it hands on what comes from the database, one message after the other. */
type Driven = {
  name: string | undefined
  text: string | undefined
  queryMode: 'extended' | undefined
  callback: Settle
  readonly _result: { _types: QueryConfig['types'] }
  submit(connection: Connection): Error | null
  handleRowDescription(message: unknown): void
  handleDataRow(message: unknown): void
  handleCommandComplete(message: unknown, connection: Wire): void
  handleError(error: Error, connection: Wire): void
  handleReadyForQuery(connection: Wire): void
}

type Wire = Connection & { submittedNamedStatements?: Record<string, string> | undefined }

/**
 * Makes what runs several statements in one trip: all of them in one write, and all answers in one. PostgreSQL runs them
 * in order; once one has failed, it passes over those after it, a commit among them, and all of them are told so.
 *
 * The driver's own pipeline has the database answer each statement by itself: a write there and a read here for each.
 */
export const batcher = (pg: Pg, nameOf: (text: string) => string | undefined) => {
  const Driven = pg.Query as unknown as new (asked: string | ListQuery, values: unknown[], done: Settle) => Driven

  /** One statement. It does not ask for its answer yet, as a query does that stands alone. */
  class Part extends Driven {
    failure: Error | undefined

    constructor(asked: string | ListQuery, { values, types, done }: Asking) {
      // A text where it is one: the driver takes longer to copy an object with all this in it than to write the statement.
      super(asked, values, done)
      if (typeof asked === 'string') this.name = nameOf(asked)
      this.queryMode = 'extended'
      this._result._types = types
    }

    override handleError(error: Error, connection: Wire): void {
      this.failure = error
      super.handleError(error, connection)
    }

    _getRows(connection: Wire): void {
      connection.execute({ portal: '' }, true)
    }
  }

  class Batch extends Driven {
    readonly #parts: readonly Part[]
    #at = 0

    constructor(parts: readonly Part[], done: Settle) {
      super('', [], done)
      this.#parts = parts
      this.#show()
    }

    /** The driver notes by these which statement the database has prepared. */
    #show(): void {
      const part = this.#parts[this.#at]
      this.name = part?.name
      this.text = part?.text
    }

    override submit(connection: Connection): null {
      connection.stream.cork()
      for (const part of this.#parts) {
        const refused = part.submit(connection) ?? part.failure
        if (!refused) continue
        // With a value that it cannot write, the driver has asked for an answer by now: those to come would be taken for
        // the answers to others. Nothing has left yet, and nothing does.
        connection.stream.destroy(refused)
        break
      }
      connection.sync()
      connection.stream.uncork()
      return null
    }

    override handleRowDescription(message: unknown): void {
      this.#parts[this.#at]?.handleRowDescription(message)
    }

    override handleDataRow(message: unknown): void {
      this.#parts[this.#at]?.handleDataRow(message)
    }

    override handleCommandComplete(message: unknown, connection: Wire): void {
      this.#parts[this.#at]?.handleCommandComplete(message, connection)
      this.#at++
      this.#show()
    }

    override handleReadyForQuery(connection: Wire): void {
      for (const part of this.#parts) part.handleReadyForQuery(connection)
      this.callback(null)
    }

    override handleError(error: Error, connection: Wire): void {
      for (const part of this.#parts) {
        // Those that were passed over are not prepared, whatever the driver took for granted when it sent them.
        if (part.name) delete connection.submittedNamedStatements?.[part.name]
        part.handleError(error, connection)
      }
      this.callback(error)
    }
  }

  /** What takes the place of a connection's `query`. */
  return (client: PoolClient, types: QueryConfig['types']) => {
    const ask = client.query.bind(client)
    let gathered: Part[] = []
    let isDue = false
    const send = () => {
      isDue = false
      ask(new Batch(gathered, () => undefined))
      gathered = []
    }
    return (asked: string | ListQuery, values: unknown[] = []): Promise<QueryResult> =>
      new Promise((resolve, reject) => {
        const settle: Settle = (error, result) => {
          if (error) reject(error)
          else if (result) resolve(result)
        }
        const part = new Part(asked, { values, types, done: settle })
        gathered.push(part)
        // Should the begin of a transaction fail, so does all that came with it. What came later would run without one.
        if (isDue || opensTransaction.test(part.text ?? '')) return
        isDue = true
        // By the end of this turn, all is asked for that needs no answer to any of it.
        process.nextTick(send)
      })
  }
}

type Asking = { values: unknown[]; types: QueryConfig['types']; done: Settle }

/** A statement whose rows are wanted as lists of their cells. */
type ListQuery = { text: string; rowMode: 'array' }

const opensTransaction = /^(begin|start transaction)\b/
