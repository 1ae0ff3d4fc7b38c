import { useCallback, useRef } from 'react'
import { useDenied } from '#console/features/session/use-denied.ts'
import { useAnnounce } from '#console/ui/announcer.tsx'
import { loadLater } from '#console/ui/load-later.tsx'
import { loadWhenOpened } from '#console/ui/load-when-opened.tsx'
import { Section } from '#console/ui/section.tsx'
import { useAsked } from '#console/ui/use-asked.ts'
import { useMarked } from '#console/ui/use-marked.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { AddSecret } from './add-secret.tsx'
import styles from './scope-secrets.module.css'
import { SecretList } from './secret-list.tsx'
import { keeps } from './secret-pages.ts'
import { EditedRow, SecretRow } from './secret-row.tsx'
import { SecretsHelp } from './secrets-help.tsx'
import { useEditing } from './use-editing.ts'
import { useKeptRows } from './use-kept-rows.ts'
import { useSecretFilter } from './use-secret-filter.ts'
import { useSecretList } from './use-secret-list.ts'
import { useSecretWrites } from './use-secret-writes.ts'

const DeleteSecret = loadWhenOpened(async () => {
  // What it opens comes with it, not after it.
  const [{ DeleteSecret }] = await Promise.all([import('./delete-secret.tsx'), import('#console/ui/dialog-popup.tsx')])
  return DeleteSecret
})

const EditSecret = loadLater('The form', async () => (await import('./edit-secret.tsx')).EditSecret, null)

type ScopeSecretsProps = {
  scope: Scope
  /** Says that this scope has no secrets yet. */
  emptyText: string
}

/** The secrets of a team, cluster or project: the form, the list, and what explains them. */
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
  const announce = useAnnounce()
  const filter = useSecretFilter()
  const all = useSecretList(scope, { q: '', unused: undefined })
  const listed = useSecretList(scope, filter)
  const writes = useSecretWrites(scope)
  const [marked, mark] = useMarked()
  const area = useRef<HTMLDivElement>(null)
  const nameField = useRef<HTMLInputElement>(null)
  const rowButton = useCallback(
    (name: string | undefined, action: string) =>
      area.current?.querySelector<HTMLElement>(`[data-name="${name}"] [data-action="${action}"]`),
    [],
  )
  const editing = useEditing(rowButton)
  const found = useKeptRows(listed, editing.names)
  const { asked, ask, close } = useAsked<Secret>()
  const neighbour = useRef<string>(undefined)

  const tell = (secret: Secret, verb: string) => {
    mark(secret.name)
    announce(`${verb} ${secret.name}${keeps(filter, secret, Date.now()) ? '' : '. The filter hides it.'}`)
  }
  const finishDeleting = (name: string) => {
    const at = found.items.findIndex((item) => item.name === name)
    neighbour.current = (found.items[at + 1] ?? found.items[at - 1])?.name
    close()
    announce(`Deleted ${name}`)
  }
  const row = (secret: Secret) =>
    editing.names.has(secret.name) ? (
      <EditedRow name={secret.name}>
        <EditSecret
          secret={secret}
          writes={writes}
          onClose={() => editing.close(secret.name)}
          onSaved={(saved) => {
            editing.close(saved.name)
            tell(saved, 'Saved')
          }}
        />
      </EditedRow>
    ) : (
      <SecretRow
        kind={scope.kind}
        secret={secret}
        marked={secret.name === marked}
        denied={denied}
        onEdit={editing.open}
        onDelete={ask}
      />
    )
  return (
    <div ref={area} className={styles.area}>
      <AddSecret writes={writes} nameField={nameField} denied={denied} onStored={tell} />
      <SecretList {...{ all, found, filter, emptyText, denied, row }} editing={editing.names} />
      {asked && (
        <DeleteSecret
          key={asked.key}
          secret={asked.item}
          open={asked.open}
          writes={writes}
          onDeleted={finishDeleting}
          onClose={close}
          returnFocus={() =>
            rowButton(asked.item.name, 'delete') ?? rowButton(neighbour.current, 'delete') ?? nameField.current
          }
        />
      )}
    </div>
  )
}
