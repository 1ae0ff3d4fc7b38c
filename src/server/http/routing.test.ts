import { describe, expect, it } from 'vitest'
import { fetchOpenApi, fillPath, listOperations } from '#server/testing/app/api-operations.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'

const api = await openTestApp()
const team = await api.newTeam()
const parts = { id: team.id, name: 'A', version: '1', trashId: 'none' }

describe('an unknown address under /v1', () => {
  it.each([
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/projects/',
    '/v1/team',
    '/v1/projects/a/b/c/d',
    '/v1/Projects',
    '/v1//projects',
  ])('is a 404 in JSON: %s', async (path) => {
    for (const ask of [team.request, api.request]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const { status, json, headers } = await ask<Failure>(method, path, method === 'POST' ? {} : undefined)
        expect([status, json.code]).toEqual([404, 'NOT_FOUND'])
        expect(headers.get('content-type')).toContain('application/json')
      }
    }
  })
})

describe('an unsupported method', () => {
  it('is a 405 in JSON that lists the supported ones, on every address', async () => {
    const { paths } = await fetchOpenApi(api.request)
    for (const [path, methods] of Object.entries(paths)) {
      const own = Object.keys(methods).map((method) => method.toUpperCase())
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
        if (own.includes(method)) continue
        for (const ask of [team.request, api.request]) {
          const { status, json, headers } = await ask<Failure>(method, fillPath(path, parts))
          expect([path, method, status, json.code]).toEqual([path, method, 405, 'METHOD_NOT_SUPPORTED'])
          expect(headers.get('allow')?.split(', ')).toEqual(own.toSorted())
        }
      }
    }
  })
})

describe('the OpenAPI document', () => {
  it('is readable by anyone, in OpenAPI 3.1, with the version of the product', async () => {
    const { status, json } = await api.request('GET', '/v1/openapi.json')
    expect([status, json.openapi]).toEqual([200, '3.1.0'])
    expect(json.info).toMatchObject({ title: 'Gradient Secrets API v1', version: api.deps.version })
  })

  it('describes every route but itself and the probes', async () => {
    const described = (await listOperations(api.request, () => true)).map(({ method, path }) => `${method} ${path}`)
    const served = api.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    const own = ['GET /v1/openapi.json', 'GET /healthz', 'GET /readyz']
    expect([...described, ...own].toSorted()).toEqual([...new Set(served)].toSorted())
  })

  it('describes the answers of each route, and has no dangling reference', async () => {
    const { text, json } = await api.request<{ paths: Record<string, Record<string, { responses: object }>> }>(
      'GET',
      '/v1/openapi.json',
    )
    for (const methods of Object.values(json.paths)) {
      for (const { responses } of Object.values(methods)) expect(Object.keys(responses).length).toBeGreaterThan(0)
    }
    const schemas = (json as { components?: { schemas?: object } }).components?.schemas ?? {}
    const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(new Set(referred)).toEqual(new Set(Object.keys(schemas)))
  })

  it('has no answer with a field for a value', async () => {
    const { paths } = await fetchOpenApi(api.request)
    const { text } = await api.request('GET', '/v1/openapi.json')
    const { components } = JSON.parse(text)
    for (const methods of Object.values(paths)) {
      for (const described of Object.values(methods)) {
        const { responses } = described as unknown as { responses: unknown }
        expect(JSON.stringify(responses)).not.toContain('"value"')
      }
    }
    expect(JSON.stringify(components)).not.toContain('"value"')
  })
})

describe('the probes', () => {
  it('answer without a session', async () => {
    expect((await api.request('GET', '/healthz')).status).toBe(200)
    expect((await api.request('GET', '/readyz')).status).toBe(200)
  })
})

describe('a database that does not answer', () => {
  it('is a 503 at /readyz, while /healthz answers 200', async () => {
    const broken = await openTestApp({ store: { ...api.deps.store, ping: () => Promise.reject(new Error('gone')) } })
    const { status, text, headers } = await broken.request('GET', '/readyz')
    expect([status, headers.get('retry-after')]).toEqual([503, '1'])
    expect(text).not.toContain('gone')
    expect((await broken.request('GET', '/healthz')).status).toBe(200)
  })
})
