import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { ignoreNotFound } from '#console/ui/feedback/failure-words.ts'
import type { ApiKey, KeyOwner, KeyRenewal, MadeApiKey, NewApiKey } from '#shared/people/api-key.ts'

const keysKey = (teamId: string) => ['api-keys', teamId] as const

/** Fetches the person's own keys, those of the other members, or those of the team, page by page, ordered by name. */
export const useApiKeyList = (of: KeyOwner) => {
  const client = useClient()
  const { team } = useSession()
  return useInfiniteQuery({
    queryKey: [...keysKey(team.id), of],
    queryFn: ({ pageParam }) => client.apiKeys.list(of, { limit: 50, ...(pageParam ? { after: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: ({ nextPage }) => nextPage,
  })
}

/**
 * Returns functions that create, renew and revoke keys, and then refetch the lists. They are plain calls, because the cache of
 * `useMutation` keeps the answer, which contains the key.
 */
export const useApiKeyWrites = () => {
  const client = useClient()
  const { team } = useSession()
  const queryClient = useQueryClient()
  const confirmed = useConfirmed()
  const refetchLists = () => queryClient.invalidateQueries({ queryKey: keysKey(team.id) })
  return {
    create: async (body: NewApiKey): Promise<MadeApiKey> => {
      const made = await confirmed(() => client.apiKeys.create(body))
      void refetchLists()
      return made
    },
    renew: async ({ id }: ApiKey, body: KeyRenewal): Promise<MadeApiKey> => {
      const made = await confirmed(() => client.apiKeys.renew(id, body))
      void refetchLists()
      return made
    },
    revoke: async ({ id }: ApiKey): Promise<void> => {
      await confirmed(() => client.apiKeys.revoke(id)).catch(ignoreNotFound)
      await refetchLists()
    },
  }
}
