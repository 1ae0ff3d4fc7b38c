import { randomBytes } from 'node:crypto'
import type { SendRequest } from '#server/testing/app/send-request.ts'
import { firstAccount, sessionCookie } from './test-server.ts'

/** Letters and digits only, so that it can be a name. */
const newCanary = (label: string) => `${label}_${randomBytes(12).toString('hex')}`

/**
 * Sets up a server and sends valid and invalid requests of many kinds. Returns every name, id, value, password and key
 * that occurred: none of them may appear in telemetry.
 */
export const sendTraffic = async (request: SendRequest, headers: Record<string, string> = {}): Promise<string[]> => {
  const [name, value, next, project, team, password] = ['NAME', 'value', 'next', 'project', 'team', 'password'].map(
    newCanary,
  ) as [string, string, string, string, string, string]
  const wrong = newCanary('wrong')
  const email = `${newCanary('ada')}@example.com`
  const setUp = await request('POST', '/v1/setup', { ...firstAccount, email, password, team }, headers)
  const session = { ...headers, ...sessionCookie(setUp) }
  const as = <Content = Record<string, unknown>>(method: string, path: string, body?: unknown, also = {}) =>
    request<Content>(method, path, body, { ...session, ...also })

  await request('POST', '/v1/session', { email, password: wrong }, headers)
  await request('GET', `/v1/projects?q=${name}`, undefined, headers)
  await request('GET', `/v1/${newCanary('nowhere')}`, undefined, headers)
  const { json: made } = await as<{ id: string }>('POST', '/v1/projects', { name: project })
  const secrets = `/v1/projects/${made.id}/secrets`
  await as('POST', secrets, { name, value })
  await as('POST', secrets, { name, value: next })
  await as('PUT', `${secrets}/${name}`, { value: next })
  await as('PUT', `${secrets}/${name}`, { value }, { 'if-match': '"0"' })
  await as('GET', `${secrets}/${name}x`)
  await as('GET', `${secrets}?limit=10&q=${name}`)
  const { json: key } = await as<{ id: string; key: string }>('POST', '/v1/api-keys', { name: 'ci', access: ['run'] })
  const { json: got } = await request<{ env: Record<string, string> }>(
    'POST',
    '/v1/workloads/resolve',
    { projectId: made.id, env: { A: `secret:${name}` } },
    { ...headers, 'x-api-key': key.key },
  )
  if (got.env.A !== next) throw new Error('The traffic did not get as far as it is meant to.')
  return [name, value, next, project, team, password, wrong, email, made.id, key.id, key.key, session.cookie ?? '']
}
