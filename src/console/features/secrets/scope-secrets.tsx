import { useCallback, useRef, useState } from 'react'
import { useAnnounce } from '#console/ui/announcer.tsx'
import { Section } from '#console/ui/section.tsx'
import { useUrlFilter } from '#console/ui/use-url-filter.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { AddSecret } from './add-secret.tsx'
import { DeleteSecret } from './delete-secret.tsx'
import { EditSecret } from './edit-secret.tsx'
import styles from './scope-secrets.module.css'
import { SecretList } from './secret-list.tsx'
import { matches } from './secret-pages.ts'
import { EditedRow, SecretRow } from './secret-row.tsx'
import { SecretsHelp } from './secrets-help.tsx'
import { useEditing } from './use-editing.ts'
import { useMarked } from './use-marked.ts'
import { useSecretList } from './use-secret-list.ts'
import { useSecretWrites } from './use-secret-writes.ts'

type ScopeSecretsProps = {
  scope: Scope
  /** Says that this scope has no secrets yet. */
  emptyText: string
  /** Why the signed-in person may not change them. */
  readOnlyReason?: string
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

function Secrets({ scope, emptyText, readOnlyReason }: ScopeSecretsProps) {
  const announce = useAnnounce()
  const filter = useUrlFilter()
  const all = useSecretList(scope, '')
  const found = useSecretList(scope, filter.q)
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
  const [asked, setAsked] = useState<{ secret: Secret; open: boolean; time: number }>()
  const neighbour = useRef<string>(undefined)
  const ask = useCallback((secret: Secret) => setAsked({ secret, open: true, time: performance.now() }), [])
  const closeDialog = () => setAsked((before) => before && { ...before, open: false })

  const tell = (secret: Secret, verb: string) => {
    mark(secret.name)
    announce(`${verb} ${secret.name}${matches(secret.name, filter.q) ? '' : '. The filter hides it.'}`)
  }
  const finishDeleting = (name: string) => {
    const at = found.items.findIndex((item) => item.name === name)
    neighbour.current = (found.items[at + 1] ?? found.items[at - 1])?.name
    setAsked((before) => before && { ...before, open: false })
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
        readOnlyReason={readOnlyReason}
        onEdit={editing.open}
        onDelete={ask}
      />
    )
  return (
    <div ref={area} className={styles.area}>
      <AddSecret writes={writes} nameField={nameField} readOnlyReason={readOnlyReason} onStored={tell} />
      <SecretList {...{ all, found, filter, emptyText, row }} editing={editing.names} />
      {asked && (
        <DeleteSecret
          key={asked.time}
          secret={asked.secret}
          open={asked.open}
          kind={scope.kind}
          writes={writes}
          onDeleted={finishDeleting}
          onClose={closeDialog}
          returnFocus={() =>
            rowButton(asked.secret.name, 'delete') ?? rowButton(neighbour.current, 'delete') ?? nameField.current
          }
        />
      )}
    </div>
  )
}
