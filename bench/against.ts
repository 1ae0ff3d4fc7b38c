import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres } from '#server/testing/postgres/embedded-postgres.ts'
import { loadFully } from './full/full-load.ts'
import { setUpInstallation } from './full/installation.ts'
import { type RequestLoop, requestLoops } from './full/loads.ts'
import { type Database, settingsOf } from './full/nodes.ts'
import { median } from './load.ts'
import { type RunningServer, residentBytes, start, withFolder } from './processes.ts'
import type { Row } from './report.ts'

const root = join(import.meta.dirname, '..')
const rounds = 9
const seconds = 1

/** Commits of releases, for clones without tags. */
const releases: Record<string, string> = { 'v0.1.0': '858eb143a02d7da6ea6162faea85d21a8cde136b' }

/** A value for each of the two compared checkouts. */
type Sides<T> = { before: T; now: T }

/**
 * Compares this checkout with another revision of the product: start, memory at rest, and list, set and resolve on both
 * databases. Each revision runs as a separate server process, and they take turns. `revision` is anything that git
 * resolves. Throws when git does not know it. Builds the other checkout once, into .cache/against.
 */
export const benchAgainst = async (revision: string): Promise<Row[]> => {
  const folders: Sides<string> = { before: buildRevision(revision), now: root }
  const rows: Row[] = []
  const postgres = await startPostgres({ durable: true })
  try {
    await withFolder(async (folder) => {
      const sqlite = (side: string): Database => ({ kind: 'sqlite', folder: join(folder, side) })
      rows.push(...(await compareStarts(folders, sqlite)))
      rows.push(...(await compareLoads('SQLite', folders, { before: sqlite('before'), now: sqlite('now') })))
    })
    const before: Database = { kind: 'postgres', url: await postgres.database('before') }
    const now: Database = { kind: 'postgres', url: await postgres.database('now') }
    rows.push(...(await compareLoads('PostgreSQL', folders, { before, now })))
  } finally {
    await postgres.stop()
  }
  return rows
}

/** Checks out a revision and builds it. Returns its folder. */
const buildRevision = (revision: string): string => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const named = releases[revision] ?? revision
  let commit: string
  try {
    commit = git('rev-parse', '--verify', '--quiet', `${named}^{commit}`)
  } catch {
    throw new Error(`git knows no revision “${revision}”. Fetch it first: git fetch --tags`)
  }
  const folder = join(root, '.cache/against', commit)
  if (existsSync(folder)) return folder
  console.error(`Building ${revision} in ${folder} …`)
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  execFileSync('sh', ['-c', `git archive ${commit} | tar -x -C "${unfinished}"`], { cwd: root })
  const npm = (...args: string[]) =>
    execFileSync('npm', args, { cwd: unfinished, stdio: ['ignore', 'ignore', 'inherit'] })
  npm('ci', '--silent')
  npm('exec', '--', 'node', 'scripts/prepare.ts')
  renameSync(unfinished, folder)
  return folder
}

const startServer = (folder: string, database: Database): Promise<RunningServer> =>
  start(join(folder, 'src/server/node/main.js'), [], { ready: /is ready at/, environment: settingsOf(database) })

const compareStarts = async (folders: Sides<string>, database: (side: string) => Database): Promise<Row[]> => {
  const times: Sides<number[]> = { before: [], now: [] }
  const memory: Sides<number[]> = { before: [], now: [] }
  // The first start of each creates its database and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const side of ['before', 'now'] as const) {
      const server = await startServer(folders[side], database(`start-${side}`))
      await new Promise((resume) => setTimeout(resume, 1000))
      if (round > 0) {
        times[side].push(server.milliseconds)
        memory[side].push(residentBytes(server.child.pid ?? 0) / 1_000_000)
      }
      await server.stop()
    }
  }
  return [
    row('start to ready', times, { unit: ' ms', smallerIsBetter: true }),
    row('memory at rest', memory, { unit: ' MB', smallerIsBetter: true }),
  ]
}

const compareLoads = async (title: string, folders: Sides<string>, databases: Sides<Database>): Promise<Row[]> => {
  const servers = {
    before: await startServer(folders.before, databases.before),
    now: await startServer(folders.now, databases.now),
  }
  try {
    const addressOf = ({ line }: RunningServer) => line.replace(/^.* is ready at /, '')
    const sent = {
      before: await prepareLoads(addressOf(servers.before)),
      now: await prepareLoads(addressOf(servers.now)),
    }
    const rows: Row[] = []
    for (const operation of ['list', 'set', 'resolve', 'resolveAll'] as const) {
      for (const connections of operation === 'set' ? [1, 16] : [16]) {
        const rates: Sides<number[]> = { before: [], now: [] }
        for (let round = 0; round < rounds; round++) {
          for (const side of round % 2 === 0 ? (['before', 'now'] as const) : (['now', 'before'] as const)) {
            const how = { connections, seconds, warmUp: 0.5 }
            rates[side].push((await loadFully([addressOf(servers[side])], sent[side][operation], how)).rate)
          }
        }
        rows.push(
          row(`${title}: ${operation}, ${connections === 1 ? '1 connection' : `${connections} connections`}`, rates, {
            unit: '/s',
          }),
        )
      }
    }
    return rows
  } finally {
    await Promise.all([servers.before.stop(), servers.now.stop()])
  }
}

/** Sets up a server with 100 names in its project. Returns the requests to send. */
const prepareLoads = async (
  address: string,
): Promise<Record<'list' | 'set' | 'resolve' | 'resolveAll', RequestLoop>> => {
  const installation = await setUpInstallation(address)
  const { project, cluster, key } = installation
  const headers = { 'x-api-key': key, 'content-type': 'application/json' }
  for (let index = 0; index < 100; index++) {
    const name = `SECRET_${String(index).padStart(7, '0')}`
    await fetch(`${address}/v1/projects/${project}/secrets/${name}`, {
      method: 'PUT',
      headers,
      body: JSON.stringify({ value: `value-${index}-0123456789` }),
    })
  }
  const body = JSON.stringify({ projectId: project, clusterId: cluster, all: true })
  return {
    ...requestLoops(installation),
    resolveAll: { path: '/v1/workloads/resolve', requests: () => [{ method: 'POST', headers, body }] },
  }
}

/**
 * Compares two series that took turns. “No worse” means at most 5 % worse, or worse by less than the spread of the
 * middle half of the rounds.
 */
const row = (what: string, values: Sides<number[]>, { unit, smallerIsBetter = false }: Figure): Row => {
  const ratios = values.now.map((value, round) => {
    const before = values.before[round] ?? Number.NaN
    return smallerIsBetter ? before / value : value / before
  })
  const ratio = median(ratios)
  const shown = (value: number) => `${Math.round(value).toLocaleString('en')}${unit}`
  const sorted = ratios.toSorted((a, b) => a - b)
  const lower = sorted[Math.floor(rounds / 4)] ?? 0
  const upper = sorted[Math.ceil((rounds * 3) / 4) - 1] ?? 0
  return {
    what: `${what} (middle half ${lower.toFixed(2)} to ${upper.toFixed(2)})`,
    measured: shown(median(values.now)),
    baseline: shown(median(values.before)),
    ratio,
    target: '≥ 0.95, or 1 in the middle half',
    met: ratio >= 0.95 || upper >= 1,
  }
}
type Figure = { unit: string; smallerIsBetter?: boolean }
