import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import { day } from '#server/store/secrets/trash-store.ts'
import type { Scope } from '#shared/scope.ts'
import { failureOf, given, type Opened } from './contract-team.ts'
import { historyAt as at, historyTeams, keptHere } from './history-team.ts'

/** Tests deleted teams, projects and clusters. */
export const placeTrashContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`the trash for places of a ${label} store`, () => {
    const newTeam = historyTeams(open)
    type Team = Awaited<ReturnType<typeof newTeam>>

    /** A project or cluster with two versions of a secret, a deleted secret, a use and a key limited to it. */
    const filled = async ({ store, teamId, scope, context, owner }: Team, kind: 'project' | 'cluster') => {
      const place = await scope(kind)
      const { id: keyId } = await store.dataKey(teamId)
      const set = (name: string, value: string) =>
        store.writeSecret(teamId, place, { name, expect: 'any', ...context, ...given(keyId, value) })
      for (const [name, value] of [
        ['A', 'one'],
        ['A', 'two'],
        ['GONE', 'x'],
      ] as const)
        await set(name, value)
      await store.deleteSecret(teamId, place, 'GONE', context)
      if (kind === 'project')
        await store.setProjectAccess(teamId, place.id, { access: 'chosen', people: [owner.id] }, context)
      const digest = newId('es')
      const key = { name: 'k', masked: '…', access: ['run'] as const, expiresAt: null, ofTeam: false, addresses: [] }
      const limits = { projectId: null, clusterId: null, [`${kind}Id`]: place.id }
      await store.createApiKey(teamId, { ...key, ...limits, id: newId('ak'), digest }, context)
      return { place: { kind, id: place.id }, digest }
    }

    const contentOf = async ({ store, teamId }: Team, place: Scope, digest: string) => ({
      list: await store.listSecrets(teamId, place, {}),
      versions: await store.listVersions(teamId, place, 'A', {}),
      sealed: await store.sealedSecret(teamId, place, 'A'),
      trash: await store.listTrash(teamId, place, {}),
      access: place.kind === 'project' ? await store.projectAccess(teamId, place.id) : null,
      key: await store.keyOwner(digest),
    })

    it.each(['project', 'cluster'] as const)('keeps a deleted %s whole until it is restored', async (kind) => {
      const team = await newTeam()
      const { store, teamId, context, owner, trail } = team
      const { place, digest } = await filled(team, kind)
      const before = await contentOf(team, place, digest)
      await store.deleteScope(teamId, place, { by: owner, at: at + 1 })
      expect((await store.listDeletedScopes(teamId, kind, {})).items).toEqual([
        {
          id: place.id,
          name: kind,
          secrets: 1,
          dtDeleted: new Date(at + 1).toISOString(),
          expiresAt: new Date(at + 1 + keptHere.trashDays * day).toISOString(),
          deletedBy: owner,
        },
      ])
      for (const read of [
        () => store.listSecrets(teamId, place, {}),
        () => store.secret(teamId, place, 'A'),
        () => store.sealedSecret(teamId, place, 'A'),
        () => store.listVersions(teamId, place, 'A', {}),
        () => store.listTrash(teamId, place, {}),
        () => store.deleteSecret(teamId, place, 'A', context),
        () => store.deleteScope(teamId, place, context),
        () => store.changeScope(teamId, place, { name: 'other' }, context),
        () => store.pairScopes(teamId, { [`${kind}Id`]: place.id }),
        (): Promise<unknown> =>
          kind === 'project' ? store.projectAccess(teamId, place.id) : store.cluster(teamId, place.id),
      ])
        expect((await failureOf(read())).code).toBe('NOT_FOUND')
      expect((await store.keyOwner(digest))?.deletedPlace).toBe(kind)
      expect((await store.listProjects(teamId, {})).items).toEqual([])
      expect((await store.effectiveMatrix(teamId, {})).scopes.map(({ id }) => id)).toEqual([teamId])
      await store.restoreScope(teamId, place, {}, context)
      expect(await contentOf(team, place, digest)).toEqual(before)
      expect((await store.listDeletedScopes(teamId, kind, {})).items).toEqual([])
      expect((await trail()).slice(0, 2)).toEqual([
        [`${kind}.restore`, null, 'from the trash, with 1 secret: A'],
        [`${kind}.delete`, null, 'with 1 secret: A'],
      ])
    })

    it('asks for another name when the name was used again meanwhile', async () => {
      const team = await newTeam()
      const { store, teamId, context, scope } = team
      const place = { kind: 'project' as const, id: (await scope('project')).id }
      await store.deleteScope(teamId, place, context)
      await scope('project')
      const failure = await failureOf(store.restoreScope(teamId, place, {}, context))
      expect([failure.code, failure.issues[0]?.path]).toEqual(['CONFLICT', ['name']])
      await store.restoreScope(teamId, place, { name: 'the first' }, context)
      expect((await store.project(teamId, place.id)).name).toBe('the first')
    })

    it('names at most twenty secrets of a deleted project in the trail', async () => {
      const team = await newTeam()
      const { store, teamId, context, scope, trail } = team
      const place = { kind: 'project' as const, id: (await scope('project')).id }
      const { id: keyId } = await store.dataKey(teamId)
      for (let index = 10; index < 35; index++)
        await store.writeSecret(teamId, place, { name: `S${index}`, expect: 'any', ...context, ...given(keyId) })
      await store.deleteScope(teamId, place, context)
      expect((await trail())[0]?.[2]).toMatch(/^with 25 secrets: S10, .*, S29 and 5 more$/)
    })

    it('erases a deleted project and a deleted team after their days, and what is in them', async () => {
      const team = await newTeam()
      const { store, teamId, owner, trail } = team
      const { place, digest } = await filled(team, 'project')
      const other = await newTeam()
      const inOther = await filled(other, 'cluster')
      await store.deleteScope(teamId, place, { by: owner, at })
      await store.deleteTeam(other.teamId, { by: other.owner, at })
      const until = at + keptHere.trashDays * day
      await store.deleteExpired(until - 1)
      expect((await store.listDeletedScopes(teamId, 'project', {})).total).toBe(1)
      expect((await store.listDeletedTeams(other.owner.id, {})).total).toBe(1)
      await store.deleteExpired(until)
      expect((await store.listDeletedScopes(teamId, 'project', {})).total).toBe(0)
      expect((await store.listDeletedTeams(other.owner.id, {})).total).toBe(0)
      expect([await store.keyOwner(digest), await store.keyOwner(inOther.digest)]).toEqual([undefined, undefined])
      expect((await trail())[0]).toEqual(['project.purge', null, 'after 7 days in the trash, with 1 secret: A'])
      expect((await other.trail())[0]?.[0]).toBe('team.purge')
      expect((await failureOf(store.restoreTeam(other.teamId, { by: other.owner, at }))).code).toBe('NOT_FOUND')
    })

    it('keeps a deleted team whole until an owner restores it', async () => {
      const team = await newTeam()
      const { store, teamId, owner, context, trail } = team
      const { place, digest } = await filled(team, 'project')
      const before = await contentOf(team, place, digest)
      const [membership] = await store.memberships(owner.id)
      await store.deleteTeam(teamId, { by: owner, at: at + 1 })
      expect(await store.memberships(owner.id)).toEqual([])
      expect((await store.keyOwner(digest))?.deletedPlace).toBe('team')
      expect((await store.listDeletedTeams(owner.id, {})).items).toMatchObject([
        { id: teamId, projects: 1, clusters: 0, secrets: 1, deletedBy: owner },
      ])
      expect((await failureOf(store.deleteTeam(teamId, context))).code).toBe('NOT_FOUND')
      const stranger = { id: newId('us'), name: 'Eve' }
      expect((await store.listDeletedTeams(stranger.id, {})).items).toEqual([])
      for (const change of [store.restoreTeam, store.purgeTeam])
        expect((await failureOf(change(teamId, { by: stranger, at }))).code).toBe('NOT_FOUND')
      expect(await store.restoreTeam(teamId, context)).toEqual(membership)
      expect(await contentOf(team, place, digest)).toEqual(before)
      expect(await store.memberships(owner.id)).toEqual([membership])
      expect((await trail()).slice(0, 2).map(([action]) => action)).toEqual(['team.restore', 'team.delete'])
    })

    it('leaves an invite to a deleted team without effect', async () => {
      const { store, teamId, context } = await newTeam()
      const digest = newId('es')
      await store.createInvite(teamId, { id: newId('in'), role: 'viewer', digest, expiresAt: at + day }, context)
      await store.deleteTeam(teamId, context)
      expect((await failureOf(store.invitation(digest, at))).code).toBe('NOT_FOUND')
      const person = { id: newId('us'), name: 'Lin', email: `${newId('us')}@example.com`, passwordHash: '' }
      expect((await failureOf(store.acceptInvite(digest, person, { at }))).code).toBe('NOT_FOUND')
    })
  })

  describe(`the teams of a ${label} store`, () => {
    const newTeam = historyTeams(open)

    const create = async (
      { store, context }: Awaited<ReturnType<typeof newTeam>>,
      namespace: string,
      name = 'Second',
    ) => {
      const id = newId('te')
      const dataKey = { id: newId('dk'), teamId: id, algorithm: 'A256GCM', wrapped: new Uint8Array(3) }
      return store.createTeam({ id, name, namespace, dataKey }, context)
    }

    it('creates a team, owned by who makes it, with an address that no team has or had', async () => {
      const team = await newTeam()
      const { store, owner, context } = team
      const address = newId('es')
      const first = await create(team, address)
      expect(first).toMatchObject({ namespace: address, role: 'owner', secondFactor: 'optional' })
      expect((await store.memberships(owner.id)).map(({ id }) => id)).toContain(first.id)
      await store.changeTeam(first.id, { namespace: `${address}-other` }, context)
      expect((await create(team, address)).namespace).toBe(`${address}-2`)
      await store.deleteTeam(first.id, context)
      await store.purgeTeam(first.id, context)
      expect((await create(team, `${address}-other`)).namespace).toBe(`${address}-other-2`)
    })

    it('creates teams of one name at the same time, each with its own address', async () => {
      const team = await newTeam()
      const address = newId('es')
      const made = await Promise.all(Array.from({ length: 8 }, () => create(team, address)))
      expect(new Set(made.map(({ namespace }) => namespace)).size).toBe(8)
    })

    it('keeps a former address for its team, which may return to it', async () => {
      const team = await newTeam()
      const { store, teamId, context, trail } = team
      const [old, next] = [teamId, newId('es')]
      await store.changeTeam(teamId, { namespace: next, name: 'Renamed' }, context)
      expect((await trail())[0]).toEqual(['team.change', teamId, `renamed to Renamed, address ${old} → ${next}`])
      expect(await store.teamOfFormerNamespace(old)).toBe(teamId)
      const other = await newTeam()
      for (const namespace of [old, next]) {
        const failure = await failureOf(store.changeTeam(other.teamId, { namespace }, other.context))
        expect([failure.code, failure.issues[0]?.path]).toEqual(['CONFLICT', ['namespace']])
      }
      expect((await store.changeTeam(teamId, { namespace: old }, context)).namespace).toBe(old)
      expect(await store.teamOfFormerNamespace(old)).toBeUndefined()
      expect(await store.teamOfFormerNamespace(next)).toBe(teamId)
    })

    it('changes settings, and refuses sessions that are idle for longer than they last', async () => {
      const { store, teamId, owner, context, trail } = await newTeam()
      const settings = { secondFactor: 'required', sessionIdleMinutes: 30, sessionMaxMinutes: 600 } as const
      expect(await store.changeTeam(teamId, settings, context)).toMatchObject(settings)
      expect(await store.memberships(owner.id)).toMatchObject([settings])
      expect((await trail())[0]?.[2]).toBe(
        'second factor required, idle sessions the server’s → 30 minutes, sessions the server’s → 600 minutes',
      )
      const failure = await failureOf(store.changeTeam(teamId, { sessionMaxMinutes: 10 }, context))
      expect([failure.code, failure.issues[0]?.path]).toEqual(['BAD_REQUEST', ['sessionIdleMinutes']])
      await store.changeTeam(
        teamId,
        { secondFactor: 'optional', sessionIdleMinutes: null, sessionMaxMinutes: null },
        context,
      )
      expect(await store.memberships(owner.id)).toMatchObject([{ secondFactor: 'optional', sessionMaxMinutes: null }])
    })

    it('lets nobody but owners change or delete a team', async () => {
      const { store, teamId, context } = await newTeam()
      const digest = newId('es')
      await store.createInvite(teamId, { id: newId('in'), role: 'admin', digest, expiresAt: at + day }, context)
      const admin = { id: newId('us'), name: 'Lin', email: `${newId('us')}@example.com`, passwordHash: '' }
      await store.acceptInvite(digest, admin, { at })
      const byAdmin = { by: { id: admin.id, name: admin.name }, at }
      expect((await failureOf(store.changeTeam(teamId, { name: 'Mine' }, byAdmin))).code).toBe('FORBIDDEN')
      expect((await failureOf(store.deleteTeam(teamId, byAdmin))).code).toBe('FORBIDDEN')
      await store.deleteTeam(teamId, context)
      expect((await failureOf(store.restoreTeam(teamId, byAdmin))).code).toBe('NOT_FOUND')
      expect((await store.listDeletedTeams(admin.id, {})).items).toEqual([])
    })
  })
}
