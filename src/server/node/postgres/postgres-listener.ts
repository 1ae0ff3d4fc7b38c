import type { Client } from 'pg'
import type { Listen } from '#server/store/trail/change-feed.ts'

const second = 1000
/** The pauses between attempts to connect, in milliseconds: doubled from the first to the last. */
const pauses = { first: 250, last: 5 * second }
/** How often an idle connection is checked, and how long the check may take, in milliseconds. */
const check = { every: 15 * second, within: 5 * second }

/** Listens to a channel on a connection of its own, and reconnects whenever that connection is lost. */
export const postgresListener =
  (url: string): Listen =>
  (channel, hear) => {
    let closed = false
    let client: Client | undefined
    let timer: NodeJS.Timeout | undefined
    let pause = pauses.first

    const lost = (which: Client) => {
      if (client !== which) return
      client = undefined
      clearTimeout(timer)
      which.end().catch(() => undefined)
      if (closed) return
      hear.down()
      timer = setTimeout(connect, pause * (0.5 + Math.random() / 2))
      timer.unref()
      pause = Math.min(pause * 2, pauses.last)
    }

    const scheduleCheck = (which: Client) => {
      timer = setTimeout(() => {
        which.query('select 1').then(
          () => client === which && scheduleCheck(which),
          () => lost(which),
        )
      }, check.every)
      timer.unref()
    }

    const connect = async () => {
      const { default: pg } = await import('pg')
      if (closed) return
      const made = new pg.Client({
        connectionString: url,
        connectionTimeoutMillis: check.within,
        query_timeout: check.within,
        keepAlive: true,
      })
      client = made
      made.on('error', () => lost(made))
      made.on('end', () => lost(made))
      made.on('notification', ({ payload }) => hear.message(payload ?? ''))
      try {
        await made.connect()
        await made.query(`listen ${made.escapeIdentifier(channel)}`)
        if (client !== made) return
        pause = pauses.first
        hear.up()
        scheduleCheck(made)
      } catch {
        lost(made)
      }
    }
    void connect()

    return {
      close: async () => {
        closed = true
        clearTimeout(timer)
        const last = client
        client = undefined
        await last?.end().catch(() => undefined)
      },
    }
  }
