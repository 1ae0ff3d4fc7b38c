import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import type { ApiKey, KeyOwner, MadeApiKey, NewApiKey } from '#shared/people/api-key.ts'

const keysKey = (teamId: string) => ['api-keys', teamId] as const

/** One’s own keys, or those of the other members, a page at a time by name. */
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
 * Makes and revokes keys; the lists are read anew after. Plain calls: a mutation's cache would keep the key that the
 * answer has.
 */
export const useApiKeyWrites = () => {
  const client = useClient()
  const { team } = useSession()
  const queryClient = useQueryClient()
  const confirmed = useConfirmed()
  const readAnew = () => queryClient.invalidateQueries({ queryKey: keysKey(team.id) })
  return {
    create: async (body: NewApiKey): Promise<MadeApiKey> => {
      const made = await confirmed(() => client.apiKeys.create(body))
      void readAnew()
      return made
    },
    revoke: async ({ id }: ApiKey): Promise<void> => {
      try {
        await client.apiKeys.revoke(id)
      } catch (error) {
        // Somebody else was faster.
        if (!hasCode(error, 'NOT_FOUND')) throw error
      }
      await readAnew()
    },
  }
}
