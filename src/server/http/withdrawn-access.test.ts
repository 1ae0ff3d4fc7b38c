import { describe, expect, it } from 'vitest'
import { webSha256 } from '#server/crypto/web-crypto.ts'
import { fillPath, listOperations, type Operation } from '#server/testing/app/api-operations.ts'
import { newSampleTeam, pathParts, type SampleTeam } from '#server/testing/app/sample-team.ts'
import { requestSender, type SendRequest } from '#server/testing/app/send-request.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import type { MadeApiKey } from '#shared/people/api-key.ts'
import type { CliLoginAnswer, StartedCliLogin } from '#shared/people/cli-login.ts'
import { keyMay, type Permission, permissions } from '#shared/people/role.ts'

const api = await openTestApp()
const everything = ['manage', 'run'] as const
const isPermission = (needs: string): needs is Permission => needs in permissions
/** Every route that some key may call. */
const operations = (await listOperations(api.request, () => true)).filter(
  ({ needs }) => isPermission(needs) && keyMay(everything, needs),
)

type Person = { id: string; request: SendRequest }
const withKey = (key: string) => requestSender(api.app, { 'x-api-key': key })
const make = async ({ request }: Person, wanted: object): Promise<SendRequest> => {
  const { json, status } = await request<MadeApiKey>('POST', '/v1/api-keys', { name: 'k', ...wanted })
  expect(status).toBe(201)
  return withKey(json.key)
}
const choose = async (team: SampleTeam, people: readonly Person[]) => {
  const access = { access: 'chosen', people: people.map(({ id }) => id) }
  expect((await team.request('PUT', `/v1/projects/${team.ids.projects}/access`, access)).status).toBe(200)
}

/** How somebody gets a key for a project, and what takes the project away from them. */
const withdrawals: Record<string, (team: SampleTeam) => Promise<{ person: Person; withdraw: () => Promise<unknown> }>> =
  {
    'a member who is not among the chosen': async (team) => ({
      person: await team.join('member'),
      withdraw: () => choose(team, []),
    }),
    'a collaborator who was chosen before': async (team) => {
      const person = await team.join('member')
      await choose(team, [person])
      return { person, withdraw: () => choose(team, [other(team)]) }
    },
    'an admin who became a member': async (team) => {
      const person = await team.join('admin')
      await choose(team, [])
      return { person, withdraw: () => team.request('PATCH', `/v1/members/${person.id}`, { role: 'member' }) }
    },
  }
const other = ({ ids }: SampleTeam): Person => ({ id: ids.members, request: api.request })

const addressOf = ({ path }: Operation, team: SampleTeam): string => {
  if (path.startsWith('/v1/')) {
    const pair = /^\/v1\/effective/.test(path) ? `?projectId=${team.ids.projects}` : ''
    return fillPath(path, pathParts(path, team)) + pair
  }
  const { ids } = team
  const query = `projectId=${ids.projects}&clusterId=${ids.clusters}&id=${ids.clusters}`
  return `${fillPath(path, { id: ids.projects, name: 'SAMPLE' })}?${query}`
}
const bodyOf = ({ path, body }: Operation, { ids }: SampleTeam): object | undefined => {
  if (path === '/v1/workloads/resolve') return { all: true, projectId: ids.projects }
  if (path === '/v1/api-keys' && body) return { name: 'another', projectId: ids.projects }
  return body
}

