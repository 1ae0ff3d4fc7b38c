import { statSync } from 'node:fs'
import pg from 'pg'
import type { Row } from '../report.ts'
import type { Cell, Kind } from './cells.ts'
import type { Database } from './nodes.ts'
import type { Options } from './plan.ts'
import type { SoakResult } from './soak.ts'
import type { TimePerRequest } from './targets.ts'
import type { MaintenanceRun } from './upkeep.ts'

/** Size of a database with this many secrets, and memory of the largest node after all kinds of load, in bytes. */
export type Sizes = { kind: Kind; size: number; bytes: number; memory: number }

/** All results of a run. */
export type Results = {
  machine: [string, string][]
  cells: Cell[]
  sizes: Sizes[]
  targets: Row[]
  times: TimePerRequest
  /** Memory of the largest node before the first request, in bytes. */
  atRest: Record<Kind, number>
  upkeeps: MaintenanceRun[]
  soaked: SoakResult[]
}
export type Report = Results & { minutes: number; options: Options }

export const databaseSize = async (database: Database): Promise<number> => {
  if (database.kind === 'sqlite') return statSync(`${database.folder}/secrets.db`).size
  const client = new pg.Client(database.url)
  await client.connect()
  const { rows } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes')
  await client.end()
  return Number(rows[0]?.bytes)
}
