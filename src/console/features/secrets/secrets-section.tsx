import styles from '#console/features/secrets/list/list.module.css'
import { storedAddress, trashAddress, useSecretView } from '#console/features/secrets/list/secret-address.ts'
import { StoredSecrets } from '#console/features/secrets/list/stored-secrets.tsx'
import { useDenied } from '#console/features/session/use-session.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { Section } from '#console/ui/layout/section.tsx'
import { ViewLinks } from '#console/ui/layout/tabs.tsx'
import type { Scope, ScopeKind } from '#shared/scope.ts'
import { reference } from '#shared/workload/reference.ts'

const Trash = loadLater('The trash', async () => (await import('#console/features/secrets/trash/trash.tsx')).Trash)

type SecretsSectionProps = {
  scope: Scope
  /** Shown while the scope has no secrets. */
  emptyText: string
}

/** Renders the secrets of a team, cluster or project: the stored ones, the trash, and an explanation. */
export function SecretsSection(props: SecretsSectionProps) {
  const { kind, id } = props.scope
  return (
    <Section heading="Secrets" explanation={<SecretsHelp kind={kind} />}>
      {/* The key resets the form, so that text typed for one scope does not appear in another. */}
      <Secrets key={`${kind} ${id}`} {...props} />
    </Section>
  )
}

function Secrets({ scope, emptyText }: SecretsSectionProps) {
  const denied = useDenied(scope.kind === 'project' ? 'setProjectSecrets' : 'setSharedSecrets')
  const view = useSecretView()
  const views = [
    { label: 'Stored names', to: storedAddress, current: view === 'stored' },
    { label: 'Trash', to: trashAddress, current: view === 'trash' },
  ]
  return (
    <div className={styles.area}>
      <ViewLinks label="Secrets" views={views} />
      {view === 'trash' ? (
        <Trash scope={scope} denied={denied} />
      ) : (
        <StoredSecrets scope={scope} emptyText={emptyText} denied={denied} />
      )}
    </div>
  )
}

const stored = {
  team: 'Stored for the whole team. Its workloads on any cluster, in any project, get them as ',
  cluster: 'Stored for this cluster. Workloads that run on it get them as ',
  project: 'Stored for this project. Its workloads get them as ',
} as const

/** Explains what the secrets of a kind of scope are for, and which scope wins. */
function SecretsHelp({ kind }: { kind: ScopeKind }) {
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
