import { describe, expect, it } from 'vitest'
import type { Scope } from '#shared/scope.ts'
import { failureOf, type Opened, walk } from './contract-team.ts'
import { secretsAt as at, secretTeams } from './secret-team.ts'

/** Tests projects and clusters. */
export const scopeContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`scopes in a ${label} store`, () => {
    const newTeam = secretTeams(open)

    it('finds a scope by its own kind only', async () => {
      const { store, teamId, scope, write, context } = await newTeam()
      const gpu = await scope('cluster', 'gpu')
      const asProject: Scope = { kind: 'project', id: gpu.id }
      expect((await failureOf(store.project(teamId, gpu.id))).code).toBe('NOT_FOUND')
      expect((await failureOf(store.listSecrets(teamId, asProject, {}))).code).toBe('NOT_FOUND')
      expect((await failureOf(write(asProject, 'A'))).code).toBe('NOT_FOUND')
      expect((await failureOf(store.deleteScope(teamId, asProject, context))).code).toBe('NOT_FOUND')
    })

    it('creates, lists, changes and deletes projects and clusters', async () => {
      const { store, teamId, scope, context } = await newTeam()
      const web = await scope('project', 'web')
      const gpu = await scope('cluster', 'gpu')
      expect(await store.project(teamId, web.id)).toMatchObject({ id: web.id, name: 'web', secrets: 0 })
      await store.changeScope(teamId, web, { name: 'Wéb 2' }, { ...context, at: at + 5 })
      await store.changeScope(teamId, gpu, { type: 'slurm' }, { ...context, at: at + 5 })
      expect((await store.listProjects(teamId, { q: 'WÉB' })).items).toEqual([
        expect.objectContaining({ name: 'Wéb 2', dtModified: new Date(at + 5).toISOString() }),
      ])
      expect((await store.listClusters(teamId, {})).items).toEqual([
        expect.objectContaining({ name: 'gpu', type: 'slurm' }),
      ])
      await store.deleteScope(teamId, web, context)
      expect(await store.listProjects(teamId, {})).toMatchObject({ items: [], total: 0 })
      expect((await failureOf(store.changeScope(teamId, web, { name: 'x' }, context))).code).toBe('NOT_FOUND')
    })

    it('lists projects with the same name page by page without losing or repeating one', async () => {
      const { store, teamId, scope } = await newTeam()
      for (const name of ['b', 'a', 'a', 'a', 'c', 'a', 'b']) await scope('project', name)
      for (const orderBy of ['name', 'dtCreated'] as const) {
        const walked = await walk((query) => store.listProjects(teamId, query), { orderBy, limit: 2 })
        expect(new Set(walked.map(({ id }) => id)).size).toBe(7)
      }
    })

    it('counts the secrets of a scope, and deletes them with the scope', async () => {
      const { store, teamId, scope, write, context } = await newTeam()
      const web = await scope('project', 'web')
      await write(web, 'A')
      await write(web, 'B')
      await write(web, 'B')
      expect((await store.project(teamId, web.id)).secrets).toBe(2)
      await store.deleteScope(teamId, web, context)
      expect((await failureOf(store.sealedSecret(teamId, web, 'A'))).code).toBe('NOT_FOUND')
    })

    it('lists what a secret overrides and what overrides it, by kind and with at most three examples', async () => {
      const { store, teamId, team, scope, write } = await newTeam()
      const gpu = await scope('cluster', 'gpu')
      const projects = []
      for (const name of ['e', 'd', 'c', 'b', 'a']) projects.push(await scope('project', name))
      for (const place of [team, gpu, ...projects]) await write(place, 'A')
      await write(team, 'ONLY_TEAM')
      const { items } = await store.listSecrets(teamId, team, { overlaps: true })
      expect(items.map(({ overlaps }) => overlaps)).toEqual([
        [
          {
            relation: 'overriddenBy',
            kind: 'project',
            count: 5,
            examples: projects
              .toReversed()
              .slice(0, 3)
              .map(({ id, name }) => ({ id, name })),
          },
          { relation: 'overriddenBy', kind: 'cluster', count: 1, examples: [{ id: gpu.id, name: 'gpu' }] },
        ],
        [],
      ])
      expect((await store.overlaps(teamId, gpu, 'A')).map(({ relation, kind }) => `${relation} ${kind}`)).toEqual([
        'overrides team',
        'overriddenBy project',
      ])
    })
  })
}
