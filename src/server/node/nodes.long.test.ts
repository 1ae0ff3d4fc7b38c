import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { expect, it } from 'vitest'
import type { Answer } from '#server/testing/app/send-request.ts'
import { readNotices } from '#server/testing/notice-stream.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { type ServerProcess, startServerProcess } from '#server/testing/processes/server-process.ts'
import { nodeSettings, openEventStream, startNodes } from '#server/testing/processes/test-nodes.ts'
import { firstAccount, type SessionHeaders, sessionCookie } from '#server/testing/processes/test-server.ts'
import { verifyExport } from '#server/testing/verify-export-file.ts'

const secrets = '/v1/teams/gradient-next/secrets'
const url = await newPostgresDatabase()
const nodes = await startNodes(3, url)
const [one, two, three] = nodes as [ServerProcess, ServerProcess, ServerProcess]

/** Returns what all nodes answer when they are asked at once. */
const race = <Result>(ask: (node: ServerProcess, index: number) => Promise<Result>) => Promise.all(nodes.map(ask))
const statusesOf = (answers: readonly Answer<unknown>[]) => answers.map(({ status }) => status).sort()

const setUps = await race((node, index) =>
  node.request('POST', '/v1/setup', { ...firstAccount, email: `ada${index}@example.com` }),
)
const email = `ada${setUps.findIndex(({ status }) => status === 201)}@example.com`
const signIn = (node: ServerProcess, as: object = {}) =>
  node.request('POST', '/v1/session', { email, password: firstAccount.password, ...as })
const ada = sessionCookie(await signIn(one))

const database = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> => {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

/** Creates an invite on one node and accepts it on another. */
const joined = async (role: string) => {
  const invite = await one.request<{ token: string }>('POST', '/v1/invites', { role }, ada)
  const account = { name: 'Lin', email: `${randomUUID()}@example.com`, password: firstAccount.password }
  const accepted = await two.request<{ user: { id: string } }>('POST', '/v1/invitation/acceptance', {
    token: invite.json.token,
    account,
  })
  expect(accepted.status).toBe(200)
  return { id: accepted.json.user.id, cookie: sessionCookie(accepted) }
}

it('exactly one of several nodes succeeds when all are set up at once', async () => {
  expect(statusesOf(setUps)).toEqual([201, 409, 409])
  expect(await database('select count(*)::int as teams from team')).toEqual([{ teams: 1 }])
})

it('a session that starts on one node works on all, and ends on all when it ends on one', async () => {
  const session = sessionCookie(await signIn(one))
  expect(statusesOf(await race((node) => node.request('GET', '/v1/session', undefined, session)))).toEqual([
    200, 200, 200,
  ])
  await two.request('DELETE', '/v1/session', undefined, session)
  expect(statusesOf(await race((node) => node.request('GET', '/v1/session', undefined, session)))).toEqual([
    401, 401, 401,
  ])
})

it('an invite that is accepted on several nodes at once admits one person', async () => {
  const before = await database<{ members: number }>('select count(*)::int as members from member')
  const { json } = await one.request<{ token: string }>('POST', '/v1/invites', { role: 'member' }, ada)
  const answers = await race((node) =>
    node.request('POST', '/v1/invitation/acceptance', {
      token: json.token,
      account: { name: 'Max', email: `${randomUUID()}@example.com`, password: firstAccount.password },
    }),
  )
  expect(statusesOf(answers)).toEqual([200, 404, 404])
  const [{ members }] = (await database('select count(*)::int as members from member')) as [{ members: number }]
  expect(members).toBe((before[0]?.members ?? 0) + 1)
})

it('two owners who demote each other on two nodes at once leave one owner', async () => {
  const other = await joined('owner')
  const own = await one.request<{ user: { id: string } }>('GET', '/v1/session', undefined, ada)
  const demote = (node: ServerProcess, id: string, cookie: SessionHeaders) =>
    node.request('PATCH', `/v1/members/${id}`, { role: 'member' }, cookie)
  const answers = await Promise.all([demote(two, own.json.user.id, other.cookie), demote(three, other.id, ada)])
  expect(statusesOf(answers)).toEqual([200, 403])
  expect(await database("select count(*)::int as owners from member where role = 'owner'")).toEqual([{ owners: 1 }])
  // The remaining owner promotes the first one again, for the other tests.
  if (answers[0]?.status === 200) {
    await two.request('PATCH', `/v1/members/${own.json.user.id}`, { role: 'owner' }, other.cookie)
  }
})

it('two hundred concurrent sets on all nodes end up in one list and one verifiable trail', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `SET_${String(index).padStart(3, '0')}`)
  const answers = await Promise.all(
    names.map((name, index) =>
      (nodes[index % nodes.length] as ServerProcess).request('PUT', `${secrets}/${name}`, { value: name }, ada),
    ),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  const lists = await race(async (node) => {
    const pages = []
    for (let after = ''; ; ) {
      const query = `?limit=120${after && `&after=${after}`}`
      const { json } = await node.request<Listed>('GET', secrets + query, undefined, ada)
      pages.push(...json.items.map(({ name, etag }) => `${name} ${etag}`))
      if (!json.nextPage) return { pages, total: json.total }
      after = json.nextPage
    }
  })
  expect(lists[0]?.pages.filter((entry) => entry.startsWith('SET_')).map((entry) => entry.split(' ')[0])).toEqual(names)
  expect(lists[1]).toEqual(lists[0])
  expect(lists[2]).toEqual(lists[0])
  const exported = await three.request('GET', '/v1/audit/export', undefined, ada)
  const key = await two.request('GET', '/v1/audit/key', undefined, ada)
  expect(await verifyExport(exported.text, key.text)).toMatchObject({ ok: true })
  expect(exported.text.match(/"secret\.set"/g)?.length).toBeGreaterThanOrEqual(200)
})

