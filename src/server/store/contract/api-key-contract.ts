import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import type { StoredApiKey } from '#server/store/people/api-key-store.ts'
import { Failure } from '#shared/failure.ts'
import { type Opened, teamMaker } from './contract-team.ts'

const newKey = (): StoredApiKey => {
  const id = newId('ak')
  const limits = { projectId: null, clusterId: null, expiresAt: null, ofTeam: false, addresses: [] }
  const rest = { access: ['manage'] as const, ...limits }
  return { id, name: id, digest: `digest of ${id}`, masked: 'gsec_…', ...rest }
}

/** Tests API keys that are created with other API keys. */
export const keysContract = (label: string, open: () => Promise<Opened>) =>
  describe(`${label} store of API keys`, () => {
    const newTeam = teamMaker(open)

    it('creates no key with a revoked key', async () => {
      const { store, teamId, owner } = await newTeam()
      const [maker, made] = [newKey(), newKey()]
      const context = { by: owner, at: 1 }
      await store.createApiKey(teamId, maker, context)
      await store.revokeApiKey(teamId, maker.id, context)
      const making = store.createApiKey(teamId, made, { ...context, key: { id: maker.id, name: maker.name } })
      await expect(making).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
      expect(await store.keyOwner(made.digest)).toBeUndefined()
    })

    it('revokes a key that is created while its creator is revoked', async () => {
      const { store, teamId, owner } = await newTeam()
      const context = { by: owner, at: 1 }
      for (let round = 0; round < 10; round++) {
        const maker = newKey()
        const made = Array.from({ length: 4 }, newKey)
        await store.createApiKey(teamId, maker, context)
        const withIt = { ...context, key: { id: maker.id, name: maker.name } }
        const making = made.map((key) => store.createApiKey(teamId, key, withIt).catch(unlessRevoked))
        await Promise.all([...making, store.revokeApiKey(teamId, maker.id, context)])
        const left = await Promise.all(made.map(({ digest }) => store.keyOwner(digest)))
        expect(left.filter((key) => key && key.revokedAt === null)).toEqual([])
      }
    })

    it('revokes a key and all keys created with it once when two revoke it at the same time', async () => {
      const { store, teamId, owner } = await newTeam()
      const context = { by: owner, at: 1 }
      const [first, second, third] = [newKey(), newKey(), newKey()]
      await store.createApiKey(teamId, first, context)
      await store.createApiKey(teamId, second, { ...context, key: first })
      await store.createApiKey(teamId, third, { ...context, key: second })
      const revoked = await Promise.allSettled([1, 2, 3].map(() => store.revokeApiKey(teamId, first.id, context)))
      expect(revoked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const { items } = await store.listAudit(teamId, { limit: 100, action: 'key.revoke' })
      expect(items.map(({ name }) => name).sort()).toEqual([first, second, third].map(({ name }) => name).sort())
    })
  })

const unlessRevoked = (error: unknown): void => {
  if (!(error instanceof Failure && error.code === 'UNAUTHORIZED')) throw error
}
