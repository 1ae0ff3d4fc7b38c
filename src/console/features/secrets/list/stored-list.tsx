import type { ComponentProps } from 'react'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { DeletedRow } from './deleted-row.tsx'
import type { Deletion, ListedRow } from './listed-rows.ts'
import { SecretList } from './secret-list.tsx'
import { OpenedRow, SecretRow } from './secret-row.tsx'
import type { useOpenedRows } from './use-opened-rows.ts'

const EditSecret = loadLater(
  'The form',
  async () => (await import('#console/features/secrets/form/edit-secret.tsx')).EditSecret,
  null,
)
const SecretHistory = loadLater(
  'The history',
  async () => (await import('#console/features/secrets/history/secret-history.tsx')).SecretHistory,
  null,
)

type StoredListProps = Omit<ComponentProps<typeof SecretList>, 'row' | 'editing'> & {
  scope: Scope
  writes: SecretWrites
  opened: ReturnType<typeof useOpenedRows>
  /** The name that has just been stored, and the one that was to be given the value that it has. */
  marked: string | undefined
  unchanged: string | undefined
  onDelete: (secret: Secret) => void
  onSaved: (secret: Secret) => void
  onRestored: (secret: Secret) => void
  onDismiss: (key: string, deletion: Deletion) => void
}

/** The list of stored names with what stands in the place of each: its row, its form, its history, or that it was deleted. */
export function StoredList(props: StoredListProps) {
  const { scope, writes, opened, marked, unchanged, onDelete, onSaved, onRestored, onDismiss, ...list } = props
  const { denied } = list
  const row = ({ key, secret, deletion }: ListedRow) => {
    const { name } = secret
    if (deletion) {
      const dismiss = () => onDismiss(key, deletion)
      return <DeletedRow deletion={deletion} writes={writes} onRestored={onRestored} onDismiss={dismiss} />
    }
    const as = opened.rows.get(name)
    if (as === undefined) {
      return (
        <SecretRow
          kind={scope.kind}
          secret={secret}
          marked={name === marked}
          unchanged={name === unchanged}
          denied={denied}
          onOpen={opened.open}
          onDelete={onDelete}
        />
      )
    }
    const shared = { secret, writes, onClose: () => opened.close(name, as) }
    const finishEditing = (saved: Secret) => {
      opened.close(name, as)
      onSaved(saved)
    }
    return (
      <OpenedRow name={name}>
        {as === 'edit' ? (
          <EditSecret {...shared} onSaved={finishEditing} />
        ) : (
          <SecretHistory {...shared} scope={scope} denied={denied} />
        )}
      </OpenedRow>
    )
  }
  return <SecretList {...list} editing={opened.names} row={row} />
}
