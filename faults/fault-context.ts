import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, startPostgres } from '#server/testing/postgres/embedded-postgres.ts'
import { type ServerProcess, spawnServer } from '#server/testing/processes/spawn-server.ts'
import type { Random } from './random.ts'

/**
 * The environment of a fault: a place for its files, and the servers that it starts. All of it is removed at the end.
 */
export type FaultContext = {
  random: Random
  /** Whether this is the short form. */
  short: boolean
  /** Creates an empty folder. */
  folder(): string
  start(settings: Record<string, string>): ServerProcess
  /** Starts a PostgreSQL that syncs to disk, one for the whole run. */
  postgres(): Promise<PostgresServer>
  /** Starts a second PostgreSQL, which may be restarted without affecting other parts. */
  ownPostgres(): Promise<PostgresServer>
  /** Registers a cleanup for the end. The last one registered runs first. */
  later(undo: () => unknown): void
}

/** Provides the environment to `work`, and always cleans it up afterwards. */
export const withFaultContext = async <Result>(
  { random, short }: Pick<FaultContext, 'random' | 'short'>,
  work: (context: FaultContext) => Promise<Result>,
): Promise<Result> => {
  const undoings: (() => unknown)[] = []
  const later = (undo: () => unknown) => {
    undoings.push(undo)
  }
  let postgres: Promise<PostgresServer> | undefined
  const leave = async () => {
    for (let undo = undoings.pop(); undo; undo = undoings.pop()) {
      try {
        await undo()
      } catch (error) {
        console.error('A cleanup failed.', error)
      }
    }
  }
  const interrupted = (signal: NodeJS.Signals) => {
    void leave().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  }
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  const ownPostgres = async () => {
    const server = await startPostgres({ durable: true })
    later(server.stop)
    return server
  }
  try {
    return await work({
      random,
      short,
      later,
      folder: () => {
        const folder = mkdtempSync(join(tmpdir(), 'gradient-faults-'))
        later(() => rmSync(folder, { recursive: true, force: true }))
        return folder
      },
      start: (settings) => {
        const server = spawnServer(settings)
        later(() => {
          server.kill('SIGKILL')
          return server.ended
        })
        return server
      },
      postgres: () => {
        postgres ??= ownPostgres()
        return postgres
      },
      ownPostgres,
    })
  } finally {
    process.off('SIGINT', interrupted)
    process.off('SIGTERM', interrupted)
    await leave()
  }
}
