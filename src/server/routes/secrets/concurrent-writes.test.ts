import { describe, expect, inject, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Page } from '#shared/page.ts'
import type { Secret } from '#shared/secret.ts'

const apps = {
  SQLite: await openTestApp(),
  PostgreSQL: await openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }),
}
const many = 16

describe.each(Object.entries(apps))('concurrent writes on %s', (_label, api) => {
  const newScope = async () => {
    const team = await api.newTeam()
    const { secrets } = await team.scope('project')
    return { ...team, secrets }
  }
  const atOnce = <T>(one: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: many }, (_, index) => one(index)))
  const count = (answers: { status: number }[], wanted: number) =>
    answers.filter(({ status }) => status === wanted).length

  it('create a name exactly once; the others learn who did', async () => {
    const { request, secrets, owner } = await newScope()
    const answers = await atOnce((index) => request('POST', secrets, { name: 'SAME', value: `value ${index}` }))
    expect([count(answers, 201), count(answers, 409)]).toEqual([1, many - 1])
    for (const { text } of answers) expect(text).toContain(owner.name)
    expect((await request<Page<Secret>>('GET', secrets)).json).toMatchObject({ total: 1, items: [{ version: 1 }] })
  })

  it('create only one spelling of a name', async () => {
    const { request, secrets } = await newScope()
    const answers = await atOnce((index) =>
      request('POST', secrets, { name: index % 2 ? 'same' : 'SAME', value: `value ${index}` }),
    )
    expect([count(answers, 201), count(answers, 409)]).toEqual([1, many - 1])
  })

  it('create a name by PUT with If-None-Match exactly once', async () => {
    const { request, secrets } = await newScope()
    const answers = await atOnce(() => request('PUT', `${secrets}/A`, { value: 'x' }, { 'if-none-match': '*' }))
    expect([count(answers, 201), count(answers, 412)]).toEqual([1, many - 1])
  })

  it('change one version exactly once under If-Match', async () => {
    const { request, secrets } = await newScope()
    const { json } = await request<Secret>('POST', secrets, { name: 'A', value: 'x' })
    const answers = await atOnce((index) =>
      request('PUT', `${secrets}/A`, { value: `${index}` }, { 'if-match': json.etag }),
    )
    expect([count(answers, 200), count(answers, 412)]).toEqual([1, many - 1])
    expect((await request<Secret>('GET', `${secrets}/A`)).json.version).toBe(2)
  })

  it('lose no set: each makes its own version', async () => {
    const { request, secrets } = await newScope()
    const answers = await atOnce((index) => request<Secret>('PUT', `${secrets}/A`, { value: `${index}` }))
    expect([count(answers, 201), count(answers, 200)]).toEqual([1, many - 1])
    expect(new Set(answers.map(({ json }) => json.version)).size).toBe(many)
    expect(new Set(answers.map(({ json }) => json.etag)).size).toBe(many)
  })

  it('delete a secret exactly once', async () => {
    const { request, secrets } = await newScope()
    await request('POST', secrets, { name: 'A', value: 'x' })
    const answers = await atOnce(() => request('DELETE', `${secrets}/A`))
    expect([count(answers, 200), count(answers, 404)]).toEqual([1, many - 1])
  })

  it('keep the number of secrets correct', async () => {
    const { request, secrets } = await newScope()
    await atOnce((index) => request('PUT', `${secrets}/K${index % 4}`, { value: 'x' }))
    await atOnce((index) => request('DELETE', `${secrets}/K${index % 2}`))
    const { json } = await request<Page<Secret>>('GET', secrets)
    expect([json.total, json.items.length]).toEqual([2, 2])
  })

  it('cause no unexpected error', () => {
    expect(api.log.errors).toEqual([])
  })
})
