import type { ScopeKind } from '#shared/scope.ts'
import { reference } from '#shared/workload/reference.ts'

const stored = {
  team: 'Stored for the whole team. Its workloads on any cluster, in any project, get them as ',
  cluster: 'Stored for this cluster. Workloads that run on it get them as ',
  project: 'Stored for this project. Its workloads get them as ',
} as const

/** What secrets of a kind of scope are for, and which one wins. */
export function SecretsHelp({ kind }: { kind: ScopeKind }) {
  return (
    <>
      <p>
        {stored[kind]}
        <code>{reference('<name>')}</code>.
      </p>
      <p>Project beats cluster, cluster beats team.</p>
      <p>Values are never shown again.</p>
    </>
  )
}
