import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import type { Failure } from '#shared/failure.ts'
import type { Role } from '#shared/people/role.ts'
import { type Opened, teamMaker } from './contract-team.ts'

const at = 1_800_000_000_000
const codeOf = (done: Promise<unknown>): Promise<string> =>
  done.then(
    () => 'done',
    (failure: Failure) => failure.code,
  )

/** Tests members, invites and access to projects. */
export const peopleContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`${label} store of people`, () => {
    const makeTeam = teamMaker(open)

    const newTeam = async () => {
      const { store, teamId, owner } = await makeTeam()
      const as = (by: AuditContext['by']): AuditContext => ({ by, at })
      const invite = async (role: Role, by = owner) => {
        const digest = `digest ${newId('in')}`
        await store.createInvite(teamId, { id: newId('in'), role, digest, expiresAt: at + 1000 }, as(by))
        return digest
      }
      const newPerson = (name = 'Lin') => {
        const id = newId('us')
        return { id, name, email: `${id}@example.com`, passwordHash: 'no hash' }
      }
      const join = async (role: Role, name?: string) => {
        const person = newPerson(name)
        await store.acceptInvite(await invite(role), person, { at })
        return person
      }
      return { store, teamId, owner, as, invite, newPerson, join }
    }

    it('creates one account when two people with the same email join two teams at once', async () => {
      const [one, other] = [await newTeam(), await newTeam()]
      const person = one.newPerson()
      const joining = [one, other].map(async ({ store, invite }) =>
        codeOf(store.acceptInvite(await invite('member'), { ...person, id: newId('us') }, { at })),
      )
      expect((await Promise.all(joining)).toSorted()).toEqual(['CONFLICT', 'done'])
    })

    it('lists members by name, page by page, with the total', async () => {
      const { store, teamId, join } = await newTeam()
      for (const name of ['Cy', 'Bo', 'Bo']) await join('viewer', name)
      const names: string[] = []
      let after: string | undefined
      do {
        const page = await store.listMembers(teamId, { limit: 1, after })
        expect(page.total).toBe(4)
        names.push(...page.items.map(({ name }) => name))
        after = page.nextPage ?? undefined
      } while (after)
      expect(names).toEqual(['Ada', 'Bo', 'Bo', 'Cy'])
    })

    it('keeps the last owner, and lets only owners change who is an owner', async () => {
      const { store, teamId, owner, as, join } = await newTeam()
      const [admin, member] = [await join('admin'), await join('member')]
      expect([
        await codeOf(store.changeRole(teamId, owner.id, 'admin', as(owner))),
        await codeOf(store.removeMember(teamId, owner.id, as(owner))),
        await codeOf(store.changeRole(teamId, member.id, 'owner', as(admin))),
        await codeOf(store.removeMember(teamId, owner.id, as(admin))),
        await codeOf(store.removeMember(teamId, admin.id, as(member))),
        await codeOf(store.changeRole(teamId, newId('us'), 'viewer', as(owner))),
        await codeOf(store.removeMember(teamId, member.id, as(member))),
      ]).toEqual(['CONFLICT', 'CONFLICT', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'NOT_FOUND', 'done'])
    })

    it('accepts an invite once before it expires, and keeps it when the acceptance fails', async () => {
      const { store, teamId, owner, invite, newPerson } = await newTeam()
      const digest = await invite('viewer')
      expect([
        await codeOf(store.acceptInvite(digest, owner, { at })),
        await codeOf(store.acceptInvite(digest, newPerson(), { at: at + 1000 })),
        await codeOf(store.acceptInvite(digest, newPerson(), { at: at + 999 })),
        await codeOf(store.acceptInvite(digest, newPerson(), { at })),
      ]).toEqual(['CONFLICT', 'NOT_FOUND', 'done', 'NOT_FOUND'])
      expect((await store.listMembers(teamId, {})).total).toBe(2)
    })

    it('deletes invites that their creator may no longer create', async () => {
      const { store, teamId, owner, as, invite, join } = await newTeam()
      const other = await join('owner')
      const [high, low] = [await invite('owner', other), await invite('viewer', other)]
      const good = async () => [await codeOf(store.invitation(high, at)), await codeOf(store.invitation(low, at))]
      await store.changeRole(teamId, other.id, 'admin', as(owner))
      expect(await good()).toEqual(['NOT_FOUND', 'done'])
      await store.changeRole(teamId, other.id, 'member', as(owner))
      expect(await good()).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    })

    it('shows a project to its collaborators while they are in the team', async () => {
      const { store, teamId, owner, as, join } = await newTeam()
      const person = await join('member')
      const id = newId('pr')
      await store.createScope(teamId, { kind: 'project', id, name: 'nlp' }, as(owner))
      const sees = () => store.maySeeProject(teamId, id, person.id)
      expect(await sees()).toBe(true)
      await store.setProjectAccess(teamId, id, { access: 'chosen', people: [] }, as(owner))
      expect(await sees()).toBe(false)
      expect((await store.listProjects(teamId, { visibility: { person: person.id } })).total).toBe(0)
      await store.setProjectAccess(teamId, id, { access: 'chosen', people: [person.id] }, as(owner))
      expect(await sees()).toBe(true)
      await store.removeMember(teamId, person.id, as(owner))
      expect(await sees()).toBe(false)
      expect(await store.projectAccess(teamId, id)).toEqual({ access: 'chosen', people: [] })
    })
  })
}
