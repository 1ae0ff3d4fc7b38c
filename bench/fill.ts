import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

/** Which secrets to insert, and their owner. */
export type Filling = {
  path: string
  teamId: string
  userId: string
  scopeId: string
  secrets: number
  others?: number
  clusters?: { count: number; secrets: number }
}

/** Without a code: these scopes are open to everybody, and the benchmark's person sees all of them. */
const scopeColumns = 'team_id, id, kind, name, name_key, type, created_at, modified_at, revision, secrets, access'

/**
 * Inserts names into a database file directly, because a million through the store would take an hour; lists read them
 * all the same. `others` is the number of additional secrets in other projects, a thousand each. Each of the `clusters`
 * gets the same number of the same names.
 */
export const fill = ({ path, teamId, userId, scopeId, secrets, others = 0, clusters }: Filling): void => {
  const file = new DatabaseSync(path)
  const key = file.prepare('select id from data_key where team_id = ?').get(teamId)
  const keyId = String(key?.id)
  const secret = file.prepare('insert into secret values (?, ?, ?, ?, 1, ?, ?, ?, ?)')
  const version = file.prepare(`
    insert into secret_version (team_id, scope_id, name, version, algorithm, key_id, sealed, created_at, created_by)
    values (?, ?, ?, 1, ?, ?, ?, ?, ?)`)
  const scope = file.prepare(`insert into scope (${scopeColumns}) values (?, ?, ?, ?, ?, null, ?, ?, 0, 0, 'all')`)
  const cluster = file.prepare(
    `insert into scope (${scopeColumns}) values (?, ?, 'cluster', ?, ?, 'kubernetes', ?, ?, 0, 0, 'all')`,
  )
  const counted = file.prepare(
    'update scope set secrets = secrets + ?, revision = revision + ? where team_id = ? and id = ?',
  )
  const now = Date.now()
  const put = (id: string, count: number) => {
    for (let index = 0; index < count; index++) {
      const name = `SECRET_${String(index).padStart(7, '0')}`
      const at = now - index
      secret.run(teamId, id, name, name.toLowerCase(), index + 1, at, at, userId)
      version.run(teamId, id, name, 'A256GCM', keyId, randomBytes(60), at, userId)
    }
    counted.run(count, count, teamId, id)
  }
  file.exec('begin')
  put(scopeId, secrets)
  for (let index = 0; index * 1000 < others; index++) {
    const id = `pr${String(index).padStart(10, '0')}`
    scope.run(teamId, id, 'project', id, id, now, now)
    put(id, 1000)
  }
  for (let index = 0; clusters && index < clusters.count; index++) {
    const id = `cl${String(index).padStart(10, '0')}`
    cluster.run(teamId, id, `cluster-${index}`, `cluster-${index}`, now, now)
    put(id, clusters.secrets)
  }
  file.exec('commit')
  // As after normal use: the write-ahead log is checkpointed and short.
  file.exec('pragma wal_checkpoint(truncate)')
  file.close()
}
