import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, startPostgres } from '#server/testing/postgres/embedded-postgres.ts'
import { type ServerProcess, spawnServer } from '#server/testing/processes/spawn-server.ts'
import type { Random } from './random.ts'

/** What every fault is done in: a place for its files, and the servers that it starts. All of it is gone at the end. */
export type Surroundings = {
  random: Random
  /** Whether this is the short form. */
  short: boolean
  /** An empty folder. */
  folder(): string
  start(settings: Record<string, string>): ServerProcess
  /** A PostgreSQL that waits for the disk, one for the whole run. */
  postgres(): Promise<PostgresServer>
  /** Another, which may be restarted without a harm to anybody else. */
  ownPostgres(): Promise<PostgresServer>
  /** Has something undone at the end, the latest first. */
  later(undo: () => unknown): void
}

/** Gives `work` its surroundings, and takes them away whatever happens. */
export const inSurroundings = async <Result>(
  { random, short }: Pick<Surroundings, 'random' | 'short'>,
  work: (surroundings: Surroundings) => Promise<Result>,
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
        console.error('Something could not be cleaned up.', error)
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
