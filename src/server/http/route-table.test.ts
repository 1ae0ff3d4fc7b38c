import { z } from '@hono/zod-openapi'
import { describe, expect, it } from 'vitest'
import { apiRoutes, createApp } from '#server/app.ts'
import { requestSender } from '#server/testing/app/send-request.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import { namespaceFrom } from '#shared/people/namespace.ts'
import { reply } from './reply.ts'
import { type Needs, serveUnder } from './route.ts'
import { apiRoots, createRouteTable, isApiPath } from './route-table.ts'

const api = await openTestApp()

/** An app that serves `/v1/echo` only, for callers that have what `needs` says. */
const echoApp = (needs: Needs, { takesBody }: { takesBody: boolean }) => {
  const routes = createRouteTable()
  const answer = z.object({ needs: z.string(), body: z.unknown() })
  serveUnder(routes)(
    {
      method: 'post',
      path: '/v1/echo',
      summary: '',
      needs,
      ...(takesBody ? { body: z.object({ text: z.string() }) } : {}),
      answers: { 200: { schema: answer, description: '' } },
      fails: [],
    },
    async (c, { body }) => reply(c, { needs, body }),
  )
  return { routes, send: requestSender(createApp(api.deps, routes)) }
}

describe('two apps of one process', () => {
  it('do not see the routes of each other', async () => {
    const { send } = echoApp('nobody', { takesBody: false })
    expect(await send('POST', '/v1/echo')).toMatchObject({ status: 200 })
    expect(await send<Failure>('GET', '/v1/setup')).toMatchObject({ status: 404 })
    expect(await api.request<Failure>('POST', '/v1/echo')).toMatchObject({ status: 404 })
    expect(await api.request('GET', '/v1/setup')).toMatchObject({ status: 200 })
  })

  it('apply their own permissions and rules for bodies to the same path', async () => {
    const open = echoApp('nobody', { takesBody: true })
    const closed = echoApp('person', { takesBody: false })
    const body = { text: 'a' }
    expect(await open.send('POST', '/v1/echo', body)).toMatchObject({ status: 200, json: { needs: 'nobody', body } })
    expect(await open.send('POST', '/v1/echo', '{')).toMatchObject({ status: 400 })
    expect(await closed.send('POST', '/v1/echo', body)).toMatchObject({ status: 401 })
    const bodyless = echoApp('nobody', { takesBody: false })
    expect(await bodyless.send('POST', '/v1/echo', '{')).toMatchObject({ status: 200 })
  })

  it('describe their own routes', () => {
    const { routes } = echoApp('nobody', { takesBody: false })
    expect(routes.openApiDocument('1.2.3')).toMatchObject({ paths: { '/v1/echo': { post: { 'x-needs': 'nobody' } } } })
    const document = apiRoutes(api.deps).openApiDocument('1.2.3') as { paths: Record<string, unknown> }
    expect(document.paths).not.toHaveProperty('/v1/echo')
    expect(document.paths).toHaveProperty('/v1/setup')
  })
})

describe('a table of routes', () => {
  it('refuses a second route for the same method and path', () => {
    const { routes } = echoApp('nobody', { takesBody: false })
    const [route] = routes.all()
    expect(() => route && routes.add(route)).toThrow('POST /v1/echo')
  })

  it('does not serve what was added to the app only', async () => {
    const app = createApp(api.deps)
    app.get('/v1/unlisted', (c) => c.text('secret'))
    expect(await requestSender(app)<Failure>('GET', '/v1/unlisted')).toMatchObject({ status: 404 })
  })
})

it.each(apiRoots)('%s is not the address of a team in the console', (root) => {
  expect(namespaceFrom(root.slice(1))).toBe(`team-${root.slice(1)}`)
})

it.each(['/teams', '/teams/', '/teams/x', '/v1/teams/:id', '/secrets/ephemeral'])('%s belongs to the API', (path) => {
  expect(isApiPath(path)).toBe(true)
})

it.each(['/', '/*', '/teamsters', '/acme/teams', '/v1x', '/login'])('%s belongs to the console', (path) => {
  expect(isApiPath(path)).toBe(false)
})
