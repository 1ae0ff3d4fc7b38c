import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** Returns the names and values that describe the machine of a report. */
export const describeMachine = async (url: string): Promise<[string, string][]> => {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version")
  const settings = await client.query<{ name: string; setting: string; unit: string | null }>(
    "select name, setting, unit from pg_settings where name in ('shared_buffers', 'fsync', 'synchronous_commit')",
  )
  await client.end()
  const [cpu] = cpus()
  const shown = settings.rows.map(({ name, setting, unit }) => `${name} ${setting}${unit ? ` × ${unit}` : ''}`)
  return [
    ['processor', `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}`],
    ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['system', `${type()} ${release()}`],
    ['Node', process.versions.node],
    ['SQLite', process.versions.sqlite ?? 'unknown'],
    ['PostgreSQL', `${rows[0]?.version ?? 'unknown'}, ${shown.join(', ')}`],
    ['commit', commit()],
  ]
}

const commit = (): string => {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: join(import.meta.dirname, '../..') }).toString()
    const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ', with changes'
    return git('rev-parse', '--short=12', 'HEAD').trim() + changed
  } catch {
    return 'unknown'
  }
}
