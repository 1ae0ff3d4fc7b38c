import { useCallback, useRef, useState } from 'react'
import { AddSecret } from '#console/features/secrets/form/add-secret.tsx'
import { passesFilter } from '#console/features/secrets/secret-cache.ts'
import { useSecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import { useDialogQuestion } from '#console/ui/hooks/use-dialog-question.ts'
import { useHighlightedRow } from '#console/ui/hooks/use-transient-value.ts'
import { useFocusNext } from '#console/ui/lists/row-focus.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Trashed } from '#shared/trash.ts'
import styles from './list.module.css'
import { type Deletion, deletionKey, listedRows, useDeletions } from './listed-rows.ts'
import { useSecretFilter } from './secret-address.ts'
import { useListWithOpenedRows, useOpenedRows } from './use-opened-rows.ts'
import { useSecretList } from './use-secret-list.ts'

const DeleteSecret = loadWhenOpened(async () => {
  // Loads the dialog's popup in parallel.
  const [{ DeleteSecret }] = await Promise.all([
    import('./delete-secret.tsx'),
    import('#console/ui/dialogs/dialog-popup.tsx'),
  ])
  return DeleteSecret
})
// Loads while the rows are fetched.
const StoredList = loadLater('The list', async () => (await import('./stored-list.tsx')).StoredList)

type StoredSecretsProps = {
  scope: Scope
  emptyText: string
  /** The reason why the person may not change the secrets. */
  denied: string | undefined
}

/** Renders the form for a new secret and the list of stored secrets, and handles the actions of its rows. */
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
  const found = useListWithOpenedRows(listed, opened.names)
  const { deletions, add: addDeletion, dismiss } = useDeletions(filter)
  const { asked, ask, close } = useDialogQuestion<Secret>()
  const focusNext = useFocusNext()
  /** Finds the element to focus after a row was deleted. */
  const focusAfterDelete = useRef<() => HTMLElement | null | undefined>(undefined)

  const announceStored = (secret: Secret, verb: string) => {
    const { name } = secret
    setUnchanged(secret.unchanged ? name : undefined)
    dismiss((deletion) => deletion.secret.name === name)
    if (secret.unchanged) return announce(`${name} has this value already; nothing was changed.`)
    mark(name)
    announce(`${verb} ${name}${passesFilter(filter, secret, Date.now()) ? '' : '. The filter hides it.'}`)
  }
  /** Returns a function that finds a button in the row after, or else before, a row that is removed. */
  const findNeighbourButton = (key: string) => {
    const rows = listedRows(found.items, deletions)
    const at = rows.findIndex((row) => row.key === key)
    const neighbour = (rows[at + 1] ?? rows[at - 1])?.key
    return () => rowButton(neighbour, 'delete') ?? rowButton(neighbour, 'undo') ?? nameField.current
  }
  const finishDeleting = (secret: Secret, trashed?: Trashed) => {
    const { name } = secret
    if (trashed) addDeletion(secret, trashed)
    const findNeighbour = findNeighbourButton(name)
    focusAfterDelete.current = () => (trashed && rowButton(deletionKey(trashed), 'undo')) ?? findNeighbour()
    close()
    announce(`Deleted ${name}`)
  }
  const finishUndoing = (secret: Secret) => {
    announceStored(secret, 'Restored')
    focusNext(
      () => rowButton(secret.name, 'delete') ?? (passesFilter(filter, secret, Date.now()) ? null : nameField.current),
    )
  }
  const dismissRow = (key: string, deletion: Deletion) => {
    focusNext(findNeighbourButton(key))
    dismiss((other) => other === deletion)
  }
  return (
    <div ref={area} className={styles.area}>
      <AddSecret writes={writes} nameField={nameField} denied={denied} onStored={announceStored} />
      <StoredList
        {...{ scope, all, found, filter, emptyText, denied, deletions, writes, opened, marked, unchanged }}
        onDelete={ask}
        onSaved={(secret) => announceStored(secret, 'Saved')}
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
          returnFocus={() => rowButton(asked.item.name, 'delete') ?? focusAfterDelete.current?.()}
        />
      )}
    </div>
  )
}
