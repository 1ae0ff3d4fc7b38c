import { type QueryClient, useQuery } from '@tanstack/react-query'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { maxPageSize, type Page, type PageQuery } from '#shared/page.ts'

/** Query keys of who is in a team, and of who is invited. */
export const memberKeys = {
  members: (teamId: string) => ['members', teamId] as const,
  invites: (teamId: string) => ['invites', teamId] as const,
}

/** All members of the team by name. People are counted in tens or hundreds, so all pages are read at once. */
export const useMembers = () => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({ queryKey: memberKeys.members(team.id), queryFn: () => allPages(client.members.list) })
}

/** The invites that nobody has used yet. */
export const useInvites = () => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({ queryKey: memberKeys.invites(team.id), queryFn: () => allPages(client.invites.list) })
}

/** Reads anew what a change of the members changes: the list of them, and what the person of this session may do. */
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
