import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** Runs statements on a database, over a connection that is closed after it. */
export const onPostgres = async <Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> => {
  const client = new pg.Client(url)
  // A server that is restarted takes this connection with it.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * Waits until PostgreSQL has let go of every connection to a database. A killed process leaves statements behind that
 * were on their way: they still happen, and what is stored is not looked at before.
 */
export const noConnections = (url: string): Promise<void> => untilNone(url, 'true')

/** Waits until nobody has a statement or a transaction under way in a database. */
export const nothingUnderWay = (url: string): Promise<void> => untilNone(url, "state <> 'idle'")

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
