import { queryOptions } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import type { Client } from '#client/client.ts'
import { onlyThoseMay, type Permission, roleMay } from '#shared/people/role.ts'
import type { TeamSession } from '#shared/people/session.ts'

/** Query for the session in the team with this namespace; without a namespace, in the person's first team. */
export const sessionQuery = (client: Client, namespace?: string) =>
  queryOptions({
    queryKey: ['session', namespace ?? null],
    queryFn: () => client.session(),
    staleTime: 60_000,
  })

/** Query for whether the installation has no account yet. */
export const setupQuery = (client: Client) =>
  queryOptions({ queryKey: ['setup'], queryFn: () => client.setupState(), staleTime: 0 })

export const SessionContext = createContext<TeamSession | undefined>(undefined)

/** Returns the signed-in person and the team of the page. Throws outside a team's pages. */
export const useSession = (): TeamSession => {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession is used outside of a team’s pages')
  return session
}

/** Returns why the person lacks a permission in this team, as the reason of a disabled control; else `undefined`. */
export const useDenied = (permission: Permission): string | undefined => {
  const { team } = useSession()
  return roleMay(team.role, permission) ? undefined : onlyThoseMay(permission)
}
