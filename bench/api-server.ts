import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createApp } from '#server/app.ts'
import { createVault } from '#server/crypto/vault.ts'
import type { Deps } from '#server/deps.ts'
import { authenticator } from '#server/identity/authenticate.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import { createIdentity } from '#server/node/identity/better-auth-identity.ts'
import { nodeCipher, nodeMac, nodeSha256 } from '#server/node/keys/node-crypto.ts'
import { deviceCookies } from '#server/services/device-cookie.ts'
import { createApiKey } from '#server/services/make-api-key.ts'
import { writeSecret } from '#server/services/write-secret.ts'
import { openStore } from '#server/store/open-store.ts'
import { planner } from '#server/store/secrets/plan-changes.ts'
import { secretStore } from '#server/store/secrets/secret-store.ts'
import { secretFinder } from '#server/store/secrets/write-conditions.ts'
import { versionWriter } from '#server/store/secrets/write-version.ts'
import { defaultTeamLimits, roomIn } from '#server/store/team-limits.ts'
import { defaultTeamSettings } from '#shared/people/session.ts'
import { defaultKeptVersions } from '#shared/version.ts'
import { fill } from './fill.ts'

// The server under measurement: the product's API over a given SQLite file, and bare handlers for comparison. `open`
// has an injected principal and no authentication; `session` authenticates by the session cookie, `key` by an API key;
// `silent` is like `open` without audit records.

const [path = '', secrets = '1000', others = '0'] = process.argv.slice(2)
const now = () => Date.now()
const vault = await createVault(new Uint8Array(32).fill(1), nodeCipher, nodeMac)
const { db, kind } = openDatabase({ kind: 'sqlite', path })
const store = await openStore(db, kind, { vault, now, sha256: nodeSha256 })
const day = 24 * 60 * 60_000
const identity = createIdentity(db, kind, {
  store,
  secret: await vault.derive('sessions'),
  publicUrl: undefined,
  sessionLimits: { idle: 7 * day, max: 30 * day },
  now,
  afterArrivals: setImmediate,
})

const team = { id: 'tebench00001', namespace: 'bench', name: 'Bench', role: 'owner' as const, ...defaultTeamSettings }
const user = { id: 'usbench00001', name: 'Ada', email: 'ada@example.com' }
const project = 'prbench00001'
/** Has only a few secrets, for requests that resolve all of them. */
const smallProject = 'prbench00002'
const cluster = 'clbench00001'
const password = 'correct horse battery'

if (!(await store.isSetUp())) {
  await store.setUp({
    user: { ...user, passwordHash: await identity.hashPassword(password) },
    team,
    dataKey: await vault.newDataKey(team.id, 'dkbench00001'),
    context: { at: now() },
  })
  await store.createScope(team.id, { kind: 'project', id: project, name: 'bench' }, { by: user, at: now() })
  await store.createScope(team.id, { kind: 'project', id: smallProject, name: 'small' }, { by: user, at: now() })
  await store.createScope(team.id, { kind: 'cluster', id: cluster, name: 'gpu' }, { by: user, at: now() })
  for (const [kind, id, count] of [
    ['project', project, 7],
    ['project', smallProject, 7],
    ['cluster', cluster, 14],
    ['team', team.id, 20],
  ] as const) {
    for (let index = 0; index < count; index++) {
      const write = { name: `RESOLVED_${index}`, value: `value-${index}-0123456789`, expect: 'any' as const }
      await writeSecret({ store, vault }, team.id, { kind, id }, { ...write, by: user, at: now() })
    }
  }
  fill({
    path,
    teamId: team.id,
    userId: user.id,
    scopeId: project,
    secrets: Number(secrets),
    others: Number(others),
  })
  const file = new DatabaseSync(path)
  file.exec('create table plain (id integer primary key, name text, value blob) strict')
  file.close()
}

const deps: Deps = {
  store,
  vault,
  identity,
  devices: deviceCookies({ secret: 'bench', secure: false }),
  authenticate: async () => ({ user, teams: [team] }),
  sha256: nodeSha256,
  setupToken: 'unused',
  // On, and raised: the load comes from one person.
  requestRate: { rate: 1_000_000, burst: 10_000_000 },
  version: 'bench',
  now,
  clientAddress: () => '127.0.0.1',
  afterArrivals: setImmediate,
  log: { request: () => undefined, error: (error) => console.error(error) },
}
const app = new Hono()
const product = createApp(deps)
const bySession = createApp({ ...deps, authenticate: authenticator(deps) })
const byKey = createApp({ ...deps, authenticate: authenticator(deps) })
const plans = planner(db, { sha256: nodeSha256, uses: store.uses })
const parts = secretFinder(db)
const versions = versionWriter(db, { ...parts, keepVersions: defaultKeptVersions })
const unrecorded = secretStore(db, {
  ...parts,
  kind,
  append: async () => undefined,
  plans,
  versions,
  requireRoom: roomIn(defaultTeamLimits),
})
const silent = createApp({ ...deps, store: { ...store, ...unrecorded } })

const wanted = { name: 'bench', access: ['manage' as const, 'run' as const], expiresAt: null }
const { key } = await createApiKey(deps, team, wanted, { by: user, at: now() })
app.get('/api-key', (c) => c.text(key))

const answer = await (await product.request(`/v1/projects/${project}/secrets?limit=100`)).text()
app.get('/bare', (c) => c.body(answer, 200, { 'content-type': 'application/json' }))
app.post('/bare', async (c) => {
  await c.req.json()
  return c.body(answer, 200, { 'content-type': 'application/json' })
})

const plain = new DatabaseSync(path)
plain.exec('pragma journal_mode = wal; pragma synchronous = full')
const sealedSize = randomBytes(60)
const insert = plain.prepare('insert into plain (name, value) values (?, ?)')
/**
 * Returns the number of inserts per second, each its own durable transaction, that the file reaches without a server.
 */
app.get('/plain-inserts', (c) => {
  const value = randomBytes(60)
  const until = performance.now() + 1500
  const start = performance.now()
  let count = 0
  while (performance.now() < until) insert.run(`PLAIN_${count++}`, value)
  return c.json({ perSecond: count / ((performance.now() - start) / 1000) })
})
/** The same insert per request: the upper bound for any handler that does nothing else. */
app.put('/plain-insert', async (c) => {
  await c.req.json()
  insert.run('PLAIN_1', sealedSize)
  return c.json({ name: 'PLAIN_1' })
})
app.route('/', product)

/** Each app listens on its own port: a path prefix would add routing to every request. */
const apps = { open: app, session: bySession, key: byKey, silent }
const servers = await Promise.all(
  Object.entries(apps).map(
    ([name, { fetch }]) =>
      new Promise<{ name: string; port: number; close(): void }>((ready) => {
        const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
          ready({ name, port, close: () => server.close() }),
        )
      }),
  ),
)
console.log(JSON.stringify(Object.fromEntries(servers.map(({ name, port }) => [name, `http://127.0.0.1:${port}`]))))
process.on('SIGTERM', () => {
  for (const { close } of servers) close()
  process.exit(0)
})
