import { statSync } from 'node:fs'
import pg from 'pg'
import type { Row } from '../report.ts'
import type { Cell, Kind } from './cells.ts'
import type { Database } from './nodes.ts'
import type { Options } from './plan.ts'
import type { Soaked } from './soak.ts'
import type { TimePerRequest } from './targets.ts'
import type { Upkeep } from './upkeep.ts'

/** Bytes of a database with so many secrets, and of the largest node after it was asked for all kinds of things. */
export type Sizes = { kind: Kind; size: number; bytes: number; memory: number }

/** All that a run has found. */
export type Found = {
  machine: [string, string][]
  cells: Cell[]
  sizes: Sizes[]
  targets: Row[]
  times: TimePerRequest
  /** Memory of the largest node before anybody asked for anything, in bytes. */
  atRest: Record<Kind, number>
  upkeeps: Upkeep[]
  soaked: Soaked[]
}
export type Report = Found & { minutes: number; options: Options }

export const databaseSize = async (database: Database): Promise<number> => {
  if (database.kind === 'sqlite') return statSync(`${database.folder}/secrets.db`).size
  const client = new pg.Client(database.url)
  await client.connect()
  const { rows } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes')
  await client.end()
  return Number(rows[0]?.bytes)
}
