import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { type Client, createClient } from '#client/client.ts'
import { sessionProof } from './session-proof.ts'

const ClientContext = createContext<Client>(createClient({ proof: sessionProof }))

/** Returns the API client for the team of the page. Outside a team's pages, its requests name no team. */
export const useClient = (): Client => useContext(ClientContext)

/** Provides a client whose requests name the team with this namespace. */
export function ClientProvider({ namespace, children }: { namespace: string; children: ReactNode }) {
  const client = useMemo(() => createClient({ team: namespace, proof: sessionProof }), [namespace])
  return <ClientContext value={client}>{children}</ClientContext>
}
