import { queryOptions } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import type { Client } from '#client/client.ts'
import { onlyThoseMay, type Permission, roleMay } from '#shared/people/role.ts'
import type { TeamSession } from '#shared/people/session.ts'

/** Who is signed in, seen from the team with this namespace; without one, from the person's first team. */
export const sessionQuery = (client: Client, namespace?: string) =>
  queryOptions({
    queryKey: ['session', namespace ?? null],
    queryFn: () => client.session(),
    staleTime: 60_000,
  })

/** Whether the installation still waits for its first account. */
export const setupQuery = (client: Client) =>
  queryOptions({ queryKey: ['setup'], queryFn: () => client.setupState(), staleTime: 0 })

export const SessionContext = createContext<TeamSession | undefined>(undefined)

/** Who is signed in, and the team of the page. To be used inside of a team's pages only. */
export const useSession = (): TeamSession => {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession is used outside of a team’s pages')
  return session
}

/** Why the person may not do something in this team, for a control that cannot be used; `undefined` when they may. */
export const useDenied = (permission: Permission): string | undefined => {
  const { team } = useSession()
  return roleMay(team.role, permission) ? undefined : onlyThoseMay(permission)
}
