import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { DatabaseLocation } from '#server/node/database/open-database.ts'

/** One secret, as its two tables store it. */
export type SealedRow = { scopeId: string; name: string; revision: number; at: number; sealed: Uint8Array }
/** The columns that all rows share. */
type Common = { teamId: string; userId: string; keyId: string; algorithm: string }

type RowWriter = {
  /** Inserts rows, and scopes that do not exist yet, in one transaction. */
  write(rows: readonly SealedRow[]): Promise<void>
  /** Checkpoints and analyzes the database, as after some time of use. */
  tidy(): Promise<void>
  close(): Promise<void>
}

export const openRowWriter = (database: DatabaseLocation, common: Common): Promise<RowWriter> =>
  database.kind === 'sqlite' ? sqliteWriter(database.path, common) : postgresWriter(database.url, common)

/** Counts the rows of each scope. */
const countByScope = (rows: readonly SealedRow[]): [string, number][] =>
  [...Map.groupBy(rows, ({ scopeId }) => scopeId)].map(([scopeId, ofScope]) => [scopeId, ofScope.length])

const secretColumns = 'team_id, scope_id, name, name_key, version, revision, created_at, modified_at, modified_by'
const versionColumns = 'team_id, scope_id, name, version, algorithm, key_id, sealed, created_at, created_by'
const scopeColumns = 'team_id, kind, id, name, name_key, created_at, modified_at, revision, secrets'

const sqliteWriter = async (path: string, { teamId, userId, keyId, algorithm }: Common): Promise<RowWriter> => {
  const file = new DatabaseSync(path, { timeout: 10_000 })
  const secret = file.prepare(`insert into secret (${secretColumns}) values (?, ?, ?, ?, 1, ?, ?, ?, ?)`)
  const version = file.prepare(`insert into secret_version (${versionColumns}) values (?, ?, ?, 1, ?, ?, ?, ?, ?)`)
  const scope = file.prepare(
    `insert into scope (${scopeColumns}) values (?, 'project', ?, ?, ?, ?, ?, 0, 0) on conflict do nothing`,
  )
  const counted = file.prepare(
    'update scope set secrets = secrets + ?, revision = revision + ? where team_id = ? and id = ?',
  )
  return {
    write: async (rows) => {
      file.exec('begin immediate')
      const now = Date.now()
      for (const [id, count] of countByScope(rows)) {
        scope.run(teamId, id, id, id, now, now)
        counted.run(count, count, teamId, id)
      }
      for (const { scopeId, name, revision, at, sealed } of rows) {
        secret.run(teamId, scopeId, name, name.toLowerCase(), revision, at, at, userId)
        version.run(teamId, scopeId, name, algorithm, keyId, sealed, at, userId)
      }
      file.exec('commit')
    },
    tidy: async () => file.exec('pragma wal_checkpoint(truncate)'),
    close: async () => file.close(),
  }
}

const postgresWriter = async (url: string, { teamId, userId, keyId, algorithm }: Common): Promise<RowWriter> => {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('set synchronous_commit = off')
  return {
    write: async (rows) => {
      const now = Date.now()
      const scopes = countByScope(rows)
      const [ids, counts] = [scopes.map(([id]) => id), scopes.map(([, count]) => count)]
      const column = <Key extends keyof SealedRow>(key: Key) => rows.map((row) => row[key])
      await client.query('begin')
      await client.query(
        `insert into scope (${scopeColumns}) select $1, 'project', id, id, id, $2, $2, 0, 0
          from unnest($3::text[]) as id on conflict do nothing`,
        [teamId, now, ids],
      )
      await client.query(
        `update scope set secrets = secrets + given.count, revision = revision + given.count
          from unnest($2::text[], $3::int[]) as given(id, count) where scope.team_id = $1 and scope.id = given.id`,
        [teamId, ids, counts],
      )
      await client.query(
        `insert into secret (${secretColumns}) select $1, scope_id, name, lower(name), 1, revision, at, at, $2
          from unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[]) as given(scope_id, name, revision, at)`,
        [teamId, userId, column('scopeId'), column('name'), column('revision'), column('at')],
      )
      await client.query(
        `insert into secret_version (${versionColumns}) select $1, scope_id, name, 1, $2, $3, sealed, at, $4
          from unnest($5::text[], $6::text[], $7::bytea[], $8::bigint[]) as given(scope_id, name, sealed, at)`,
        [
          teamId,
          algorithm,
          keyId,
          userId,
          column('scopeId'),
          column('name'),
          rows.map(({ sealed }) => Buffer.from(sealed)),
          column('at'),
        ],
      )
      await client.query('commit')
    },
    tidy: async () => {
      await client.query('vacuum analyze')
      await client.query('checkpoint')
    },
    close: () => client.end(),
  }
}