describe.each(Object.entries(withdrawals))('a key of %s', (_label, scenario) => {
  it('for that project is refused by every route, as a project that does not exist', async () => {
    const team = await newSampleTeam(api)
    const { person, withdraw } = await scenario(team)
    const request = await make(person, { access: everything, projectId: team.ids.projects })
    const resolve = { all: true, projectId: team.ids.projects }
    expect((await request('POST', '/v1/workloads/resolve', resolve)).json).toMatchObject({ env: { SAMPLE: 'x' } })
    await withdraw()
    // Also what is set afterwards.
    await team.request('PUT', `/v1/projects/${team.ids.projects}/secrets/LATER`, { value: 'later' })
    const before = await team.all()
    const answers = []
    for (const operation of operations) {
      const { status, text } = await request<Failure>(
        operation.method,
        addressOf(operation, team),
        bodyOf(operation, team),
      )
      answers.push({ route: `${operation.method} ${operation.path}`, status, text })
    }
    expect(answers.length).toBeGreaterThanOrEqual(50)
    expect(answers.filter(({ status }) => status !== 404 && status !== 403)).toEqual([])
    // What the role allows nobody is still refused as such; everything else is not found.
    expect(answers.filter(({ status, route }) => status === 403 && /GET|resolve/.test(route))).toEqual(
      answers.filter(({ route }) => /^GET .*(audit|deleted-)/.test(route)),
    )
    expect(await team.all()).toEqual(before)
    const { json } = await request<Failure>('POST', '/v1/workloads/resolve', resolve)
    expect(json.message).toMatch(/API key “k”.*project.*owner/)
  })

  it('without limits does not show, search, plan or change that project', async () => {
    const team = await newSampleTeam(api)
    const { ids } = team
    const { person, withdraw } = await scenario(team)
    const request = await make(person, {})
    expect((await request('GET', `/v1/projects/${ids.projects}`)).status).toBe(200)
    await withdraw()
    await team.request('PATCH', `/v1/projects/${ids.projects}`, { name: 'a hidden name' })
    const before = await team.all()
    const seen = []
    for (const operation of operations) {
      if (['DELETE', 'POST'].includes(operation.method) && !/projects|resolve/.test(operation.path)) continue
      const { status, text } = await request(operation.method, addressOf(operation, team), bodyOf(operation, team))
      if (status < 300 && (text.includes(ids.projects) || text.includes('a hidden name'))) seen.push(operation.path)
      if (/projects\/\{id\}/.test(operation.path)) expect([operation.path, status]).not.toEqual([operation.path, 200])
    }
    expect(seen).toEqual([])
    expect((await team.all())[0]).toEqual(before[0])
    for (const path of ['/v1/effective', '/v1/effective/SAMPLE']) {
      expect((await request('GET', `${path}?projectId=${ids.projects}`)).status).toBe(404)
    }
  })

  it('that a command line was allowed before is not made for that project', async () => {
    const team = await newSampleTeam(api)
    const { person, withdraw } = await scenario(team)
    const verifier = 'v'.repeat(43)
    const { json: login } = await api.request<StartedCliLogin>('POST', '/v1/cli-logins', {
      device: 'laptop',
      challenge: await webSha256(verifier),
    })
    const wanted = { code: login.code, access: ['run'], projectId: team.ids.projects }
    expect((await person.request('POST', '/v1/cli-logins/allowance', wanted)).status).toBe(204)
    await withdraw()
    const take = () =>
      api.request<CliLoginAnswer & Failure>('POST', '/v1/cli-logins/key', { code: login.code, verifier })
    const { status, json } = await take()
    expect([status, json.message]).toEqual([403, expect.stringMatching(/project.*gradient login/)])
    expect((await take()).status).toBe(404)
  })
})

it('a key to everything of an admin who became a member gives no values', async () => {
  const team = await newSampleTeam(api)
  const admin = await team.join('admin')
  const request = await make(admin, { access: ['run'] })
  expect((await request('POST', '/v1/workloads/resolve', { all: true })).status).toBe(200)
  await team.request('PATCH', `/v1/members/${admin.id}`, { role: 'member' })
  for (const pair of [{}, { projectId: team.ids.projects }, { clusterId: team.ids.clusters }]) {
    expect((await request('POST', '/v1/workloads/resolve', { all: true, ...pair })).status).toBe(403)
  }
})

it('equal requests at once are answered each by what its own key may see', async () => {
  const team = await newSampleTeam(api)
  const [chosen, other] = [await team.join('member'), await team.join('member')]
  const wanted = { access: ['run'], projectId: team.ids.projects }
  const requests = [await make(chosen, wanted), await make(other, wanted)]
  await choose(team, [chosen])
  const body = { all: true, projectId: team.ids.projects }
  const answers = await Promise.all(
    [...requests, ...requests].map((request) => request('POST', '/v1/workloads/resolve', body)),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 404])
})
