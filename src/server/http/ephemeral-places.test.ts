import { expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'

const api = await openTestApp()

it('an ephemeral secret is resolved only where the key that made it is for', async () => {
  const team = await api.newTeam()
  const [web, other] = [await team.scope('project', 'web'), await team.scope('project', 'other')]
  const gpu = await team.scope('cluster', 'gpu')
  const access = ['manage', 'run'] as ['manage', 'run']
  const places = {
    everywhere: {},
    web: { projectId: web.id },
    other: { projectId: other.id },
    gpu: { clusterId: gpu.id },
    both: { projectId: web.id, clusterId: gpu.id },
  }
  const keys = await Promise.all(
    Object.entries(places).map(async ([name, place]) => ({ name, place, key: await team.key({ access, ...place }) })),
  )
  const resolved: Record<string, string[]> = {}
  for (const maker of keys) {
    const { json } = await maker.key.request<{ A: string }>('POST', '/secrets/ephemeral', { A: 'x' })
    resolved[maker.name] = []
    for (const { name, place, key } of keys) {
      const body = { env: { A: `secret:ephemeral:${json.A}` }, ...place }
      const answer = await key.request('POST', '/v1/workloads/resolve', body)
      if (answer.status === 200) resolved[maker.name]?.push(name)
      else expect([answer.status, answer.text.includes('ephemeral')]).toEqual([404, true])
    }
  }
  expect(resolved).toEqual({
    everywhere: ['everywhere', 'web', 'other', 'gpu', 'both'],
    web: ['web', 'both'],
    other: ['other'],
    gpu: ['gpu', 'both'],
    both: ['both'],
  })
})
