import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import {
  dropLoaded,
  dropSecret,
  keeps,
  type ListFilter,
  matches,
  putSecret,
  type SecretPages,
} from '#console/features/secrets/list/secret-pages.ts'
import { secretKeys } from '#console/features/secrets/list/use-secret-list.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Trashed } from '#shared/trash.ts'

/** The hash of the plan that a write was decided by; `CONFLICT`, with the new plan, when it holds no more. */
type Decided = { plan?: string }

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
    const patch = async (change: (data: SecretPages, filter: ListFilter) => SecretPages) => {
      const queryKey = secretKeys.lists(here)
      // A page that is on its way would be added to the list as it was before the change.
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
        keeps(filter, secret, Date.now()) ? putSecret(data, secret) : dropLoaded(data, secret.name),
      )
      void readAnew(secretKeys.versions(here, secret.name))
      return secret
    }
    const drop = (name: string): Promise<void> =>
      patch((data, { q, unused }) =>
        unused === undefined && matches(name, q) ? dropSecret(data, name) : dropLoaded(data, name),
      )
    const readAnew = (queryKey: readonly unknown[]): Promise<void> => queryClient.invalidateQueries({ queryKey })

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
      create: async (name: string, value: string, decided: Decided = {}) =>
        put(await client.secrets.create(here, { name, value }, decided)),
      /** Replaces the secret that had the `etag`; `PRECONDITION_FAILED` when it is another by now, or none. */
      replace: async (name: string, value: string, etag: string, decided: Decided = {}) =>
        put(await client.secrets.set(here, name, value, { ifMatch: etag, ...decided })),
      /** Moves it to the trash; answers where it is there. */
      delete: async (name: string, etag: string, decided: Decided = {}): Promise<Trashed> => {
        const trashed = await client.secrets.delete(here, name, { ifMatch: etag, ...decided })
        await drop(name)
        return trashed
      },
      /** Puts back what is in the trash under this id; `CONFLICT` when its name is taken. */
      undelete: async (id: string, decided: Decided = {}): Promise<Secret> => {
        const secret = await put(await client.trash.restore(here, id, decided))
        await readAnew(secretKeys.trash(here))
        return secret
      },
      purge: async (id: string): Promise<void> => {
        await client.trash.purge(here, id).catch(orGone)
        await readAnew(secretKeys.trash(here))
      },
      /** Done when its versions have been read with the new one. */
      restoreVersion: async (name: string, version: number, etag: string, decided: Decided = {}): Promise<Secret> => {
        const when = { ifMatch: etag, ...decided }
        const secret = await put(await client.secrets.restoreVersion(here, name, version, when))
        // They are on their way since it was put into the lists.
        await queryClient.invalidateQueries({ queryKey: secretKeys.versions(here, name) }, { cancelRefetch: false })
        return secret
      },
      purgeVersion: async (name: string, version: number): Promise<void> => {
        await client.secrets.purgeVersion(here, name, version).catch(orGone)
        await readAnew(secretKeys.versions(here, name))
      },
      planUndelete: (id: string, signal: AbortSignal) => client.trash.planRestore(here, id, signal),
      planRestoreVersion: (name: string, version: number, signal: AbortSignal) =>
        client.secrets.planRestoreVersion(here, name, version, signal),
      planSet: (name: string, signal: AbortSignal) => client.secrets.planSet(here, name, { signal }),
      planDelete: (name: string, signal: AbortSignal) => client.secrets.planDelete(here, name, signal),
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

/** What is to go and is not there: somebody else was faster. */
const orGone = (error: unknown): void => {
  if (!hasCode(error, 'NOT_FOUND')) throw error
}

export type SecretWrites = ReturnType<typeof useSecretWrites>
