import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import type { Role } from '#shared/people/role.ts'
import { failureOf, type Opened, teamMaker } from './contract-team.ts'

const at = 1_800_000_000_000

/** Tests identities at OpenID providers. */
export const openidContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`${label} store of OpenID identities`, () => {
    const makeTeam = teamMaker(open)
    const newTeam = async () => {
      const { store, teamId, owner } = await makeTeam()
      const [team] = await store.memberships(owner.id)
      const namespace = team?.namespace ?? ''
      const rule = (role: Role, where = namespace) => ({ claim: 'groups', value: role, namespace: where, role })
      const identity = (subject: string = newId('us'), providerId = 'openid:https://id.example') => ({
        providerId,
        subject,
      })
      const newPerson = (openid = identity()) => {
        const id = newId('us')
        return { id, name: 'Lin', email: `${id}@example.com`, openid }
      }
      return { store, teamId, owner, rule, identity, newPerson, context: { by: owner, at } }
    }

    it('creates an account that joins by the first rule of its team, on record', async () => {
      const { store, teamId, rule, newPerson } = await newTeam()
      const who = newPerson()
      expect(await store.joinByRules(who, [rule('viewer'), rule('admin'), rule('admin', 'none')], { at })).toBe(true)
      expect((await store.memberships(who.id)).map(({ id, role }) => [id, role])).toEqual([[teamId, 'viewer']])
      expect((await store.openidOwner(who.openid))?.id).toBe(who.id)
      expect(await store.waysIn(who.id, who.openid.providerId)).toEqual({ hasPassword: false, isConnected: true })
      const { items } = await store.listAudit(teamId, { limit: 10 })
      expect(items[0]).toMatchObject({ action: 'member.join', detail: 'viewer, by claim groups=viewer' })
    })

    it('creates nothing when no team of the rules exists', async () => {
      const { store, rule, newPerson } = await newTeam()
      const who = newPerson()
      expect(await store.joinByRules(who, [rule('viewer', 'none')], { at })).toBe(false)
      expect(await store.openidOwner(who.openid)).toBeUndefined()
      expect(await store.personByEmail(who.email)).toBeUndefined()
    })

    it('tells issuers with the same subject apart', async () => {
      const { store, rule, identity, newPerson } = await newTeam()
      const who = newPerson()
      await store.joinByRules(who, [rule('viewer')], { at })
      expect(await store.openidOwner(identity(who.openid.subject, 'openid:https://other.example'))).toBeUndefined()
    })

    it('gives an identity to one of two accounts that join with it at once', async () => {
      const { store, rule, newPerson } = await newTeam()
      const one = newPerson()
      const joining = [one, newPerson(one.openid)].map((who) =>
        store.joinByRules(who, [rule('viewer')], { at }).then(
          () => 'done',
          () => 'refused',
        ),
      )
      expect((await Promise.all(joining)).toSorted()).toEqual(['done', 'refused'])
    })

    it('connects an account with one identity, and an identity with one account', async () => {
      const { store, owner, rule, identity, newPerson, context } = await newTeam()
      const mine = identity()
      await store.connectOpenid(owner.id, mine, context)
      expect((await store.openidOwner(mine))?.id).toBe(owner.id)
      expect((await failureOf(store.connectOpenid(owner.id, identity(), context))).code).toBe('CONFLICT')
      const other = newPerson()
      await store.joinByRules(other, [rule('viewer')], { at })
      const theirs = identity(other.openid.subject, 'openid:https://id.example')
      const third = await makeTeam()
      expect((await failureOf(store.connectOpenid(third.owner.id, theirs, context))).code).toBe('CONFLICT')
    })

    it('disconnects an account only from what is not its only way in', async () => {
      const { store, rule, newPerson } = await newTeam()
      const who = newPerson()
      await store.joinByRules(who, [rule('viewer')], { at })
      const how = { providerId: who.openid.providerId, passwordCounts: true, sessionId: 'none' }
      const refused = await failureOf(store.disconnectOpenid(who.id, how, { by: who, at }))
      expect([refused.code, refused.message]).toEqual(['CONFLICT', expect.stringContaining('only way')])
      expect((await store.openidOwner(who.openid))?.id).toBe(who.id)
    })

    it('lets nobody join by a rule again whose account was deleted: an invite can', async () => {
      const { store, rule, newPerson } = await newTeam()
      const who = newPerson()
      await store.joinByRules(who, [rule('admin')], { at })
      await store.deleteAccount(who.id, { by: who, at })
      expect(await store.openidOwner(who.openid)).toBeUndefined()
      const again = newPerson(who.openid)
      expect(await store.joinByRules(again, [rule('admin')], { at })).toBe(false)
      expect(await store.memberships(again.id)).toEqual([])
      const { owner, context } = await newTeam()
      await store.connectOpenid(owner.id, who.openid, context)
      expect((await store.openidOwner(who.openid))?.id).toBe(owner.id)
    })

    it('deletes an account also when somebody took an address that looks like that of a deleted one', async () => {
      const { store, rule, newPerson } = await newTeam()
      const who = newPerson()
      await store.joinByRules(who, [rule('viewer')], { at })
      await store.joinByRules({ ...newPerson(), email: `${who.id}@deleted.invalid` }, [rule('viewer')], { at })
      await store.deleteAccount(who.id, { by: who, at })
      expect(await store.memberships(who.id)).toEqual([])
    })
  })
}
