import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Client } from '#client/client.ts'
import { useClient } from '#console/ui/client-context.tsx'

/** How the person may sign in, and where they are signed in. The same in every team. */
export const accountQuery = (client: Client) =>
  queryOptions({ queryKey: ['account'], queryFn: () => client.account.get() })

export const useAccount = () => useQuery(accountQuery(useClient()))
