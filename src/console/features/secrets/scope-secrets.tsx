import { storedAddress, trashAddress, useSecretView } from '#console/features/secrets/list/secret-view.ts'
import { useDenied } from '#console/features/session/use-session.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { Section } from '#console/ui/layout/section.tsx'
import { ViewLinks } from '#console/ui/layout/tabs.tsx'
import type { Scope } from '#shared/scope.ts'
import styles from './scope-secrets.module.css'
import { SecretsHelp } from './secrets-help.tsx'
import { StoredSecrets } from './stored-secrets.tsx'

const Trash = loadLater('The trash', async () => (await import('#console/features/secrets/trash/trash.tsx')).Trash)

type ScopeSecretsProps = {
  scope: Scope
  /** Says that this scope has no secrets yet. */
  emptyText: string
}

/** The secrets of a team, cluster or project: those that are stored, those in the trash, and what explains them. */
export function ScopeSecrets(props: ScopeSecretsProps) {
  const { kind, id } = props.scope
  return (
    <Section heading="Secrets" explanation={<SecretsHelp kind={kind} />}>
      {/* What is typed for one scope must not stand in the form of another. */}
      <Secrets key={`${kind} ${id}`} {...props} />
    </Section>
  )
}

function Secrets({ scope, emptyText }: ScopeSecretsProps) {
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
