import { createHistogram } from 'node:perf_hooks'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'
import type { DriverTask } from './driver-process.ts'
import { percentilesOf } from './full-load.ts'

// The baseline, in a separate process like a node: reads the same rows with the same driver over the same number of
// connections, and inserts one row per transaction, with prepared statements. It has no HTTP, no key, no audit record
// and no sealing. Behind a bare handler it shows the cost of HTTP.

const task = JSON.parse(process.argv[2] ?? '') as DriverTask
const pool = new pg.Pool({ connectionString: task.url, max: task.pool })

const list = `
  select s.name, s.version, s.revision, s.created_at, s.modified_at, s.modified_by, u.name as modified_by_name
  from secret as s left join "user" as u on u.id = s.modified_by
  where s.team_id = $1 and s.scope_id = $2 order by s.name limit 101`
const resolve = `
  select s.name, s.scope_id, s.version, v.algorithm, v.key_id, v.sealed
  from secret as s join secret_version as v
    on v.team_id = s.team_id and v.scope_id = s.scope_id and v.name = s.name and v.version = s.version
  where s.team_id = $1 and s.scope_id = any($2) and s.name = any($3) order by s.name`
const names = Array.from({ length: 20 }, (_, index) => `RESOLVED_${index}`)
const { team, project, cluster } = task.installation
const value = Buffer.alloc(60, 7)

const works: Record<DriverTask['what'], () => Promise<unknown[]>> = {
  list: async () => (await pool.query({ name: 'list', text: list, values: [team, project] })).rows,
  resolve: async () =>
    (await pool.query({ name: 'resolve', text: resolve, values: [team, [project, cluster, team], names] })).rows,
  insert: async () => {
    const client = await pool.connect()
    await client.query('begin')
    await client.query({
      name: 'insert',
      text: 'insert into plain (name, value) values ($1, $2)',
      values: ['PLAIN', value],
    })
    await client.query('commit')
    client.release()
    return []
  },
}
const work = works[task.what]

const loop = async (seconds: number) => {
  const times = createHistogram()
  const began = performance.now()
  const until = began + seconds * 1000
  const worker = async () => {
    while (performance.now() < until) {
      const start = performance.now()
      await work()
      times.record(Math.max(1, Math.round((performance.now() - start) * 1000)))
    }
  }
  await Promise.all(Array.from({ length: task.connections }, worker))
  const took = (performance.now() - began) / 1000
  return { rate: times.count / took, requests: times.count, ...percentilesOf(times) }
}

if (task.serve) {
  const app = new Hono()
  app.get('/', async (c) => c.json(await work()))
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
    console.log(JSON.stringify({ address: `http://127.0.0.1:${port}` }))
  })
  process.on('SIGTERM', () => process.exit(0))
} else {
  await loop(task.warmUp)
  console.log(JSON.stringify(await loop(task.seconds)))
  await pool.end()
}
