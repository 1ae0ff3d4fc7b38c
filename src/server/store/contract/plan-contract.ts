import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import type { ConfirmedPlan } from '#server/store/secrets/plan-changes.ts'
import type { NewScope } from '#server/store/secrets/scope-store.ts'
import { Failure } from '#shared/failure.ts'
import { type Plan, planExamples } from '#shared/plans/plan.ts'
import type { Scope } from '#shared/scope.ts'
import { given, type Opened, teamMaker } from './contract-team.ts'

const at = 1_800_000_000_000
const many = 8

/** The IDs of one team, the same in every database of a run. */
const fixed = { team: newId('te'), owner: newId('us'), web: newId('pr'), api: newId('pr'), gpu: newId('cl') }
const hashes = new Set<string>()

/** Tests changes that are confirmed by a plan. */
export const planContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`plans in a ${label} store`, () => {
    const makeTeam = teamMaker(open)

    const newTeam = async (ids?: { teamId: string; owner: { id: string; name: string } }) => {
      const { store, teamId, owner } = await makeTeam(ids)
      const { id: keyId } = await store.dataKey(teamId)
      const context = { by: owner, at }
      const set = (scope: Scope, name = 'A', decided: ConfirmedPlan = {}) =>
        store.writeSecret(teamId, scope, { name, ...context, expect: 'any', ...given(keyId), ...decided })
      const scope = async (
        kind: NewScope['kind'],
        name: string,
        id = newId(kind === 'project' ? 'pr' : 'cl'),
      ): Promise<Scope> => {
        const type = kind === 'cluster' ? { type: 'vm' as const } : {}
        await store.createScope(teamId, { kind, id, name, ...type }, context)
        return { kind, id }
      }
      const planSet = (scope: Scope, name = 'A') => store.planSecret(teamId, scope, { name, expect: 'any' }, { at })
      const planDelete = (scope: Scope, name = 'A') =>
        store.planSecret(teamId, scope, { name, expect: 'present', deletes: true }, { at })
      const remove = (scope: Scope, { hash }: Plan, name = 'A') =>
        store.deleteSecret(teamId, scope, name, { ...context, plan: { hash } })
      const team: Scope = { kind: 'team', id: teamId }
      return { store, teamId, context, team, set, scope, planSet, planDelete, remove }
    }

    it('lets one of two concurrent deletes succeed whose plans depend on each other', async () => {
      const { store, teamId, team, set, scope, planDelete, remove } = await newTeam()
      const web = await scope('project', 'web')
      for (let round = 0; round < 20; round++) {
        await set(team)
        await set(web)
        const plans = [await planDelete(team), await planDelete(web)] as const
        const outcomes = await Promise.allSettled([remove(team, plans[0]), remove(web, plans[1])])
        expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
        const { reason } = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult
        const left = outcomes[0].status === 'rejected' ? team : web
        expect(reason).toMatchObject({ code: 'CONFLICT', issues: [{ plan: await planDelete(left) }] })
        await store.deleteSecret(teamId, left, 'A', { by: { id: 'us', name: 'Ada' }, at })
      }
    })

    it('lets one of many concurrent changes succeed in scopes that override each other', async () => {
      const { team, set, scope, planSet } = await newTeam()
      const scopes = [team, await scope('cluster', 'gpu'), await scope('project', 'web')]
      for (let round = 0; round < 10; round++) {
        const plans = await Promise.all(scopes.map((one) => planSet(one)))
        const changes = scopes.map((one, at) => set(one, 'A', { plan: { hash: plans[at]?.hash ?? '' } }))
        const outcomes = await Promise.allSettled(changes)
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      }
    })

    it('lets one of many concurrent renames with the same plan succeed', async () => {
      const { store, teamId, context, scope } = await newTeam()
      const web = await scope('project', 'web')
      const plan = await store.planScope(teamId, web, 'renameScope', { at })
      const outcomes = await Promise.allSettled(
        Array.from({ length: many }, (_, at) =>
          store.changeScope(teamId, web, { name: `${at}` }, { ...context, plan }),
        ),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })

    it('lets one of two concurrent deletes of a project and a cluster succeed whose plans count each other', async () => {
      const { store, teamId, context, scope } = await newTeam()
      for (let round = 0; round < 10; round++) {
        const scopes = [await scope('project', 'web'), await scope('cluster', 'gpu')]
        const plans = await Promise.all(scopes.map((one) => store.planScope(teamId, one, 'deleteScope', { at })))
        const outcomes = await Promise.allSettled(
          scopes.map((one, at) => store.deleteScope(teamId, one, { ...context, plan: plans[at] })),
        )
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      }
    })

    it('lets all concurrent changes succeed that do not affect each other', async () => {
      const { scope, set, planDelete, remove } = await newTeam()
      const projects = await Promise.all(Array.from({ length: many }, (_, at) => scope('project', `web ${at}`)))
      for (const project of projects) await set(project)
      const plans = await Promise.all(projects.map((project) => planDelete(project)))
      await Promise.all(projects.map((project, at) => remove(project, plans[at] as Plan)))
    })

    it('fails only changes whose plan has changed, in any interleaving', async () => {
      const { store, teamId, context, team, set, scope, planSet } = await newTeam()
      const scopes = [team]
      for (let at = 0; at < 4; at++)
        scopes.push(await scope('project', `web ${at}`), await scope('cluster', `gpu ${at}`))
      const plans = await Promise.all(scopes.map((one) => planSet(one)))
      const outcomes = await Promise.allSettled([
        ...scopes.map((one, at) => set(one, 'A', { plan: { hash: plans[at]?.hash ?? '' } })),
        ...scopes.map((one) => set(one)),
        ...scopes.slice(1).map((one) => store.changeScope(teamId, one, { name: 'other' }, context)),
        ...scopes.slice(5).map((one) => store.deleteScope(teamId, one, context)),
        scope('project', 'late'),
      ])
      const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
      for (const reason of reasons) expect(reason).toBeInstanceOf(Failure)
      const codes = reasons.map(({ code }: Failure) => code)
      expect(codes.filter((code) => code !== 'CONFLICT' && code !== 'NOT_FOUND')).toEqual([])
    })

    it('names the affected pairs among many pairs with other names', async () => {
      const { team, set, scope, planDelete } = await newTeam()
      await set(team)
      for (let at = 0; at < planExamples + 2; at++) await set(await scope('project', `a ${at}`))
      const free = await scope('project', 'b')
      const { affected, examples } = await planDelete(team)
      expect([affected, examples.map(({ project }) => project?.id)]).toEqual([2, [undefined, free.id]])
    })

    it('changes nothing when a plan is outdated, neither the trail nor the revision', async () => {
      const { store, teamId, context, set, scope, planSet, planDelete, remove } = await newTeam()
      const web = await scope('project', 'web')
      await set(web)
      const plans = [
        await planSet(web),
        await planDelete(web),
        await store.planScope(teamId, web, 'deleteScope', { at }),
      ]
      const [toSet, toDelete, toDeleteScope] = plans as [Plan, Plan, Plan]
      await scope('cluster', 'gpu')
      const all = async () => [
        await store.secret(teamId, web, 'A'),
        await store.sealedSecret(teamId, web, 'A'),
        await store.revision(teamId, web),
        await store.project(teamId, web.id),
        await store.listAudit(teamId, {}),
      ]
      const before = await all()
      await expect(set(web, 'A', { plan: toSet })).rejects.toMatchObject({ code: 'CONFLICT' })
      await expect(remove(web, toDelete)).rejects.toMatchObject({ code: 'CONFLICT' })
      const decided = { ...context, plan: toDeleteScope }
      await expect(store.deleteScope(teamId, web, decided)).rejects.toMatchObject({ code: 'CONFLICT' })
      await expect(store.changeScope(teamId, web, { name: 'other' }, decided)).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      expect(await all()).toEqual(before)
    })

    it('gives a plan the same hash in every database, and another hash when its inputs differ', async () => {
      const owner = { id: fixed.owner, name: 'Ada' }
      const { team, set, scope, planDelete, planSet } = await newTeam({ teamId: fixed.team, owner })
      const web = await scope('project', 'web', fixed.web)
      const gpu = await scope('cluster', 'gpu', fixed.gpu)
      for (const one of [team, web, gpu]) await set(one)
      const first = await planDelete(gpu)
      hashes.add(first.hash)
      expect([...hashes]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
      expect(await planDelete(gpu)).toEqual(first)
      const seen = new Set([first.hash, (await planSet(gpu)).hash])
      for (const change of [
        () => set(team),
        () => set(gpu),
        () => set(web),
        () => scope('project', 'api', fixed.api),
      ]) {
        await change()
        seen.add((await planDelete(gpu)).hash)
      }
      expect(seen.size).toBe(6)
    })
  })
}
