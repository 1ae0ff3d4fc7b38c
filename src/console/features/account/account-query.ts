import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Client } from '#client/client.ts'
import { useClient } from '#console/ui/client-context.tsx'

/** Query for the person's sign-in methods and sessions. Independent of the team. */
export const accountQuery = (client: Client) =>
  queryOptions({ queryKey: ['account'], queryFn: () => client.account.get() })

export const useAccount = () => useQuery(accountQuery(useClient()))
