import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useClient } from '#console/client-context.tsx'
import { hasCode } from '#console/ui/failure-words.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { dropSecret, matches, putSecret, type SecretPages } from './secret-pages.ts'
import { secretKeys } from './use-secret-list.ts'

/**
 * The writes of a scope. Each changes the loaded lists in place once the server has answered.
 * They are plain calls: a mutation's cache would keep the value it was called with.
 */
export const useSecretWrites = (scope: Scope) => {
  const client = useClient()
  const queryClient = useQueryClient()
  const { kind, id } = scope

  return useMemo(() => {
    const here: Scope = { kind, id }

    /** Changes every list of this scope that is on the page, and forgets what is not and may be out of date now. */
    const patch = async (change: (data: SecretPages, q: string) => SecretPages) => {
      const queryKey = secretKeys.scope(here)
      // A page that is on its way would be added to the list as it was before the change.
      await queryClient.cancelQueries({ queryKey, type: 'active', predicate: ({ state }) => state.data !== undefined })
      for (const query of queryClient.getQueryCache().findAll({ queryKey, type: 'active' })) {
        const { q } = query.queryKey.at(-1) as { q: string }
        queryClient.setQueryData<SecretPages>(query.queryKey, (data) => data && change(data, q))
      }
      queryClient.removeQueries({ queryKey: secretKeys.all, type: 'inactive' })
      void queryClient.refetchQueries({
        queryKey,
        type: 'active',
        predicate: ({ state }) => state.data === undefined,
      })
    }

    const put = async (secret: Secret): Promise<Secret> => {
      await patch((data, q) => (matches(secret.name, q) ? putSecret(data, secret) : data))
      return secret
    }
    const drop = (name: string): Promise<void> => patch((data, q) => (matches(name, q) ? dropSecret(data, name) : data))

    /** Reads what stands there now, `undefined` when it has been deleted. */
    const find = async (name: string): Promise<Secret | undefined> => {
      try {
        return await client.secrets.get(here, name)
      } catch (error) {
        if (hasCode(error, 'NOT_FOUND')) return undefined
        throw error
      }
    }

    return {
      create: async (name: string, value: string) => put(await client.secrets.create(here, { name, value })),
      /** Replaces the secret that had the `etag`; `PRECONDITION_FAILED` when it is another by now, or none. */
      replace: async (name: string, value: string, etag: string) =>
        put(await client.secrets.set(here, name, value, { ifMatch: etag })),
      delete: async (name: string, etag: string) => {
        await client.secrets.delete(here, name, { ifMatch: etag })
        await drop(name)
      },
      find,
      /** Shows in the list what stands there now. */
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
