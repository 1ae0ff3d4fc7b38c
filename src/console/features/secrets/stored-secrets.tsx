import { useCallback, useRef, useState } from 'react'
import { AddSecret } from '#console/features/secrets/form/add-secret.tsx'
import { type Deletion, deletionKey, listedRows } from '#console/features/secrets/list/listed-rows.ts'
import { keeps } from '#console/features/secrets/list/secret-pages.ts'
import { useDeletions } from '#console/features/secrets/list/use-deletions.ts'
import { useKeptRows } from '#console/features/secrets/list/use-kept-rows.ts'
import { useOpenedRows } from '#console/features/secrets/list/use-opened-rows.ts'
import { useSecretFilter } from '#console/features/secrets/list/use-secret-filter.ts'
import { useSecretList } from '#console/features/secrets/list/use-secret-list.ts'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import { useDialogQuestion } from '#console/ui/hooks/use-dialog-question.ts'
import { useHighlightedRow } from '#console/ui/hooks/use-transient-value.ts'
import { useFocusNext } from '#console/ui/lists/row-focus.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Trashed } from '#shared/trash.ts'
import styles from './scope-secrets.module.css'
import { useSecretWrites } from './use-secret-writes.ts'

const DeleteSecret = loadWhenOpened(async () => {
  // What it opens comes with it, not after it.
  const [{ DeleteSecret }] = await Promise.all([
    import('#console/features/secrets/list/delete-secret.tsx'),
    import('#console/ui/dialogs/dialog-popup.tsx'),
  ])
  return DeleteSecret
})
// Its rows are waited for anyway.
const StoredList = loadLater(
  'The list',
  async () => (await import('#console/features/secrets/list/stored-list.tsx')).StoredList,
)

type StoredSecretsProps = {
  scope: Scope
  emptyText: string
  /** Why the person may not change them. */
  denied: string | undefined
}

/** The stored names: the form for a new one, the list, and what is done with its rows. */
export function StoredSecrets({ scope, emptyText, denied }: StoredSecretsProps) {
  const announce = useAnnounce()
  const filter = useSecretFilter()
  const all = useSecretList(scope, { q: '', unused: undefined })
  const listed = useSecretList(scope, filter)
  const writes = useSecretWrites(scope)
  const [marked, mark] = useHighlightedRow()
  const [unchanged, setUnchanged] = useState<string>()
  const area = useRef<HTMLDivElement>(null)
  const nameField = useRef<HTMLInputElement>(null)
  const rowButton = useCallback(
    (key: string | undefined, action: string) =>
      area.current?.querySelector<HTMLElement>(`[data-name="${key}"] [data-action="${action}"]`),
    [],
  )
  const opened = useOpenedRows(rowButton)
  const found = useKeptRows(listed, opened.names)
  const { deletions, add: addDeletion, dismiss } = useDeletions(filter)
  const { asked, ask, close } = useDialogQuestion<Secret>()
  const focusNext = useFocusNext()
  /** What has the focus when a row is gone. */
  const fallback = useRef<() => HTMLElement | null | undefined>(undefined)

  const tell = (secret: Secret, did: string) => {
    const { name } = secret
    setUnchanged(secret.unchanged ? name : undefined)
    dismiss((deletion) => deletion.secret.name === name)
    if (secret.unchanged) return announce(`${name} has this value already; nothing was changed.`)
    mark(name)
    announce(`${did} ${name}${keeps(filter, secret, Date.now()) ? '' : '. The filter hides it.'}`)
  }
  /** A button beside a row that goes, in the row after it or before it. */
  const beside = (key: string) => {
    const rows = listedRows(found.items, deletions)
    const at = rows.findIndex((row) => row.key === key)
    const neighbour = (rows[at + 1] ?? rows[at - 1])?.key
    return () => rowButton(neighbour, 'delete') ?? rowButton(neighbour, 'undo') ?? nameField.current
  }
  const finishDeleting = (secret: Secret, trashed?: Trashed) => {
    const { name } = secret
    if (trashed) addDeletion(secret, trashed)
    const besideIt = beside(name)
    fallback.current = () => (trashed && rowButton(deletionKey(trashed), 'undo')) ?? besideIt()
    close()
    announce(`Deleted ${name}`)
  }
  const finishUndoing = (secret: Secret) => {
    tell(secret, 'Restored')
    focusNext(() => rowButton(secret.name, 'delete') ?? (keeps(filter, secret, Date.now()) ? null : nameField.current))
  }
  const dismissRow = (key: string, deletion: Deletion) => {
    focusNext(beside(key))
    dismiss((other) => other === deletion)
  }
  return (
    <div ref={area} className={styles.area}>
      <AddSecret writes={writes} nameField={nameField} denied={denied} onStored={tell} />
      <StoredList
        {...{ scope, all, found, filter, emptyText, denied, deletions, writes, opened, marked, unchanged }}
        onDelete={ask}
        onSaved={(secret) => tell(secret, 'Saved')}
        onRestored={finishUndoing}
        onDismiss={dismissRow}
      />
      {asked && (
        <DeleteSecret
          key={asked.key}
          secret={asked.item}
          open={asked.open}
          writes={writes}
          onDeleted={finishDeleting}
          onClose={close}
          returnFocus={() => rowButton(asked.item.name, 'delete') ?? fallback.current?.()}
        />
      )}
    </div>
  )
}
