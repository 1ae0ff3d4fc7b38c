import { type QueryClient, useQuery } from '@tanstack/react-query'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { maxPageSize, type Page, type PageQuery } from '#shared/page.ts'

/** The query keys of a team's members and invites. */
export const memberKeys = {
  members: (teamId: string) => ['members', teamId] as const,
  invites: (teamId: string) => ['invites', teamId] as const,
}

/** Fetches all members of the team by name. Teams have at most some hundred members, so it fetches all pages at once. */
export const useMembers = () => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({ queryKey: memberKeys.members(team.id), queryFn: () => allPages(client.members.list) })
}

/** Fetches the open invites. */
export const useInvites = () => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({ queryKey: memberKeys.invites(team.id), queryFn: () => allPages(client.invites.list) })
}

/** Refetches what a change of members affects: the members, and the permissions of the current session. */
export const refreshMembers = async (queryClient: QueryClient, teamId: string): Promise<void> => {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: memberKeys.members(teamId) }),
    queryClient.invalidateQueries({ queryKey: ['session'] }),
  ])
}

const allPages = async <Item>(list: (query: PageQuery) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await list({ limit: maxPageSize, after })
    items.push(...page.items)
    after = page.nextPage ?? undefined
  } while (after)
  return items
}
