import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useClient } from '#console/ui/client-context.tsx'
import { hasCode, ignoreNotFound } from '#console/ui/feedback/failure-words.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Trashed } from '#shared/trash.ts'
import {
  dropLoaded,
  dropSecret,
  type ListFilter,
  passesFilter,
  putSecret,
  type SecretPages,
  secretKeys,
} from './secret-cache.ts'
import { matchesFilter } from './secret-names.ts'

/** The hash of the plan that the person has seen. The write fails with `CONFLICT` and the new plan if it is outdated. */
type PlanCondition = { plan?: string }

/**
 * Returns the write operations of a scope. Each updates the loaded lists in place after the server's answer.
 * They are plain calls, because the cache of `useMutation` keeps its arguments, which contain the value.
 */
export const useSecretWrites = (scope: Scope) => {
  const client = useClient()
  const queryClient = useQueryClient()
  const { kind, id } = scope

  return useMemo(() => {
    const here: Scope = { kind, id }

    /** Applies a change to all mounted lists of this scope, and removes unmounted queries, which may be stale. */
    const patch = async (change: (data: SecretPages, filter: ListFilter) => SecretPages) => {
      const queryKey = secretKeys.lists(here)
      // A page in flight would be appended to the list as it was before the change.
      await queryClient.cancelQueries({ queryKey, type: 'active', predicate: ({ state }) => state.data !== undefined })
      for (const query of queryClient.getQueryCache().findAll({ queryKey, type: 'active' })) {
        const filter = query.queryKey.at(-1) as ListFilter
        queryClient.setQueryData<SecretPages>(query.queryKey, (data) => data && change(data, filter))
      }
      queryClient.removeQueries({ queryKey: secretKeys.all, type: 'inactive' })
      void queryClient.refetchQueries({
        queryKey,
        type: 'active',
        predicate: ({ state }) => state.data === undefined,
      })
    }

    const put = async (secret: Secret): Promise<Secret> => {
      await patch((data, filter) =>
        passesFilter(filter, secret, Date.now()) ? putSecret(data, secret) : dropLoaded(data, secret.name),
      )
      void invalidate(secretKeys.versions(here, secret.name))
      return secret
    }
    const drop = (name: string): Promise<void> =>
      patch((data, { q, unused }) =>
        unused === undefined && matchesFilter(name, q) ? dropSecret(data, name) : dropLoaded(data, name),
      )
    const invalidate = (queryKey: readonly unknown[]): Promise<void> => queryClient.invalidateQueries({ queryKey })

    /** Fetches the current secret; returns `undefined` if it was deleted. */
    const find = async (name: string): Promise<Secret | undefined> => {
      try {
        return await client.secrets.get(here, name)
      } catch (error) {
        if (hasCode(error, 'NOT_FOUND')) return undefined
        throw error
      }
    }

    return {
      create: async (name: string, value: string, condition: PlanCondition = {}) =>
        put(await client.secrets.create(here, { name, value }, condition)),
      /** Replaces the value. Throws `PRECONDITION_FAILED` if the secret's ETag is no longer `etag`. */
      replace: async (name: string, value: string, etag: string, condition: PlanCondition = {}) =>
        put(await client.secrets.set(here, name, value, { ifMatch: etag, ...condition })),
      /** Moves a secret to the trash and returns its trash entry. */
      delete: async (name: string, etag: string, condition: PlanCondition = {}): Promise<Trashed> => {
        const trashed = await client.secrets.delete(here, name, { ifMatch: etag, ...condition })
        await drop(name)
        return trashed
      },
      /** Restores the trash entry with this ID. Throws `CONFLICT` if its name is taken. */
      undelete: async (id: string, condition: PlanCondition = {}): Promise<Secret> => {
        const secret = await put(await client.trash.restore(here, id, condition))
        await invalidate(secretKeys.trash(here))
        return secret
      },
      purge: async (id: string): Promise<void> => {
        await client.trash.purge(here, id).catch(ignoreNotFound)
        await invalidate(secretKeys.trash(here))
      },
      /** Restores an old version as a new one. Resolves after the list of versions was refetched. */
      restoreVersion: async (
        name: string,
        version: number,
        etag: string,
        condition: PlanCondition = {},
      ): Promise<Secret> => {
        const when = { ifMatch: etag, ...condition }
        const secret = await put(await client.secrets.restoreVersion(here, name, version, when))
        // `put` has already started this fetch; waits for it.
        await queryClient.invalidateQueries({ queryKey: secretKeys.versions(here, name) }, { cancelRefetch: false })
        return secret
      },
      purgeVersion: async (name: string, version: number): Promise<void> => {
        await client.secrets.purgeVersion(here, name, version).catch(ignoreNotFound)
        await invalidate(secretKeys.versions(here, name))
      },
      planUndelete: (id: string, signal: AbortSignal) => client.trash.planRestore(here, id, signal),
      planRestoreVersion: (name: string, version: number, signal: AbortSignal) =>
        client.secrets.planRestoreVersion(here, name, version, signal),
      planSet: (name: string, signal: AbortSignal) => client.secrets.planSet(here, name, { signal }),
      planDelete: (name: string, signal: AbortSignal) => client.secrets.planDelete(here, name, signal),
      find,
      /** Fetches the current secret and updates the lists. */
      refresh: async (name: string): Promise<Secret | undefined> => {
        const now = await find(name)
        if (now) await put(now)
        else await drop(name)
        return now
      },
    }
  }, [client, queryClient, kind, id])
}

export type SecretWrites = ReturnType<typeof useSecretWrites>
