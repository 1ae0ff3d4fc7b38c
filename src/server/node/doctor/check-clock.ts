import { type Kysely, sql } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { type Finding, ok, warn } from './finding.ts'

const second = 1000
/** How far clocks of machines may be apart that keep theirs right, in milliseconds. */
const tolerated = 5 * second

const setIt = 'Set the clock of this machine, and keep it set: systemd-timesyncd, chrony or ntpd.'

/** Holds the clock of this machine against the newest record, and against the clock of a PostgreSQL server. */
export const lookAtClock = async (db: Kysely<Schema>, kind: DatabaseKind, now: () => number): Promise<Finding> => {
  const { rows } = await sql<{ newest: number | null }>`select max(at) as newest from audit`.execute(db)
  const ahead = (rows[0]?.newest ?? 0) - now()
  if (ahead > tolerated) {
    return warn('clock', `The newest record is ${seconds(ahead)} in the future: a clock was or is wrong.`, setIt)
  }
  if (kind === 'postgres') {
    const asked = now()
    const told = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
    const apart = Math.abs((told.rows[0]?.now.getTime() ?? asked) - asked)
    if (apart > tolerated) return warn('clock', `The database’s clock is ${seconds(apart)} away from this one.`, setIt)
  }
  return ok('clock', 'The newest record is not in the future.')
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / second)} s`
