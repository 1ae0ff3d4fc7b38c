import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** Runs statements on a database over one connection, and closes it. */
export const onPostgres = async <Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> => {
  const client = new pg.Client(url)
  // A server restart ends this connection, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * Waits until PostgreSQL has closed every connection to a database. A killed process leaves statements in flight, which
 * still take effect, so the stored state is checked afterwards.
 */
export const waitForNoConnections = (url: string): Promise<void> => untilNone(url, 'true')

/** Waits until no statement or transaction is active in a database. */
export const waitForNoStatements = (url: string): Promise<void> => untilNone(url, "state <> 'idle'")

const untilNone = (url: string, which: string): Promise<void> =>
  onPostgres(url, async (client) => {
    for (;;) {
      const { rows } = await client.query(
        `select count(*)::int as count from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and ${which}`,
      )
      if (rows[0]?.count === 0) return
      await pause(5)
    }
  })
