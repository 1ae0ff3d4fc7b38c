import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Client } from '#client/client.ts'
import { useClient } from '#console/ui/client-context.tsx'

/** Query for the person's sign-in methods and sessions. Independent of the team. */
export const accountQuery = (client: Client) =>
  queryOptions({ queryKey: ['account'], queryFn: () => client.account.get() })

/** Returns a function that reloads the account, and the session, which says whether a second factor is missing. */
export const useReloadAccount = () => {
  const client = useClient()
  const queryClient = useQueryClient()
  return async () => {
    await queryClient.invalidateQueries({ queryKey: accountQuery(client).queryKey })
    await queryClient.invalidateQueries({ queryKey: ['session'] })
  }
}

export const useAccount = () => useQuery(accountQuery(useClient()))