it('a change on one node reaches the others, also after their database connection was cut', async () => {
  const stream = readNotices(await openEventStream(two, ada))
  expect(await stream.next()).toEqual({ kind: 'anything' })
  await one.request('PUT', `${secrets}/TOLD`, { value: 'x' }, ada)
  expect((await stream.next())?.kind).toBe('secrets')
  await database(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`,
  )
  // The stream reconnects and says that notices may have been missed.
  expect(await stream.next()).toEqual({ kind: 'anything' })
  await three.request('PUT', `${secrets}/TOLD_AGAIN`, { value: 'x' }, ada)
  const kinds = new Set<string | undefined>()
  while (!kinds.has('secrets')) kinds.add((await stream.next())?.kind)
  await stream.close()
})

it('a stream ends on one node when its session ends on another', async () => {
  const session = sessionCookie(await signIn(one))
  const stream = readNotices(await openEventStream(two, session))
  await three.request('DELETE', '/v1/session', undefined, session)
  let last = await stream.next()
  while (last) last = await stream.next()
  expect(last).toBeUndefined()
})

it('a node with another master key is rejected while others run, and writes nothing', async () => {
  const counts = 'select (select count(*) from audit)::int as records, (select count(*) from data_key)::int as keys'
  const before = await database(counts)
  const stranger = startServerProcess({ ...nodeSettings(url), MASTER_KEY: Buffer.alloc(32, 8).toString('base64') })
  expect(await stranger.ended).toBe(1)
  expect(stranger.stderr()).toContain('The master key does not belong to this database.')
  expect(await database(counts)).toEqual(before)
})

it('a node that stops ends its streams in order, and the others continue', async () => {
  const [leaving] = (await startNodes(1, url)) as [ServerProcess]
  const stream = readNotices(await openEventStream(leaving, ada))
  leaving.kill('SIGTERM')
  let last = await stream.next()
  while (last) last = await stream.next()
  expect(await leaving.ended).toBe(0)
  expect((await one.request('GET', '/v1/session', undefined, ada)).status).toBe(200)
})

it('failed sign-ins count together across nodes', async () => {
  const statuses = []
  for (let attempt = 0; attempt < 6; attempt++) {
    const node = nodes[attempt % nodes.length] as ServerProcess
    statuses.push((await signIn(node, { password: 'not the password' })).status)
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  expect((await signIn(one)).status).toBe(429)
})

type Listed = { items: { name: string; etag: string }[]; nextPage: string | null; total: number }
