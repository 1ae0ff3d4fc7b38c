import { describe, expect, inject, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import { explanationFromMatrix, readMatrix } from '#shared/workload/matrix-reader.ts'
import type { EffectiveMatrix, Explanation, Pair, Resolved } from '#shared/workload/workload.ts'

/** Returns the same random numbers from 0 to 1 in each run. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

/** Each name on each pair of a project and a cluster is a random case, because each scope has a random set of names. */
describe.each([
  ['SQLite', () => openTestApp(), propertyRuns()],
  ['PostgreSQL', () => openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }), propertyRuns(10)],
] as const)('on %s', (label, open, cases) => {
  it('the matrix, the explanation, the resolver and merged dictionaries agree', async () => {
    // Projects, clusters and names: one of the projects and one of the clusters means none.
    const scopes = Math.ceil(Math.cbrt(cases) / 2)
    const count = Math.ceil(cases / scopes ** 2)
    const team = await (await open()).newTeam()
    const draw = random(label.length)
    const names = Array.from({ length: count }, (_, index) => `NAME_${index}`)

    /** Sets random names in a new scope. The values contain scope and name. */
    const filled = async (kind: 'team' | 'cluster' | 'project', index: number) => {
      const { id, secrets } = await team.scope(kind, `${kind}-${index}`)
      const set = names.filter(() => draw() < 0.4)
      await Promise.all(set.map((name) => team.request('PUT', `${secrets}/${name}`, { value: `${id} ${name}` })))
      return { id, values: Object.fromEntries(set.map((name) => [name, `${id} ${name}`])) }
    }
    const several = async (kind: 'cluster' | 'project', length: number) => {
      const made = [{ id: undefined, values: {} }] as { id: string | undefined; values: Record<string, string> }[]
      for (let index = 1; index < length; index++) made.push(await filled(kind, index))
      return made
    }
    const shared = await filled('team', 0)
    const onProjects = await several('project', scopes)
    const onClusters = await several('cluster', scopes)
    const { request: run } = await team.key({ access: ['run'] })
    const matrixOf = async (pair: Pair) => {
      const query = new URLSearchParams(pair as Record<string, string>)
      return readMatrix((await team.request<EffectiveMatrix>('GET', `/v1/effective?${query}`)).json)
    }
    const matrix = await matrixOf({})

    let seen = 0
    for (const project of onProjects) {
      const ofProject = await matrixOf(project.id ? { projectId: project.id } : {})
      for (const cluster of onClusters) {
        const pair: Pair = {
          ...(project.id ? { projectId: project.id } : {}),
          ...(cluster.id ? { clusterId: cluster.id } : {}),
        }
        const merged = { ...shared.values, ...cluster.values, ...project.values }
        const { json } = await run<Resolved>('POST', '/v1/workloads/resolve', { ...pair, all: true })
        expect(json.env).toEqual(merged)
        const cells = names.map((name) => explanationFromMatrix(matrix, name, pair))
        const given = names.map((name) => {
          const source = json.sources[name]
          return source?.from === 'secret' ? [source.winner, source.overridden] : [null, []]
        })
        expect(cells.map(({ winner, overridden }) => [winner, overridden])).toEqual(given)
        const query = new URLSearchParams(pair as Record<string, string>)
        for (const narrowed of [ofProject, await matrixOf(pair)]) {
          expect(names.map((name) => explanationFromMatrix(narrowed, name, pair))).toEqual(cells)
        }
        for (const cell of cells.filter(() => draw() < 0.05)) {
          const { json } = await team.request<Explanation>('GET', `/v1/effective/${cell.name}?${query}`)
          expect(json).toEqual(cell)
        }
        seen += cells.length
      }
    }
    expect(seen).toBeGreaterThanOrEqual(cases)
  })
})
