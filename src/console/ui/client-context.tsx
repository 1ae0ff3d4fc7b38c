import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { type Client, createClient } from '#client/client.ts'

const ClientContext = createContext<Client>(createClient())

/** The API as seen from the team of the page; outside of a team's pages, from nobody's. */
export const useClient = (): Client => useContext(ClientContext)

/** Makes all requests below it be about the team with this namespace. */
export function ClientProvider({ namespace, children }: { namespace: string; children: ReactNode }) {
  const client = useMemo(() => createClient({ team: namespace }), [namespace])
  return <ClientContext value={client}>{children}</ClientContext>
}
